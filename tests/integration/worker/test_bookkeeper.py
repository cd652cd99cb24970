"""The worker chains the journal and states what is owed, beside all that it does else."""

from __future__ import annotations

import logging
from contextlib import suppress
from datetime import timedelta

import pytest

from adapters.worker import loops
from adapters.worker.bookkeeper import STATE_AGAIN_AFTER, Bookkeeper
from adapters.worker.loops import WorkerLoops
from adapters.worker.sweeper import Sweeper
from domain.errors import StoreUnavailable
from domain.ports.delivery import Mailer
from domain.ports.store import Store
from tests.integration.desk import Desk
from tests.integration.http.faults import BreakableStore
from tests.integration.waiting import until
from tests.integration.worker.conftest import postman_of


@pytest.fixture
def bookkeeper(desk: Desk) -> Bookkeeper:
    return Bookkeeper(desk.store, desk.identifiers, timedelta(hours=1))


def started(desk: Desk, mailer: Mailer, bookkeeper: Bookkeeper) -> WorkerLoops:
    running = WorkerLoops(
        Sweeper(desk.store),
        postman_of(desk, mailer),
        desk.identifiers,
        bookkeeper=bookkeeper,
        books_every_seconds=0.05,
        senders=1,
    )
    running.start()
    return running


def test_what_is_written_is_chained_and_stated(desk: Desk, mailer: Mailer, bookkeeper: Bookkeeper) -> None:
    desk.trader(usdt=3)
    running = started(desk, mailer, bookkeeper)
    try:
        assert until(lambda: desk.read(lambda unit: unit.journal.last_link()) is not None)
        assert until(lambda: desk.read(lambda unit: unit.solvency.newest()) is not None)
    finally:
        assert running.stop(10)
    statement = desk.read(lambda unit: unit.solvency.newest())
    assert statement is not None
    assert [(total.currency, total.owed) for total in statement.totals] == [("usdt", 3)]


class Failing(Bookkeeper):
    """Fails at first, as no bookkeeper should."""

    times = 0

    def work_once(self) -> None:
        self.times += 1
        if self.times < 3:
            raise ValueError("a fault")
        super().work_once()


def test_a_fault_is_told_of_and_the_work_goes_on(desk: Desk, mailer: Mailer, caplog: pytest.LogCaptureFixture) -> None:
    desk.trader(usdt=3)
    with caplog.at_level(logging.ERROR, logger=loops.__name__):
        running = started(desk, mailer, Failing(desk.store, desk.identifiers, None))
        try:
            assert until(lambda: desk.read(lambda unit: unit.journal.last_link()) is not None)
        finally:
            assert running.stop(10)
    assert [record.getMessage().split(";")[0] for record in caplog.records] == [
        "Chaining the journal or stating what is owed failed"
    ] * 2


def test_after_an_outage_the_horizon_is_looked_for_anew(store: Store) -> None:
    """The server that answers then may be another, whose transactions have other numbers."""
    breakable, desk = BreakableStore(store), Desk(store)  # type: ignore[arg-type]
    desk.trader(usdt=3)
    bookkeeper = Bookkeeper(breakable, desk.identifiers, None)
    bookkeeper.work_once()
    breakable.on_begin.append(StoreUnavailable("it is away"))
    with pytest.raises(StoreUnavailable):
        bookkeeper.work_once()
    assert [bookkeeper.chain_once(), bookkeeper.chain_once()] == [0, 1]


class Stateless(Bookkeeper):
    """Makes no statement, as on a desk whose holdings cannot be read in the time that there is."""

    times = 0

    def state_once(self) -> bool:
        self.times += 1
        raise StoreUnavailable("it took too long")


def test_statements_that_cannot_be_made_keep_nothing_from_the_chain(store: Store) -> None:
    desk = Desk(store)  # type: ignore[arg-type]
    desk.trader(usdt=3)
    bookkeeper = Stateless(store, desk.identifiers, timedelta(hours=1))
    for _ in range(2 * STATE_AGAIN_AFTER):
        with suppress(StoreUnavailable):
            bookkeeper.work_once()
    assert desk.read(lambda unit: unit.journal.last_link()) is not None
    assert bookkeeper.times == 2
