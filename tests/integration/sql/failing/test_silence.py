"""A PostgreSQL that says nothing any more: nobody waits for ever, and few wait at all."""

import contextlib
import os
import signal
from collections.abc import Callable, Iterator
from threading import enumerate as all_threads
from typing import Any

import psycopg
import pytest
from transaction.interfaces import TransientError

from adapters.sql.verify import verify
from domain import Trader
from domain.errors import CommitUnknown, StoreUnavailable
from domain.ports.store import Unit
from tests.integration.desk import Desk
from tests.integration.races import at_once
from tests.integration.sql.failing.transfers import Transfers
from tests.integration.sql.waiting import wait_until
from tests.postgres import Cluster


@contextlib.contextmanager
def frozen(aside: psycopg.Connection[Any]) -> Iterator[None]:
    """All sessions of the desk stand still, as on a machine that is paused; new ones could still be made."""
    rows = aside.execute(
        "SELECT pid FROM pg_stat_activity WHERE application_name = 'p2p' AND datname = current_database()"
    ).fetchall()
    assert rows
    for (pid,) in rows:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for (pid,) in rows:
            os.kill(pid, signal.SIGCONT)


REFUSED_AT_ONCE = "just let others wait"


def wait_for_the_trial(work: Callable[[], object]) -> None:
    """Do this as soon as the circuit breaker lets a unit in again."""

    def is_done() -> bool:
        try:
            work()
        except StoreUnavailable as error:
            if REFUSED_AT_ONCE not in str(error):
                raise
            return False
        return True

    wait_until(is_done)


def test_a_server_that_falls_silent(transfers: Transfers, aside: psycopg.Connection[Any], url: str) -> None:
    transfers.transfer()
    before = set(all_threads())
    with frozen(aside):
        with pytest.raises(StoreUnavailable, match="said nothing") as raised:
            transfers.transfer()
        assert not isinstance(raised.value, CommitUnknown | TransientError)
        with pytest.raises(StoreUnavailable, match=REFUSED_AT_ONCE):
            transfers.transfer()
    wait_for_the_trial(transfers.transfer)
    transfers.transfer()
    assert transfers.moved() == 3
    assert set(all_threads()) <= before
    assert verify(url) == []


def test_a_server_that_falls_silent_on_a_commit(transfers: Transfers, aside: psycopg.Connection[Any], url: str) -> None:
    aside.execute("""
        CREATE FUNCTION fall_silent() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN SET LOCAL statement_timeout = 0; PERFORM pg_sleep(4); RETURN NULL; END $$;
        CREATE CONSTRAINT TRIGGER fall_silent AFTER INSERT ON entries DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW EXECUTE FUNCTION fall_silent()
    """)
    with pytest.raises(CommitUnknown):
        transfers.transfer(lambda unit: unit.connection.exec_driver_sql("SET LOCAL statement_timeout = 0"))  # type: ignore[attr-defined]
    assert transfers.begun == 1
    aside.execute("DROP TRIGGER fall_silent ON entries")
    wait_for_the_trial(transfers.transfer)
    assert verify(url) == []


def test_a_server_that_is_slow_at_one_statement_after_the_other(transfers: Transfers, url: str) -> None:
    """None of them is too slow, and all together are."""
    done = []

    def take_time(unit: Unit) -> None:
        for number in range(3):
            unit.connection.exec_driver_sql("SELECT pg_sleep(1.7)")  # type: ignore[attr-defined]
            done.append(number)

    with pytest.raises(StoreUnavailable, match="said nothing"):
        transfers.transfer(take_time)
    assert done == [0, 1]
    wait_for_the_trial(transfers.transfer)
    assert transfers.moved() == 1
    assert verify(url) == []


def test_every_waiter_on_a_silent_server_is_let_go(desk: Desk, trader: Trader, aside: psycopg.Connection[Any]) -> None:
    """Four have a connection and wait for an answer; the others wait for a connection. None waits for ever."""
    at_once([lambda: desk.read(lambda unit: unit.traders.by_id(trader.id))] * 8)

    def ask() -> object:
        try:
            return desk.read(lambda unit: unit.traders.by_id(trader.id))
        except StoreUnavailable as error:
            return error

    with frozen(aside):
        answers = at_once([ask] * 8)
    assert any(isinstance(answer, StoreUnavailable) for answer in answers)
    wait_for_the_trial(lambda: desk.read(lambda unit: unit.traders.by_id(trader.id)))
    assert at_once([ask] * 8) == [trader] * 8


def test_one_waits_for_a_server_that_takes_no_connections_and_the_next_do_not(desk: Desk, server: Cluster) -> None:
    """The system takes a connection for a frozen server, which then says nothing."""
    with server.frozen():
        with pytest.raises(StoreUnavailable, match="timeout expired"):
            desk.read(lambda unit: unit.traders.count())
        with pytest.raises(StoreUnavailable, match=REFUSED_AT_ONCE):
            desk.read(lambda unit: unit.traders.count())
    wait_for_the_trial(lambda: desk.read(lambda unit: unit.traders.count()))
