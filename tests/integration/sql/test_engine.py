"""How the two databases are opened: bounds, pragmas, and who waits for whom."""

import json
import queue
import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeout
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Engine, event, text

from adapters.sql.connections import engine as engines
from adapters.sql.connections import silence as stalls
from adapters.sql.connections.engine import open_engine, own_transaction, sqlite_path
from adapters.sql.connections.failures import TryAgain
from adapters.sql.connections.fair_lock import FairLock
from adapters.sql.connections.moments import Moments
from adapters.sql.migrations.migrate import upgrade
from adapters.sql.outbox import SqlOutbox
from domain.errors import StoreUnavailable
from tests.integration.desk import Desk
from tests.integration.races import at_once
from tests.integration.sql.conftest import NewDesk, administrator
from tests.integration.sql.waiting import wait_until


@pytest.fixture
def opened(url: str) -> Iterator[Engine]:
    """The engine of this test."""
    engine = open_engine(url, pool_size=2)
    yield engine
    engine.dispose()


ONE = Decimal(1)
only_postgresql = pytest.mark.parametrize("engine", ["postgres"], indirect=True)
only_sqlite = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def shown(engine: Engine, *names: str) -> list[Any]:
    with own_transaction(engine, writes=False) as connection:
        return [connection.exec_driver_sql(name).scalar_one() for name in names]


# Waits that are bounded ----------------------------------------------------------------------------------------


@only_postgresql
def test_what_the_server_is_told_of_time(opened: Engine) -> None:
    settings = ("statement_timeout", "idle_in_transaction_session_timeout", "timezone", "application_name")
    assert shown(opened, *(f"SHOW {name}" for name in settings)) == ["2s", "5s", "UTC", "p2p"]


@only_postgresql
def test_plans_that_were_made_while_tables_were_empty_stay_good(opened: Engine, url: str) -> None:
    """A connection keeps its plans, so none may read a table from end to end only because nothing is in it yet."""
    upgrade(url)
    asked = "SELECT 1 FROM offers WHERE id = 1"
    plan = shown(opened, f"EXPLAIN (FORMAT JSON) {asked}")[0][0]["Plan"]
    assert "Seq Scan" not in json.dumps(plan)
    assert shown(opened, "SHOW plan_cache_mode", "SHOW jit") == ["force_generic_plan", "off"]
    assert shown(opened, "SHOW enable_hashjoin", "SHOW enable_mergejoin") == ["off", "off"]


@only_postgresql
def test_a_patient_engine_plans_as_the_server_does(url: str) -> None:
    """It reads whole tables, which no index is good for."""
    engine = open_engine(url, is_patient=True)
    try:
        assert shown(engine, "SHOW enable_seqscan", "SHOW plan_cache_mode") == ["on", "auto"]
    finally:
        engine.dispose()


@only_postgresql
def test_options_of_the_url_come_on_top(url: str) -> None:
    engine = open_engine(f"{url}?options=-c%20work_mem%3D9MB")
    try:
        assert shown(engine, "SHOW work_mem", "SHOW statement_timeout") == ["9MB", "2s"]
    finally:
        engine.dispose()


@only_postgresql
def test_a_patient_engine_lets_a_statement_take_its_time(url: str) -> None:
    """Longer than a request's statement may take, and longer than a silence may last."""
    engine = open_engine(url, is_patient=True)
    seconds = stalls.SILENCE_LIMIT_SECONDS + 1
    try:
        assert shown(engine, f"SELECT 1 FROM pg_sleep({seconds})") == [1]
    finally:
        engine.dispose()


def test_no_two_waits_together_are_longer_than_a_client_is_to_wait() -> None:
    """docs/contract/http.md, "Statuses": 503 within 5 s. First a wait for a connection, then for one answer on it."""
    for wait in (engines.CONNECT_TIMEOUT_SECONDS, stalls.SILENCE_LIMIT_SECONDS, engines.SQLITE_BUSY_TIMEOUT_SECONDS):
        assert engines.POOL_TIMEOUT_SECONDS + wait < 5
    assert engines.WRITER_LOCK_TIMEOUT_SECONDS + engines.SQLITE_BUSY_TIMEOUT_SECONDS < 5
    assert stalls.SILENCE_LIMIT_SECONDS + stalls.COMMIT_LIMIT_SECONDS < 5
    assert engines.STATEMENT_TIMEOUT_MILLISECONDS / 1000 < stalls.SILENCE_LIMIT_SECONDS


@only_postgresql
def test_the_pool_is_bounded(opened: Engine, url: str) -> None:
    with own_transaction(opened, writes=False), own_transaction(opened, writes=False):
        with pytest.raises(StoreUnavailable, match="no database connection"), own_transaction(opened, writes=False):
            pass
        with closing(administrator(url)) as aside:
            found = aside.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'p2p' AND datname = current_database()"
            )
        assert found.fetchone() == (2,)
    assert shown(opened, "SELECT 1") == [1]


@only_postgresql
def test_a_unit_that_gets_no_connection(open_desk: NewDesk, url: str) -> None:
    desk = open_desk(url, pool_size=1)
    manager, unit = desk.open_unit()
    unit.traders.count()
    with pytest.raises(StoreUnavailable, match="no database connection"):
        desk.read(lambda other: other.traders.count())
    manager.abort()
    assert desk.read(lambda other: other.traders.count()) == 0


# The embedded database -----------------------------------------------------------------------------------------


@only_sqlite
def test_the_pragmas_of_the_embedded_database(opened: Engine) -> None:
    names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
    assert shown(opened, *(f"PRAGMA {name}" for name in names)) == ["wal", 2, 1, 1500]


def test_two_processes_that_open_a_new_file_at_once(tmp_path: Path) -> None:
    """The first holds the file while it switches the journal, and SQLite has the second fail instead of wait."""
    file, began = tmp_path / "new.sqlite3", threading.Event()

    def open_it() -> list[Any]:
        engine = open_engine(f"sqlite:///{file}")
        began.set()
        try:
            return shown(engine, "PRAGMA journal_mode")
        finally:
            engine.dispose()

    with closing(sqlite3.connect(file, isolation_level=None)) as first, ThreadPoolExecutor(1) as pool:
        first.execute("BEGIN IMMEDIATE")
        second = pool.submit(open_it)
        began.wait(30)
        with pytest.raises(FutureTimeout):
            second.result(0.1)
        first.execute("COMMIT")
        assert second.result(30) == ["wal"]


def test_a_new_file_that_stays_locked(tmp_path: Path) -> None:
    file = tmp_path / "new.sqlite3"
    engine = open_engine(f"sqlite:///{file}")
    with closing(sqlite3.connect(file, isolation_level=None)) as first:
        first.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailable, match="locked"), own_transaction(engine, writes=False):
            pass
    engine.dispose()


def test_which_database_is_a_file(tmp_path: Path) -> None:
    assert sqlite_path(f"sqlite:///{tmp_path}/p2p.sqlite3") == tmp_path / "p2p.sqlite3"
    assert sqlite_path("postgresql+psycopg://localhost/p2p") is None


@only_sqlite
def test_one_unit_writes_at_a_time(desk: Desk) -> None:
    """Every unit adds one to what it read; were two under way at once, one of them would be lost or refused."""
    trader = desk.trader(usdt=1)

    def deposit_many() -> None:
        for _ in range(10):
            desk.deposit(trader, ONE)

    at_once([deposit_many] * 8)
    (purses,) = desk.read(lambda unit: unit.readers.wallet(trader.id))
    assert purses.p2p == 81


@only_sqlite
def test_readers_wait_for_no_writer_however_many_queue(desk: Desk) -> None:
    trader = desk.trader(usdt=10)
    manager, unit = desk.open_unit()
    unit.book.lock_wallet(trader.id, "usdt")
    with ThreadPoolExecutor(20) as pool:
        queued = [pool.submit(desk.deposit, trader, ONE) for _ in range(20)]
        # A reader that waited for the writer would do so for ever: the writer ends only after it.
        (purses,) = desk.read(lambda other: other.readers.wallet(trader.id))
        assert purses.p2p == 10
        manager.commit()
        # On a slow machine the last in the queue may have waited for too long.
        done = [future for future in queued if not isinstance(future.exception(), StoreUnavailable)]
    (purses,) = desk.read(lambda other: other.readers.wallet(trader.id))
    assert purses.p2p == 10 + len(done)


@only_sqlite
def test_a_writer_that_waits_too_long_for_another(desk: Desk) -> None:
    trader = desk.trader(usdt=10)
    manager, unit = desk.open_unit()
    unit.book.lock_wallet(trader.id, "usdt")
    with pytest.raises(StoreUnavailable, match="busy"):
        desk.deposit(trader, ONE)
    manager.commit()
    assert desk.deposit(trader, ONE)


@only_sqlite
def test_a_writer_that_waits_too_long_for_another_process(open_desk: NewDesk, url: str) -> None:
    """Two stores on one file know nothing of each other's lock, as two processes do not; SQLite's own lock remains."""
    desk, other = open_desk(url), open_desk(url)
    trader = desk.trader(usdt=10)
    manager, unit = other.open_unit()
    unit.book.lock_wallet(trader.id, "usdt")
    with pytest.raises(StoreUnavailable, match="locked"):
        desk.deposit(trader, ONE)
    manager.commit()
    assert desk.deposit(trader, ONE)


@only_sqlite
def test_a_reader_that_writes_after_all_is_no_danger(opened: Engine) -> None:
    """A unit that claimed to read only, and writes behind another writer's back, is refused and may be tried again."""
    with own_transaction(opened, writes=False) as reader:
        reader.execute(text("SELECT count(*) FROM traders"))
        with own_transaction(opened, writes=True) as writer:
            writer.exec_driver_sql("INSERT INTO entries (kind, reference, at) VALUES ('deposit', '1', 'now')")
        with pytest.raises(TryAgain):
            reader.exec_driver_sql("INSERT INTO entries (kind, reference, at) VALUES ('deposit', '2', 'now')")


def test_the_writers_lock_is_handed_to_who_has_waited_longest() -> None:
    lock = FairLock()
    assert order_of(lock, *[False] * 5) == list(range(5))
    assert lock.acquire(0)
    assert not lock.acquire(0.01)


def order_of(lock: FairLock, *waiting: bool) -> list[int]:
    """Who has the lock when, of some who wait for it one after the other, and yield or not."""
    order = queue.SimpleQueue[int]()
    assert lock.acquire(0)

    def take(number: int, yields: bool) -> None:
        assert lock.acquire(30, yields=yields)
        order.put(number)
        lock.release()

    threads = []
    for number, yields in enumerate(waiting):
        threads.append(threading.Thread(target=take, args=(number, yields)))
        threads[-1].start()
        wait_until(lambda expected=number + 1: len(lock._turns) + len(lock._yielding) == expected)
    lock.release()
    for thread in threads:
        thread.join()
    return [order.get() for _ in waiting]


def test_who_yields_goes_after_all_who_do_not() -> None:
    assert order_of(FairLock(yield_limit_seconds=60), True, False, True, False) == [1, 3, 0, 2]


def test_who_has_yielded_for_long_enough_goes_first() -> None:
    assert order_of(FairLock(yield_limit_seconds=0), False, True, False, True) == [1, 3, 0, 2]


def test_who_yields_may_give_up() -> None:
    lock = FairLock()
    assert lock.acquire(0)
    assert not lock.acquire(0.01, yields=True)
    lock.release()
    assert lock.acquire(0, yields=True)


@only_sqlite
def test_letters_yield_to_requests(opened: Engine, url: str) -> None:
    """The worker of the same process would take two turns for each letter, and a request one."""
    upgrade(url)
    seen = []
    event.listen(opened, "begin", lambda connection: seen.append(connection.get_execution_options()))
    SqlOutbox(opened, Moments(on_postgresql=False)).claim(uuid4(), 60, 1)
    assert [options[engines.YIELDS] for options in seen] == [True]
