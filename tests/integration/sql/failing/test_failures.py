"""What a real PostgreSQL can do to a unit of work, and what becomes of the unit."""

import contextlib
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import closing
from decimal import Decimal
from threading import Barrier
from threading import enumerate as all_threads
from typing import Any

import psycopg
import pytest
from sqlalchemy import make_url
from transaction.interfaces import TransientError

from adapters.sql.failures import LostBeforeCommit, TryAgain
from adapters.sql.migrate import upgrade
from adapters.sql.verify import verify
from domain import EntryKind, Money, Purse, Trader
from domain.errors import CommitUnknown, StoreUnavailable
from domain.ports.store import Unit
from tests.integration.desk import Desk
from tests.integration.races import at_once
from tests.integration.sql.conftest import NewDesk, administrator
from tests.integration.sql.swallower import Swallower
from tests.postgres import Cluster

ONE = Decimal(1)


@pytest.fixture(scope="module")
def server() -> Iterator[Cluster]:
    """A PostgreSQL that these tests may stop and freeze."""
    with Cluster(max_connections=12, fsync=False) as cluster:
        yield cluster


@pytest.fixture(scope="module")
def template(server: Cluster) -> str:
    name = server.new_database()
    upgrade(server.url(name))
    return name


@pytest.fixture
def url(server: Cluster, template: str) -> Iterator[str]:
    name = server.new_database(template)
    yield server.url(name)
    server.drop_database(name)


@pytest.fixture
def desk(open_desk: NewDesk, url: str) -> Desk:
    return open_desk(url, pool_size=4)


@pytest.fixture
def trader(desk: Desk) -> Trader:
    return desk.trader(usdt=10)


@pytest.fixture
def aside(url: str) -> Iterator[psycopg.Connection[Any]]:
    with closing(administrator(url)) as connection:
        yield connection


class Transfers:
    """A unit of work that moves one coin, counts how often it is begun, and lets something happen in its middle."""

    def __init__(self, desk: Desk, trader: Trader) -> None:
        self._desk, self._trader = desk, trader
        self.begun = 0
        self.errors: list[BaseException] = []

    def transfer(self, meanwhile: Callable[[Unit], None] = lambda _: None, *, only_first: bool = True) -> None:
        def work(unit: Unit) -> None:
            self.begun += 1
            wallet = unit.book.lock_wallet(self._trader.id, "usdt")
            try:
                if self.begun == 1 or not only_first:
                    meanwhile(unit)
                self._apply(unit, wallet)
            except Exception as error:
                self.errors.append(error)
                raise

        self._desk.write(work)

    def _apply(self, unit: Unit, wallet: Any) -> None:
        ends = wallet.purse(Purse.P2P), wallet.purse(Purse.MAIN)
        named = f"transfer:{self._desk.identifiers.new()}"
        unit.book.apply(wallet.move(EntryKind.TRANSFER, named, *ends, Money(ONE, "usdt"), self._desk.clock.now()))

    def moved(self) -> Decimal:
        """How much has arrived."""
        (purses,) = self._desk.read(lambda unit: unit.readers.wallet(self._trader.id))
        return purses.main


@pytest.fixture
def transfers(desk: Desk, trader: Trader) -> Transfers:
    return Transfers(desk, trader)


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
    assert len(begun) == 3


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
    assert verify(url) == []


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
    assert verify(url) == []


def test_a_line_that_breaks_on_the_answer_to_a_commit(
    server: Cluster, url: str, open_desk: NewDesk, transfers: Transfers, desk: Desk, trader: Trader
) -> None:
    """The server has committed: a second try would move the coin twice."""
    with Swallower(server.port) as line:
        through = open_desk(make_url(url).set(port=line.port).render_as_string(hide_password=False), pool_size=1)
        behind = Transfers(through, trader)
        behind.transfer()
        with pytest.raises(CommitUnknown):
            behind.transfer(lambda _: line.armed.set(), only_first=False)
        assert behind.begun == 2
        assert transfers.moved() == 2
        assert behind.moved() == 2
        through.store.close()
    assert verify(url) == []


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


# A server that has gone silent -----------------------------------------------------------------------------------


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


def test_a_server_that_falls_silent(transfers: Transfers, aside: psycopg.Connection[Any], url: str) -> None:
    transfers.transfer()
    before = set(all_threads())
    with frozen(aside), pytest.raises(StoreUnavailable) as raised:
        transfers.transfer()
    assert not isinstance(raised.value, CommitUnknown | TransientError)
    transfers.transfer()
    assert transfers.moved() == 2
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
    transfers.transfer()
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
    assert at_once([ask] * 8) == [trader] * 8
