"""Who has stood in line for long is told at once where the store lets others down."""

from __future__ import annotations

import time

import pytest
from webtest import TestResponse

from adapters.http.line import ARRIVED, LET_DOWN_SECONDS, LINE_LIMIT_SECONDS, Line
from adapters.http.rejections import LongInLine
from adapters.sql import engine as engines
from adapters.sql import stalls
from domain.errors import StoreUnavailable
from tests.clock import Seconds
from tests.integration.http.desk import Caller, Desk, new_store, told
from tests.integration.http.faults import BreakableStore


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def line(seconds: Seconds) -> Line:
    return Line(seconds)


def test_a_long_line_alone_keeps_nobody_out(line: Line, seconds: Seconds) -> None:
    line.admit(seconds.now - 1000)


def test_after_a_let_down_only_those_are_let_in_who_can_be_told_in_time(line: Line, seconds: Seconds) -> None:
    line.let_down()
    line.admit(seconds.now)
    line.admit(seconds.now - LINE_LIMIT_SECONDS)
    with pytest.raises(LongInLine):
        line.admit(seconds.now - LINE_LIMIT_SECONDS - 0.001)


def test_a_let_down_is_forgotten_after_a_while(line: Line, seconds: Seconds) -> None:
    line.let_down()
    arrived = seconds.now - LINE_LIMIT_SECONDS
    seconds.now += LET_DOWN_SECONDS - 0.001
    with pytest.raises(LongInLine):
        line.admit(arrived)
    seconds.now += 0.002
    line.admit(arrived)


def test_the_line_and_the_wait_together_are_shorter_than_what_is_promised() -> None:
    """CONTRACT, section 2: 503 within 5 s."""
    on_postgresql = stalls.SILENCE_LIMIT_SECONDS + stalls.COMMIT_LIMIT_SECONDS
    on_sqlite = engines.WRITER_LOCK_TIMEOUT_SECONDS + engines.SQLITE_BUSY_TIMEOUT_SECONDS
    for wait in (on_postgresql, on_sqlite):
        assert LINE_LIMIT_SECONDS + wait < 5
        assert wait < LET_DOWN_SECONDS


@pytest.fixture
def store() -> BreakableStore:
    return BreakableStore(new_store())


@pytest.fixture
def trader(store: BreakableStore) -> Caller:
    return Desk(store=store).trader("Jude", trx="1000")


def ask(trader: Caller, path: str, waited: float) -> TestResponse:
    """A request that has come so many seconds before it is begun."""
    environ = {ARRIVED: time.monotonic() - waited}
    return trader.app.get(path, headers=trader.headers, extra_environ=environ, expect_errors=True)


def test_the_application_begins_nothing_that_is_too_late(store: BreakableStore, trader: Caller) -> None:
    late = LINE_LIMIT_SECONDS + 1
    assert ask(trader, "/wallet/", late).status_int == 200
    store.on_begin.append(StoreUnavailable("the server said nothing"))
    assert ask(trader, "/wallet/", 0).status_int == 503
    begun = store.units
    answer = ask(trader, "/wallet/", late)
    message = "The desk cannot answer right now, please try again in a moment"
    assert told(answer) == (503, message)
    assert answer.headers["Retry-After"] == "2"
    assert store.units == begun
    assert ask(trader, "/wallet/", 0).status_int == 200
    # What asks nothing of the store is not kept out: the process lives.
    assert ask(trader, "/healthz", late).status_int == 200
