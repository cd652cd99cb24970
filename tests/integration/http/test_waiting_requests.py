"""Who has stood in line for long is told at once where the store lets others down."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from transaction import TransactionManager
from webtest import TestResponse

from adapters.http.replies.rejections import WaitedTooLong
from adapters.http.server.waiting_requests import (
    ARRIVED,
    IN_VAIN_SECONDS,
    LET_DOWN_SECONDS,
    WAIT_LIMIT_SECONDS,
    WaitingRequests,
)
from adapters.memory.store import MemoryStore
from adapters.sql.connections import engine as engines
from adapters.sql.connections import silence as stalls
from adapters.system.wakers import Wakers
from tests.clock import Seconds, SettableClock
from tests.integration.http.desk import Caller, Desk, ad_body, told
from tests.integration.http.faults import BreakableStore


@pytest.fixture
def waiting(seconds: Seconds) -> WaitingRequests:
    return WaitingRequests(seconds)


def let_down(waiting: WaitingRequests, seconds: Seconds, after: float = IN_VAIN_SECONDS) -> None:
    """A unit begins, and the store lets it down so many seconds later."""
    began = waiting.admit(None)
    seconds.now += after
    waiting.let_down(began)


def test_a_long_queue_alone_keeps_nobody_out(waiting: WaitingRequests, seconds: Seconds) -> None:
    waiting.admit(seconds.now - 1000)


def test_a_unit_that_did_not_wait_keeps_nobody_out(waiting: WaitingRequests, seconds: Seconds) -> None:
    let_down(waiting, seconds, after=IN_VAIN_SECONDS - 0.001)
    waiting.admit(seconds.now - 1000)


def test_after_a_let_down_only_those_are_let_in_who_can_be_told_in_time(
    waiting: WaitingRequests, seconds: Seconds
) -> None:
    let_down(waiting, seconds)
    waiting.admit(seconds.now)
    waiting.admit(seconds.now - WAIT_LIMIT_SECONDS)
    with pytest.raises(WaitedTooLong):
        waiting.admit(seconds.now - WAIT_LIMIT_SECONDS - 0.001)


def test_a_let_down_is_forgotten_after_a_while(waiting: WaitingRequests, seconds: Seconds) -> None:
    let_down(waiting, seconds)
    arrived = seconds.now - WAIT_LIMIT_SECONDS
    seconds.now += LET_DOWN_SECONDS - 0.001
    with pytest.raises(WaitedTooLong):
        waiting.admit(arrived)
    seconds.now += 0.002
    waiting.admit(arrived)


def test_the_line_and_the_wait_together_are_shorter_than_what_is_promised() -> None:
    """docs/contract/http.md, "Statuses": 503 within 5 s."""
    on_postgresql = stalls.SILENCE_LIMIT_SECONDS + stalls.COMMIT_LIMIT_SECONDS
    on_sqlite = engines.WRITER_LOCK_TIMEOUT_SECONDS + engines.SQLITE_BUSY_TIMEOUT_SECONDS
    for wait in (on_postgresql, on_sqlite):
        assert WAIT_LIMIT_SECONDS + wait < 5
        assert wait < LET_DOWN_SECONDS


@pytest.fixture
def store() -> BreakableStore:
    """Where one writes for long, others wait for a little longer than a unit that tells of a store that is away."""
    patience = IN_VAIN_SECONDS + 0.1
    store = MemoryStore(
        waker=Wakers(), message_id_domain="desk.example", clock=SettableClock(), patience_seconds=patience
    )
    return BreakableStore(store)


@pytest.fixture
def trader(store: BreakableStore) -> Caller:
    return Desk(store=store).trader("Jude", trx="1000")


@contextmanager
def held_up(store: BreakableStore, trader: Caller) -> Iterator[None]:
    """Somebody else writes, and does not come to an end."""
    manager = TransactionManager(explicit=True)
    manager.begin()
    store.joined_unit(manager, writes=True).book.lock_wallet(trader.trader.id, "trx")
    yield
    manager.abort()


def ask(trader: Caller, path: str, waited: float) -> TestResponse:
    """A request that has come so many seconds before it is begun."""
    environ = {ARRIVED: time.monotonic() - waited}
    return trader.app.get(path, headers=trader.headers, extra_environ=environ, expect_errors=True)


def test_the_application_begins_nothing_that_is_too_late(store: BreakableStore, trader: Caller) -> None:
    late = WAIT_LIMIT_SECONDS + 1
    assert ask(trader, "/wallet/", late).status_int == 200
    with held_up(store, trader):
        assert trader.post("/p2p/ad/", ad_body()).status_int == 503
    begun = store.units
    answer = ask(trader, "/wallet/", late)
    message = "The desk cannot answer right now, please try again in a moment"
    assert told(answer) == (503, message)
    assert answer.headers["Retry-After"] == "2"
    assert store.units == begun
    assert ask(trader, "/wallet/", 0).status_int == 200
    # What asks nothing of the store is not kept out: the process lives.
    assert ask(trader, "/healthz", late).status_int == 200
