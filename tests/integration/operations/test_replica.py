"""What may be a second old is read from a standby, and from the primary wherever a standby does not serve."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy.engine import Connection

from adapters.sql.connections.engine import open_engine, own_transaction
from adapters.sql.connections.replica import AWAY_SECONDS, STALE_SECONDS, Replica
from adapters.sql.store import SqlStore
from adapters.system.clock import SystemClock
from domain import BoardQuery, Trader
from domain.ports.logins import Login, Standing
from tests.clock import Seconds
from tests.integration.desk import CATALOGUE, Desk
from tests.integration.operations.standby import Pair, a_pair
from tests.integration.waiting import until
from tests.integration.wakers import RecordingWaker

PATIENCE_SECONDS = 60.0


@pytest.fixture(scope="module")
def followed(migrate: Callable[[str], None]) -> Iterator[tuple[Pair, str]]:
    """Two servers with a migrated database; the standby writes down what it is asked."""
    with a_pair(fsync=False, log_statement="all") as pair:
        name = pair.primary.new_database()
        migrate(pair.primary.url(name))
        pair.wait_until_followed()
        yield pair, name


@pytest.fixture
def desk(followed: tuple[Pair, str]) -> Iterator[Desk]:
    """On the primary, with its standby to read from."""
    servers, name = followed
    named: dict[str, Any] = {"waker": RecordingWaker(), "message_id_domain": "desk.example"}
    store = SqlStore(servers.primary.url(name), replica_url=servers.standby.url(name), **named)
    yield Desk(store, SystemClock())
    store.close()


class Reading:
    """Reads by itself, where it can be seen from which of them."""

    def __init__(self, primary_url: str, replica_url: str) -> None:
        self.clock = Seconds()
        self._primary, self._replica = open_engine(primary_url), Replica(replica_url, self.clock)

    def is_from_the_standby(self) -> bool:
        with own_transaction(self._primary, writes=False) as primary:
            return self._replica.read(primary, _is_in_recovery)

    def close(self) -> None:
        self._primary.dispose()
        self._replica.close()


def _is_in_recovery(connection: Connection) -> bool:
    return bool(connection.exec_driver_sql("SELECT pg_is_in_recovery()").scalar_one())


@pytest.fixture
def reading(followed: tuple[Pair, str]) -> Iterator[Reading]:
    servers, name = followed
    with closing(Reading(servers.primary.url(name), servers.standby.url(name))) as reading:
        yield reading


def commit_something(servers: Pair) -> None:
    with closing(servers.primary.connect()) as connection:
        connection.execute("SELECT pg_current_xact_id()")
    servers.wait_until_followed()


def reads_from_the_standby(servers: Pair, reading: Reading) -> bool:
    """Whether it does so once something has just been committed, which a busy machine may need several tries for."""

    def tried() -> bool:
        commit_something(servers)
        return reading.is_from_the_standby()

    return until(tried, PATIENCE_SECONDS)


@contextmanager
def replay_paused(servers: Pair) -> Iterator[None]:
    """The standby still receives everything, and shows nothing of it."""
    with closing(servers.standby.connect()) as connection:
        connection.execute("SELECT pg_wal_replay_pause()")
        until(lambda: connection.execute("SELECT pg_get_wal_replay_pause_state()").fetchone() == ("paused",))
        try:
            yield
        finally:
            connection.execute("SELECT pg_wal_replay_resume()")


def wait_until_behind(servers: Pair) -> None:
    asked = f"SELECT clock_timestamp() - pg_last_xact_replay_timestamp() > interval '{STALE_SECONDS} s'"
    with closing(servers.standby.connect()) as connection:
        until(lambda: connection.execute(asked).fetchone() == (True,), PATIENCE_SECONDS)


def board(desk: Desk, mine: UUID | None = None) -> list[int]:
    query = BoardQuery(desk.clock.now().date(), CATALOGUE, mine=mine)
    return [view.ad.id for view in desk.read(lambda unit: unit.readers.board(query, None, 50)).items]


def test_board_and_records_are_read_from_the_standby_and_own_ads_are_not(
    followed: tuple[Pair, str], desk: Desk
) -> None:
    servers, _ = followed
    maker = desk.trader(usdt=10)
    ad = desk.ad(maker)

    def asked_for(what: str) -> int:
        return servers.standby.log().count(what)

    assert ad.id in board(desk, mine=maker.id)
    assert asked_for("FROM ads") == 0

    def is_read() -> bool:
        commit_something(servers)
        assert ad.id in board(desk)
        assert desk.read(lambda unit: unit.people.public_record(maker.id)).id == maker.id
        return asked_for("FROM ads") > 0 and asked_for("FROM endings") > 0

    until(is_read, PATIENCE_SECONDS)


def test_a_standby_that_is_behind_is_passed_over(followed: tuple[Pair, str], desk: Desk, reading: Reading) -> None:
    servers, _ = followed
    assert reads_from_the_standby(servers, reading)
    with replay_paused(servers):
        wait_until_behind(servers)
        maker = desk.trader(usdt=10)
        ad = desk.ad(maker)
        assert not reading.is_from_the_standby()
        assert ad.id in board(desk)
        assert desk.read(lambda unit: unit.people.public_record(maker.id)).id == maker.id
    assert reads_from_the_standby(servers, reading)


def test_who_registered_a_moment_ago_is_found(followed: tuple[Pair, str], desk: Desk) -> None:
    """Whether or not the standby knows them yet."""
    with replay_paused(followed[0]):
        trader = desk.trader()
        assert desk.read(lambda unit: unit.people.public_record(trader.id)).id == trader.id


def test_no_standby_lets_anybody_in(followed: tuple[Pair, str], desk: Desk) -> None:
    """Who asks is known by the primary alone: a suspension and a logout count at once, however far a standby is."""
    servers, _ = followed
    out, gone = desk.trader(), desk.trader()
    logins = {trader: opened(desk, trader) for trader in (out, gone)}

    def standing(trader: Trader) -> Standing:
        return desk.read(lambda unit: unit.admission.admit(trader.id, logins[trader].id)).standing

    commit_something(servers)
    assert {standing(trader) for trader in logins} == {Standing.GOOD}
    with replay_paused(servers):
        desk.suspend(out)
        desk.write(lambda unit: unit.logins.end(logins[gone].id, unit.now()))
        assert (standing(out), standing(gone)) == (Standing.SUSPENDED, Standing.ENDED)
    assert servers.standby.log().count("FROM logins") == 0


def opened(desk: Desk, trader: Trader) -> Login:
    at = desk.clock.now()
    login = Login(uuid4(), trader.id, uuid4(), at, at + timedelta(days=1))
    desk.write(lambda unit: unit.logins.open(login))
    return login


def test_a_standby_that_is_away_is_left_alone_for_a_while(followed: tuple[Pair, str], reading: Reading) -> None:
    servers, _ = followed
    assert reads_from_the_standby(servers, reading)
    servers.standby.stop("immediate")
    assert not reading.is_from_the_standby()
    servers.standby.start()
    commit_something(servers)
    assert not reading.is_from_the_standby()
    reading.clock.now += AWAY_SECONDS
    assert reads_from_the_standby(servers, reading)


def test_another_database_is_not_read_from(followed: tuple[Pair, str], caplog: pytest.LogCaptureFixture) -> None:
    servers, name = followed
    other = servers.primary.new_database()
    commit_something(servers)
    with closing(Reading(servers.primary.url(name), servers.standby.url(other))) as reading:
        assert not reading.is_from_the_standby()
    assert "it follows another database than the desk's" in caplog.text


def test_a_server_that_is_no_standby_is_not_read_from(followed: tuple[Pair, str]) -> None:
    """As one that was promoted, and whose line to the desk's own is cut."""
    servers, name = followed
    with closing(Reading(servers.primary.url(name), servers.primary.url(name))) as reading:
        commit_something(servers)
        assert not reading.is_from_the_standby()
