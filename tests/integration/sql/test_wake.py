"""Waking other processes through PostgreSQL: what is sent, what is heard, and what is survived."""

import logging
import queue
from collections.abc import Callable, Iterator
from contextlib import closing
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from sqlalchemy import make_url

import domain
from adapters.sql.connections.notify import CHANNEL, NotifyWaker, WakeListener
from adapters.sql.migrations.migrate import upgrade
from adapters.sql.store import SqlStore
from domain import Trader
from domain.ports.store import Unit
from tests.clock import SettableClock
from tests.factories import OfferProposalFactory
from tests.integration.desk import Desk
from tests.integration.sql.conftest import administrator
from tests.integration.sql.waiting import wait_until
from tests.postgres import Cluster

PATIENCE_SECONDS = 30.0


class Heard:
    """What a listener hands on, to be waited for."""

    def __init__(self) -> None:
        self._queue: queue.Queue[frozenset[UUID]] = queue.Queue()

    def __call__(self, trader_ids: frozenset[UUID]) -> None:
        self._queue.put(trader_ids)

    def next(self) -> frozenset[UUID]:
        return self._queue.get(timeout=PATIENCE_SECONDS)

    def is_silent(self) -> bool:
        return self._queue.empty()


def is_listening(url: str) -> Callable[[], bool]:
    """Whether there is a session on the database that listens."""

    def look() -> bool:
        with closing(administrator(url)) as aside:
            found = aside.execute(
                "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'p2p-wake'"
                " AND state = 'idle' AND query LIKE 'LISTEN%'"
            )
            return found.fetchone() is not None

    return look


@pytest.fixture
def engine() -> str:
    return "postgres"


@pytest.fixture
def heard(url: str) -> Iterator[Heard]:
    """A listener on the database, which is listening already."""
    heard = Heard()
    listener = WakeListener(url, heard)
    listener.start()
    wait_until(is_listening(url))
    yield heard
    listener.stop()


@pytest.fixture
def notifier(url: str) -> Iterator[NotifyWaker]:
    notifier = NotifyWaker(url)
    yield notifier
    notifier.close()


def test_a_nudge_is_heard_on_another_connection(notifier: NotifyWaker, heard: Heard) -> None:
    ids = frozenset({uuid4(), uuid4()})
    notifier.wake(ids)
    assert heard.next() == ids


def test_more_ids_than_one_payload_holds(notifier: NotifyWaker, heard: Heard) -> None:
    ids = frozenset(uuid4() for _ in range(1000))
    notifier.wake(ids)
    found: frozenset[UUID] = frozenset()
    while found != ids:
        found |= heard.next()


def test_what_is_queued_when_it_closes_is_sent_first(url: str, heard: Heard) -> None:
    notifier, ids = NotifyWaker(url), [uuid4() for _ in range(20)]
    for trader_id in ids:
        notifier.wake([trader_id])
    notifier.close()
    found: frozenset[UUID] = frozenset()
    while found != frozenset(ids):
        found |= heard.next()


def test_nudges_that_follow_closely_travel_together(url: str, heard: Heard) -> None:
    notifier, first, others = NotifyWaker(url, gather_seconds=2), uuid4(), [uuid4() for _ in range(20)]
    notifier.wake([first])
    assert heard.next() == {first}
    for trader_id in others:
        notifier.wake([trader_id])
    assert heard.next() == frozenset(others)
    notifier.close()
    assert heard.is_silent()


def test_closing_what_was_never_used(url: str) -> None:
    NotifyWaker(url).close()


@pytest.mark.parametrize("junk", ["", "junk", "'; DROP TABLE ads; --", ",,,", "0" * 7000])
def test_junk_is_left_out(url: str, notifier: NotifyWaker, heard: Heard, junk: str) -> None:
    """Whoever can reach the database can notify."""
    trader_id = uuid4()
    with closing(administrator(url)) as aside:
        aside.execute("SELECT pg_notify(%s, %s)", (CHANNEL, junk))
        aside.execute("SELECT pg_notify(%s, %s)", (CHANNEL, f"{junk[:100]},{trader_id},x"))
    assert heard.next() == frozenset()
    assert heard.next() == {trader_id}


@pytest.fixture
def desk(url: str, notifier: NotifyWaker) -> Iterator[Desk]:
    """A desk that wakes other processes."""
    with closing(SqlStore(url, waker=notifier, message_id_domain="desk.example", clock=SettableClock())) as store:
        yield Desk(store)


def test_who_is_told_something_is_woken(desk: Desk, heard: Heard) -> None:
    ad = desk.sell_ad(auto_reply_message="Welcome.")
    taker = desk.trader()
    desk.offer(ad, taker)
    assert heard.next() == {ad.maker_id, taker.id}


def test_a_nudge_goes_out_after_the_commit_alone(desk: Desk, heard: Heard) -> None:
    """The units that end without one are silent; the next nudge to be heard is that of the one that commits."""
    undone, done = desk.sell_ad(), desk.sell_ad()
    taker: Trader = desk.trader(usdt=Decimal(1))
    for commits, ad in ((False, undone), (True, done)):
        manager, unit = desk.open_unit()
        make_offer(desk, unit, ad.id, taker)
        assert heard.is_silent()
        if commits:
            manager.commit()
        else:
            manager.abort()
    assert heard.next() == {done.maker_id}
    assert heard.is_silent()


def make_offer(desk: Desk, unit: Unit, ad_id: int, taker: Trader) -> None:
    domain.make_offer(ad_id, taker.id, OfferProposalFactory(), book=unit.book, catalogue=desk.catalogue)


def test_both_ends_survive_a_restart(caplog: pytest.LogCaptureFixture) -> None:
    """What was nudged meanwhile is lost, and nothing else: the listeners poll, and later nudges are heard."""
    with Cluster(fsync=False) as server:
        url = server.url(server.new_database())
        upgrade(url)
        heard, notifier = Heard(), NotifyWaker(url)
        listener = WakeListener(url, heard)
        listener.start()
        wait_until(is_listening(url))
        first, later = uuid4(), uuid4()
        notifier.wake([first])
        assert heard.next() == {first}
        with caplog.at_level(logging.WARNING):
            server.stop("immediate")
            notifier.wake([uuid4()])
            wait_until(lambda: "could not be sent" in caplog.text and "cannot be heard" in caplog.text)
            server.start()
        wait_until(is_listening(url))
        notifier.wake([later])
        assert heard.next() == {later}
        notifier.close()
        listener.stop()


def test_a_server_that_is_away_stops_nobody(url: str) -> None:
    """Neither end waits for a database that is not there when it is told to stop."""
    nowhere = make_url(url).set(port=1).render_as_string(hide_password=False)
    notifier, listener = NotifyWaker(nowhere), WakeListener(nowhere, Heard())
    listener.start()
    notifier.wake([uuid4()])
    notifier.close()
    listener.stop()
