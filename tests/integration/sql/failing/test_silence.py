"""A PostgreSQL that says nothing any more: nobody waits for ever, and few wait at all."""

import contextlib
import os
import signal
import time
from collections.abc import Callable, Iterator
from threading import enumerate as all_threads
from typing import Any

import psycopg
import pytest
from transaction.interfaces import TransientError

from adapters.sql.audit.verify import verify
from adapters.sql.connections.circuit_breaker import TRIAL_SECONDS
from adapters.sql.connections.silence import COMMIT_LIMIT_SECONDS, SILENCE_LIMIT_SECONDS
from domain import Trader
from domain.errors import CommitUnknown, StoreUnavailable
from domain.ports.store import Unit
from tests.clock import SettableClock
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
    wait_for_the_trial(transfers.transfer)
    transfers.transfer()
    assert transfers.moved() == 3
    assert set(all_threads()) <= before
    assert verify(url, SettableClock()) == []


def open_the_circuit(desk: Desk) -> None:
    engine = desk.store._engine  # type: ignore[attr-defined]
    engine.get_execution_options()["p2p_breaker"].waited_in_vain()


def test_a_trial_waits_for_less_than_others(transfers: Transfers, desk: Desk, aside: psycopg.Connection[Any]) -> None:
    transfers.transfer()
    with frozen(aside):
        open_the_circuit(desk)
        with pytest.raises(StoreUnavailable, match=rf"said nothing for the last {TRIAL_SECONDS} s"):
            wait_for_the_trial(transfers.transfer)
    wait_for_the_trial(transfers.transfer)


def test_a_trial_that_is_answered_may_take_its_time(transfers: Transfers, desk: Desk) -> None:
    transfers.transfer()
    open_the_circuit(desk)
    wait_for_the_trial(lambda: transfers.transfer(lambda unit: taking_time(unit, TRIAL_SECONDS + 0.2)))
    assert transfers.moved() == 2


def slow_commits(aside: psycopg.Connection[Any], seconds: float) -> None:
    """Let whatever moves money take so long to commit."""
    aside.execute("DROP TRIGGER IF EXISTS take_time ON entries")
    aside.execute(f"""
        CREATE OR REPLACE FUNCTION take_time() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN SET LOCAL statement_timeout = 0; PERFORM pg_sleep({seconds}); RETURN NULL; END $$;
        CREATE CONSTRAINT TRIGGER take_time AFTER INSERT ON entries DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW EXECUTE FUNCTION take_time()
    """)


def taking_time(unit: Unit, seconds: float) -> None:
    unit.connection.exec_driver_sql(f"SELECT pg_sleep({seconds})")  # type: ignore[attr-defined]


def test_a_server_that_falls_silent_on_a_commit(transfers: Transfers, aside: psycopg.Connection[Any], url: str) -> None:
    slow_commits(aside, COMMIT_LIMIT_SECONDS + 1)
    with pytest.raises(CommitUnknown):
        transfers.transfer(lambda unit: unit.connection.exec_driver_sql("SET LOCAL statement_timeout = 0"))  # type: ignore[attr-defined]
    assert transfers.begun == 1
    slow_commits(aside, 0)
    wait_for_the_trial(transfers.transfer)
    assert verify(url, SettableClock()) == []


def test_a_commit_is_waited_for_however_long_the_statements_took(
    transfers: Transfers, aside: psycopg.Connection[Any], url: str
) -> None:
    slow_commits(aside, 0.55 * SILENCE_LIMIT_SECONDS)
    transfers.transfer(lambda unit: taking_time(unit, 0.55 * SILENCE_LIMIT_SECONDS))
    assert transfers.moved() == 1
    assert verify(url, SettableClock()) == []


def test_a_process_that_is_busy_itself_does_not_lose_patience(transfers: Transfers) -> None:
    transfers.transfer(lambda _: time.sleep(SILENCE_LIMIT_SECONDS + 0.1))
    assert transfers.moved() == 1


def test_a_server_that_is_slow_at_one_statement_after_the_other(transfers: Transfers, url: str) -> None:
    """None of them is too slow, and all together are. As the server did answer, others may ask it at once."""
    done = []

    def take_time(unit: Unit) -> None:
        for number in range(2):
            taking_time(unit, 0.7 * SILENCE_LIMIT_SECONDS)
            done.append(number)

    with pytest.raises(StoreUnavailable, match="said nothing"):
        transfers.transfer(take_time)
    assert done == [0]
    transfers.transfer()
    assert transfers.moved() == 1
    assert verify(url, SettableClock()) == []


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


def test_a_server_that_takes_no_connections(desk: Desk, server: Cluster) -> None:
    """The system takes a connection for a frozen server, which then says nothing: one waits, and the next does not."""

    def ask() -> str:
        with pytest.raises(StoreUnavailable) as raised:
            desk.read(lambda unit: unit.traders.count())
        return str(raised.value)

    with server.frozen():
        assert "timeout expired" in ask()
        # Where this machine pauses in between, the next may be let in to try, too.
        wait_until(lambda: REFUSED_AT_ONCE in ask())
    wait_for_the_trial(lambda: desk.read(lambda unit: unit.traders.count()))
