"""What a real PostgreSQL can do to a unit of work, and what becomes of the unit."""

import contextlib
from threading import Barrier
from typing import Any

import psycopg
import pytest
from sqlalchemy import make_url
from transaction.interfaces import TransientError

from adapters.sql.audit.verify import verify
from adapters.sql.connections.failures import LostBeforeCommit, TryAgain
from domain import Purse, Trader
from domain.errors import CommitUnknown, StoreUnavailable
from domain.ports.store import Unit
from tests.clock import SettableClock
from tests.integration.desk import Desk
from tests.integration.races import at_once
from tests.integration.sql.conftest import NewDesk, administrator
from tests.integration.sql.failing.swallower import Swallower
from tests.integration.sql.failing.transfers import ONE, Transfers
from tests.postgres import Cluster

# Others in the way: tried again --------------------------------------------------------------------------------


def test_a_deadlock(desk: Desk, trader: Trader, url: str) -> None:
    """Two units that lock two wallets crosswise, which no use case does: the server undoes one, which is done again."""
    other = desk.trader(usdt=10)
    met = Barrier(2)
    begun: list[int] = []

    def crosswise(first: Trader, second: Trader) -> None:
        is_first_try = [True]

        def work(unit: Unit) -> None:
            begun.append(1)
            unit.book.lock_wallet(first.id, "usdt")
            if is_first_try:
                is_first_try.clear()
                met.wait(10)
            unit.book.lock_wallet(second.id, "usdt")

        desk.write(work)

    at_once([lambda: crosswise(trader, other), lambda: crosswise(other, trader)])
    # Where the server finds the deadlock late, the one that it does not undo may be told to come again as well.
    assert len(begun) >= 3


def test_a_serialization_failure(desk: Desk, transfers: Transfers, trader: Trader) -> None:
    def work(unit: Unit) -> None:
        transfers.begun += 1
        connection = unit.connection  # type: ignore[attr-defined]
        if transfers.begun == 1:
            connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE")
            connection.exec_driver_sql("SELECT count(*) FROM accounts")
            desk.transfer(trader, ONE, Purse.P2P, Purse.MAIN)
        transfers._apply(unit, unit.book.lock_wallet(trader.id, "usdt"))

    desk.write(work)
    assert transfers.begun == 2
    assert transfers.moved() == 2


REFUSALS = {
    "40001": TryAgain,
    "40P01": TryAgain,
    "55P03": TryAgain,
    "23505": TryAgain,
    "53100": StoreUnavailable,
    "53200": StoreUnavailable,
    "53300": StoreUnavailable,
    "53400": StoreUnavailable,
    "57014": StoreUnavailable,
    "57P03": StoreUnavailable,
    "58030": StoreUnavailable,
    "25006": StoreUnavailable,
    "08006": StoreUnavailable,
}


@pytest.mark.parametrize(("state", "expected"), REFUSALS.items(), ids=REFUSALS)
def test_what_the_server_may_answer(
    transfers: Transfers, aside: psycopg.Connection[Any], state: str, expected: type[Exception]
) -> None:
    """Disk full, out of memory, out of connections …: told by the server, and raised here by a trigger of ours."""
    aside.execute(f"""
        CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '{state}'; END $$;
        CREATE TRIGGER refuse BEFORE INSERT ON entries FOR EACH ROW EXECUTE FUNCTION refuse()
    """)
    with pytest.raises(expected) as raised:
        transfers.transfer()
    is_transient = expected is TryAgain
    assert isinstance(raised.value, TransientError) == is_transient
    assert transfers.begun == (3 if is_transient else 1)
    aside.execute("DROP TRIGGER refuse ON entries")
    transfers.transfer()
    assert transfers.moved() == 1


def test_an_error_that_is_ours_is_no_outage(desk: Desk, transfers: Transfers) -> None:
    def break_the_rules(unit: Unit) -> None:
        unit.connection.exec_driver_sql("SELECT no_such_column FROM traders")  # type: ignore[attr-defined]

    with pytest.raises(Exception, match="no_such_column") as raised:
        transfers.transfer(break_the_rules)
    assert not isinstance(raised.value, StoreUnavailable | TransientError)
    assert transfers.begun == 1


# A line that breaks ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["immediate", "fast"])
def test_a_server_that_restarts_in_the_middle_of_a_unit(
    server: Cluster, transfers: Transfers, url: str, mode: Any
) -> None:
    transfers.transfer(lambda _: server.restart(mode))
    assert [type(error) for error in transfers.errors] == [LostBeforeCommit]
    assert transfers.begun == 2
    assert transfers.moved() == 1
    assert verify(url, SettableClock()) == []


def test_a_server_that_restarts_again_and_again(server: Cluster, transfers: Transfers) -> None:
    """Three tries are all: whoever asked is told to come back, and finds the desk serving."""
    with pytest.raises(LostBeforeCommit):
        transfers.transfer(lambda _: server.restart("immediate"), only_first=False)
    assert transfers.begun == 3
    transfers.transfer()
    assert transfers.moved() == 1


def test_a_session_that_ends_while_it_commits(transfers: Transfers, aside: psycopg.Connection[Any], url: str) -> None:
    """It happens before the server has committed, which nobody can know who only sees the line break."""
    aside.execute("""
        CREATE FUNCTION leave() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(10); RETURN NULL; END $$;
        CREATE CONSTRAINT TRIGGER leave AFTER INSERT ON entries DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW EXECUTE FUNCTION leave()
    """)
    with pytest.raises(CommitUnknown) as raised:
        transfers.transfer()
    assert not isinstance(raised.value, TransientError)
    assert transfers.begun == 1
    aside.execute("DROP TRIGGER leave ON entries")
    assert transfers.moved() == 0
    assert verify(url, SettableClock()) == []


def test_a_line_that_breaks_on_the_answer_to_a_commit(
    server: Cluster, url: str, open_desk: NewDesk, transfers: Transfers, desk: Desk, trader: Trader
) -> None:
    """The server has committed: a second try would move the coin twice."""
    with Swallower(server.port) as line:
        through = open_desk(make_url(url).set(port=line.port).render_as_string(hide_password=False), pool_size=1)
        with contextlib.closing(through.store):
            behind = Transfers(through, trader)
            behind.transfer()
            with pytest.raises(CommitUnknown):
                behind.transfer(lambda _: line.armed.set(), only_first=False)
            assert behind.begun == 2
            assert transfers.moved() == 2
            assert behind.moved() == 2
    assert verify(url, SettableClock()) == []


def test_a_read_whose_commit_is_not_answered_is_done_again(
    server: Cluster, url: str, open_desk: NewDesk, trader: Trader
) -> None:
    """Nothing can have come of the first try that anybody would have to be told of."""
    begun: list[int] = []

    with Swallower(server.port) as line:
        through = open_desk(make_url(url).set(port=line.port).render_as_string(hide_password=False), pool_size=1)
        with contextlib.closing(through.store):

            def read(unit: Unit) -> str:
                begun.append(1)
                if len(begun) == 1:
                    line.armed.set()
                return unit.traders.by_id(trader.id).fullname

            assert through.read(read) == trader.fullname
    assert len(begun) == 2


# A server that is away, full or slow ---------------------------------------------------------------------------


def test_a_server_that_is_down(server: Cluster, desk: Desk, transfers: Transfers) -> None:
    server.stop("immediate")
    try:
        for ask in (transfers.transfer, transfers.moved, desk.store.ping, lambda: desk.store.outbox.waiting(1)):
            with pytest.raises(StoreUnavailable) as raised:
                ask()
            assert not isinstance(raised.value, CommitUnknown)
        with pytest.raises(StoreUnavailable):
            desk.store.tail.last_numbers([desk.traders[0].id])
    finally:
        server.start()
    desk.store.ping()
    transfers.transfer()
    assert transfers.moved() == 1


@pytest.mark.abuse("I7")
def test_a_server_without_a_connection_to_spare(
    server: Cluster, open_desk: NewDesk, url: str, desk: Desk, trader: Trader
) -> None:
    desk.store.close()
    taken: list[psycopg.Connection[Any]] = []
    try:
        with contextlib.suppress(psycopg.OperationalError):
            while True:
                taken.append(administrator(url))
        with pytest.raises(StoreUnavailable):
            desk.transfer(trader, ONE, Purse.P2P, Purse.MAIN)
    finally:
        for connection in taken:
            connection.close()
    desk.transfer(trader, ONE, Purse.P2P, Purse.MAIN)


@pytest.mark.abuse("I7")
def test_a_server_that_only_reads(
    desk: Desk, trader: Trader, transfers: Transfers, aside: psycopg.Connection[Any]
) -> None:
    """Such as a standby, after a failover to it that is not complete."""
    desk.store.close()
    name = aside.info.dbname
    aside.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    with pytest.raises(StoreUnavailable):
        transfers.transfer()
    assert transfers.moved() == 0
    assert transfers.begun == 1
    aside.execute(f"ALTER DATABASE {name} RESET default_transaction_read_only")
    desk.store.close()
    transfers.transfer()


@pytest.mark.abuse("I5")
def test_a_statement_that_takes_too_long(transfers: Transfers, aside: psycopg.Connection[Any]) -> None:
    with aside.transaction():
        aside.execute("SELECT * FROM accounts FOR UPDATE")
        with pytest.raises(StoreUnavailable, match="statement timeout"):
            transfers.transfer()
    transfers.transfer()
    assert transfers.moved() == 1


def test_a_unit_that_sits_idle_for_too_long(transfers: Transfers, aside: psycopg.Connection[Any]) -> None:
    def sit_idle(unit: Unit) -> None:
        connection = unit.connection  # type: ignore[attr-defined]
        connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = '10ms'")
        (pid,) = connection.exec_driver_sql("SELECT pg_backend_pid()").one()
        while aside.execute("SELECT 1 FROM pg_stat_activity WHERE pid = %s", (pid,)).fetchone():
            pass

    transfers.transfer(sit_idle)
    assert [type(error) for error in transfers.errors] == [LostBeforeCommit]
    assert transfers.moved() == 1
