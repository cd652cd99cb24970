"""The schema: what the migrations make is what the code believes, and what must never be true is refused by it."""

import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import create_engine

from adapters.sql.connections.engine import open_engine, own_transaction
from adapters.sql.migrations.migrate import upgrade
from adapters.sql.migrations.revisions import current_revisions, head_revision
from adapters.sql.schema import mapping
from adapters.sql.schema.only_added import ONLY_ADDED
from adapters.sql.schema.tables import metadata
from adapters.sql.store import SqlStore
from adapters.worker.bookkeeper import Bookkeeper
from domain import Purse
from domain.errors import StoreUnavailable
from domain.model.changes import AD_PROGRESS, OFFER_PROGRESS
from tests.clock import SettableClock
from tests.conftest import NewDatabase
from tests.factories import AdFactory, OfferFactory
from tests.integration.desk import Desk
from tests.integration.races import at_once
from tests.integration.sql.conftest import administrator
from tests.integration.sql.shape import shape_of
from tests.integration.wakers import RecordingWaker

only_postgresql = pytest.mark.parametrize("engine", ["postgres"], indirect=True)
only_sqlite = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def make_all(database_url: str) -> None:
    """The tables as the code has them, without the migrations."""
    engine = create_engine(database_url)
    metadata.create_all(engine)
    engine.dispose()


MADE_BY_BOTH = ("tables", "constraints", "indexes")
"""Triggers and functions are in the migrations alone."""


def test_the_migrations_make_the_tables_of_the_code(engine: str, url: str, bare_url: str, tmp_path: Path) -> None:
    (tmp_path / "a folder").mkdir()
    make_all(bare_url)
    migrated, made = shape_of(url), shape_of(bare_url)
    for place in MADE_BY_BOTH:
        assert migrated[place] == made[place]
    assert migrated["tables"]
    assert migrated["indexes"]


def test_all_that_may_change_is_written() -> None:
    assert mapping.ad_progress(AdFactory()).keys() == AD_PROGRESS
    assert mapping.offer_progress(OfferFactory()).keys() == OFFER_PROGRESS


def is_current(database_url: str) -> bool:
    """Whether the database has the schema of this code."""
    engine = open_engine(database_url)
    with own_transaction(engine, writes=False) as connection:
        found = current_revisions(connection)
    engine.dispose()
    return found == {head_revision()}


def test_migrating_twice_changes_nothing(url: str, engine: str) -> None:
    upgrade(url)
    assert is_current(url)


@pytest.fixture
def bare_url(engine: str, new_database: NewDatabase, tmp_path: Path) -> str:
    """A database without any table."""
    return new_database(migrated=False) if engine == "postgres" else f"sqlite:///{tmp_path}/a folder/bare.sqlite3"


def test_two_migrate_at_once(bare_url: str) -> None:
    at_once([lambda: upgrade(bare_url)] * 4)
    assert is_current(bare_url)


def test_a_database_that_is_not_migrated(bare_url: str, tmp_path: Path) -> None:
    (tmp_path / "a folder").mkdir()
    assert not is_current(bare_url)
    with closing(
        SqlStore(bare_url, waker=RecordingWaker(), message_id_domain="desk.example", clock=SettableClock())
    ) as store:
        with pytest.raises(StoreUnavailable, match="not migrated"):
            store.ping()
        upgrade(bare_url)
        store.ping()


@only_postgresql
def test_a_database_of_other_code(url: str) -> None:
    """A newer desk has migrated it: this one must not serve from it."""
    with closing(administrator(url)) as aside:
        aside.execute("UPDATE alembic_version SET version_num = 'tomorrow'")
    assert not is_current(url)


@pytest.mark.abuse("J4")
def test_only_its_owner_reads_the_database_file(tmp_path: Path) -> None:
    path = tmp_path / "a folder" / "new.sqlite3"
    upgrade(f"sqlite:///{path}")
    with closing(
        SqlStore(f"sqlite:///{path}", waker=RecordingWaker(), message_id_domain="desk.example", clock=SettableClock())
    ) as store:
        Desk(store).trader(usdt=1)
        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    assert modes == dict.fromkeys(("new.sqlite3", "new.sqlite3-wal", "new.sqlite3-shm"), 384)


# What nobody may change ----------------------------------------------------------------------------------------

REFUSED = (psycopg.errors.RestrictViolation, sqlite3.IntegrityError)


@pytest.fixture
def connection(url: str, engine: str) -> Iterator[Any]:
    """A plain connection of the driver."""
    plain = administrator(url) if engine == "postgres" else sqlite3.connect(url.removeprefix("sqlite:///"))
    with closing(plain):
        yield plain


@pytest.fixture
def played(desk: Desk) -> Desk:
    """A desk with a row in each table that is only ever added to."""
    offer = desk.offer(desk.sell_ad(), desk.trader())
    desk.pay(offer)
    desk.release(offer)
    desk.rate(offer)
    desk.restrict(desk.trader())
    desk.say(offer, desk.traders[0])
    desk.deposit(desk.traders[0], Decimal(1), purse=Purse.MAIN)
    bookkeeper = Bookkeeper(desk.store, desk.identifiers, None)
    assert (bookkeeper.chain_once(), bookkeeper.chain_once()) == (0, 1)
    return desk


@pytest.mark.abuse("K4")
def test_rows_that_are_only_ever_added(played: Desk, connection: Any) -> None:
    for table in ONLY_ADDED:
        found = connection.execute(f"SELECT * FROM {table}")
        column, before = found.description[0][0], len(found.fetchall())
        assert before
        with pytest.raises(REFUSED, match=f"{table} is append-only"):
            connection.execute(f"UPDATE {table} SET {column} = {column}")
        with pytest.raises(REFUSED, match=f"{table} is append-only"):
            connection.execute(f"DELETE FROM {table}")
        assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (before,)


@pytest.mark.abuse("K4")
@only_postgresql
def test_a_table_that_is_not_emptied(played: Desk, connection: Any) -> None:
    for table in ONLY_ADDED:
        with pytest.raises(psycopg.errors.RestrictViolation, match="is append-only"):
            connection.execute(f"TRUNCATE {table} CASCADE")


# Amounts that no column takes ----------------------------------------------------------------------------------

AMOUNTS = {
    "accounts": ("balance",),
    "postings": ("amount",),
    "offers": ("currency_amount", "fiat_amount", "price_per_unit"),
    "ads": ("price_per_unit", "crypto_amount", "min_limit", "max_limit", "available", "reserved", "sold", "withdrawn"),
}
# An infinity is more than PostgreSQL's type takes; the rest meets its CHECK.
NO_AMOUNT = (psycopg.errors.CheckViolation, psycopg.errors.NumericValueOutOfRange, sqlite3.IntegrityError)
NO_NUMBERS = ("'NaN'", "'Infinity'", "'-Infinity'", "-1", "1000000000000000000")
NO_AMOUNTS = (
    "'NaN'", "'Infinity'", "'1'", "''", "'abc'", "1", "1.5", "X'31'", "NULL",
    "'000000000000000001.0000000000000000000'", "'000000000000000001.000000000000000000000'",
    "'00000000000000001.00000000000000000000'", "'1000000000000000000.00000000000000000000'",
    "'-00000000000000001.00000000000000000000'", "' 00000000000000001.00000000000000000000'",
    "'--000000000000000001.00000000000000000000'", "'00000000000000000\uff11.00000000000000000000'",
    "'000000000000000001,00000000000000000000'",
)  # fmt: skip


@pytest.fixture
def unguarded(played: Desk, connection: Any, engine: str) -> Any:
    """The connection, past the triggers: what is left to refuse a value is its CHECK."""
    if engine == "sqlite":
        connection.execute("DROP TRIGGER postings_no_update")
    else:
        connection.execute("SET session_replication_role = replica")
    return connection


@pytest.mark.parametrize(("table", "columns"), AMOUNTS.items(), ids=AMOUNTS)
def test_what_is_no_amount(unguarded: Any, engine: str, table: str, columns: tuple[str, ...]) -> None:
    where = " WHERE purse = 'p2p'" if table == "accounts" else ""
    for column in columns:
        for value in NO_NUMBERS if engine == "postgres" else NO_AMOUNTS:
            with pytest.raises(NO_AMOUNT):
                unguarded.execute(f"UPDATE {table} SET {column} = {value}{where}")


def test_no_account_but_outside_is_below_zero(unguarded: Any, engine: str) -> None:
    value = "-1" if engine == "postgres" else "'-000000000000000001.00000000000000000000'"
    with pytest.raises((psycopg.errors.CheckViolation, sqlite3.IntegrityError)):
        unguarded.execute(f"UPDATE accounts SET balance = {value} WHERE purse = 'p2p'")
    unguarded.execute(f"UPDATE accounts SET balance = {value} WHERE purse = 'outside'")


def test_no_posting_of_nothing(unguarded: Any, engine: str) -> None:
    value = "0" if engine == "postgres" else "'000000000000000000.00000000000000000000'"
    with pytest.raises((psycopg.errors.CheckViolation, sqlite3.IntegrityError)):
        unguarded.execute(f"UPDATE postings SET amount = {value}")


WORDS = (
    "UPDATE offers SET state = 'lost'",
    "UPDATE ads SET status = 'lost'",
    "UPDATE ads SET ad_type = 'swap'",
    "UPDATE letters SET state = 'lost'",
    "UPDATE accounts SET purse = 'hidden' WHERE purse = 'main'",
    "UPDATE accounts SET purse = 'fees' WHERE purse = 'p2p'",
    "UPDATE accounts SET purse = 'p2p' WHERE purse = 'outside'",
    "UPDATE notice_counters SET read_up_to = last + 1",
    "UPDATE postings SET side = 'both'",
    "UPDATE feedback SET rating = 6",
    "UPDATE chat_members SET told_up_to = 0, mail_due_at = '2026-03-02T12:00:00+00:00'",
)


def test_no_other_word(played: Desk, unguarded: Any) -> None:
    for statement in WORDS:
        with pytest.raises((psycopg.errors.CheckViolation, sqlite3.IntegrityError)):
            unguarded.execute(statement)


@only_postgresql
def test_an_ad_is_the_sum_of_its_parts(unguarded: Any) -> None:
    with pytest.raises(psycopg.errors.CheckViolation):
        unguarded.execute("UPDATE ads SET available = available + 1")
