"""A desk on a hostile PostgreSQL: what the server, the database, a role or the environment says does not count."""

import os
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from decimal import Decimal
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import make_url

from adapters.sql.audit.verify import verify
from adapters.sql.connections.engine import open_engine, own_transaction
from adapters.sql.connections.notify import NotifyWaker, WakeListener, _Line
from adapters.sql.connections.session import PINNED
from adapters.sql.migrations.migrate import upgrade
from adapters.sql.schema.tables import metadata
from adapters.sql.store import SqlStore
from domain import Purse
from domain.errors import StoreUnavailable
from tests.conftest import NewDatabase
from tests.integration.desk import Desk
from tests.integration.sql.conftest import NewDesk, administrator
from tests.integration.sql.waiting import wait_until
from tests.integration.wakers import RecordingWaker
from tests.postgres import Server

HOSTILE = {
    "DateStyle": "German, DMY",
    "IntervalStyle": "sql_standard",
    "TimeZone": "Asia/Kathmandu",
    "client_encoding": "LATIN1",
    "standard_conforming_strings": "off",
    "bytea_output": "escape",
    "extra_float_digits": "-15",
    "transform_null_equals": "on",
    "search_path": "elsewhere, public",
    "default_transaction_isolation": "serializable",
    "default_transaction_deferrable": "on",
    "row_security": "on",
    "synchronous_commit": "off",
    "lock_timeout": "1ms",
    "idle_session_timeout": "1ms",
    "statement_timeout": "1ms",
    "idle_in_transaction_session_timeout": "1ms",
}
ENVIRONMENT = {
    "PGDATESTYLE": "German",
    "PGTZ": "Asia/Kathmandu",
    "PGCLIENTENCODING": "LATIN1",
    "PGOPTIONS": "-c bytea_output=escape -c search_path=elsewhere",
    "PGHOSTADDR": "127.0.0.99",
    "PGPORT": "1",
    "PGDATABASE": "template1",
}


@pytest.fixture
def hostile_url(new_database: NewDatabase) -> str:
    """A migrated database that tells every session to read and write in other ways, and to look elsewhere first."""
    url = new_database()
    with closing(administrator(url)) as aside:
        aside.execute("CREATE SCHEMA elsewhere CREATE TABLE traders (LIKE public.traders)")
        make_hostile(aside, sql.SQL("DATABASE {}").format(sql.Identifier(aside.info.dbname)))
    return url


def make_hostile(aside: psycopg.Connection[object], whom: sql.Composable) -> None:
    for name, value in HOSTILE.items():
        values = (
            sql.SQL(", ").join(map(sql.Literal, value.split(", "))) if name == "search_path" else sql.Literal(value)
        )
        aside.execute(sql.SQL("ALTER {} SET {} = {}").format(whom, sql.Identifier(name), values))


@pytest.fixture
def role_url(new_database: NewDatabase, cluster: Server) -> Iterator[str]:
    """A migrated database and a role that is as hostile, with a schema by its name."""
    address = make_url(new_database())
    with closing(cluster.connect(address.database or "")) as aside:
        aside.execute("CREATE ROLE hostile LOGIN SUPERUSER")
        try:
            aside.execute("CREATE SCHEMA hostile CREATE TABLE traders (LIKE public.traders)")
            make_hostile(aside, sql.SQL("ROLE hostile"))
            yield address.set(username="hostile").render_as_string(hide_password=False)
        finally:
            aside.execute("DROP SCHEMA hostile CASCADE")
            aside.execute("DROP ROLE hostile")


@contextmanager
def hostile_environment() -> Iterator[None]:
    """Variables that libpq reads, and takes for what it was not told."""
    before = {name: os.environ[name] for name in ENVIRONMENT if name in os.environ}
    os.environ.update(ENVIRONMENT)
    try:
        yield
    finally:
        for name in ENVIRONMENT:
            del os.environ[name]
        os.environ.update(before)


def check_whole(url: str, desk: Desk) -> None:
    """A trade with every kind of value, read back; the books; and migrating and asking for the schema."""
    jude, amara = desk.trader(usdt=100), desk.trader()
    desk.transfer(jude, Decimal(30), Purse.P2P, Purse.MAIN)
    terms = "Zwölf — 十二 — \\' — \U0001f600"
    ad = desk.ad(jude, terms_of_trade=terms, auto_reply_message="Grüß Gott")
    assert desk.read(lambda unit: unit.readers.ad(ad.id)).ad == ad
    offer = desk.offer(ad, amara)
    desk.pay(offer)
    desk.release(offer)
    notices = desk.store.tail.after(amara.id, 0, 10)
    assert [notice.created_at for notice in notices] == [desk.clock.now()] * 2
    assert verify(url) == []
    upgrade(url)
    desk.store.ping()


def test_a_hostile_database(hostile_url: str, open_desk: NewDesk) -> None:
    check_whole(hostile_url, open_desk(hostile_url))


def test_a_hostile_role(role_url: str, open_desk: NewDesk) -> None:
    desk = open_desk(role_url)
    check_whole(role_url, desk)
    desk.store.close()


def test_a_hostile_environment(database_url: str, open_desk: NewDesk) -> None:
    with hostile_environment():
        check_whole(database_url, open_desk(database_url))


def test_a_hostile_database_is_migrated_to_the_tables_that_are_used(new_database: NewDatabase, cluster: Server) -> None:
    url = new_database(migrated=False)
    with closing(administrator(url)) as aside:
        aside.execute("CREATE SCHEMA elsewhere")
        make_hostile(aside, sql.SQL("DATABASE {}").format(sql.Identifier(aside.info.dbname)))
        name = aside.info.dbname
    upgrade(url)
    with closing(cluster.connect()) as aside:
        aside.execute(sql.SQL("ALTER DATABASE {} RESET ALL").format(sql.Identifier(name)))
    with closing(administrator(url)) as aside:
        found = aside.execute("SELECT tablename, schemaname FROM pg_tables WHERE schemaname IN ('public', 'elsewhere')")
        wanted = {*metadata.tables, "alembic_version"}
        assert dict(found.fetchall()) == dict.fromkeys(wanted, "public")


# Each kind of connection ---------------------------------------------------------------------------------------

Shown = Callable[[str], str]


@pytest.fixture(params=["units", "patient", "waking"])
def shown(request: pytest.FixtureRequest, hostile_url: str) -> Iterator[Shown]:
    """A function that shows a setting of one kind of connection, on a hostile database in a hostile environment."""
    with hostile_environment():
        if request.param == "waking":
            with closing(_Line(hostile_url).connect()) as waking:
                yield lambda name: str((waking.execute(f"SHOW {name}").fetchone() or [""])[0])
            return
        engine = open_engine(hostile_url, is_patient=request.param == "patient")
        with own_transaction(engine, writes=False) as connection:
            yield lambda name: str(connection.exec_driver_sql(f"SHOW {name}").scalar_one())
        engine.dispose()


def test_every_connection_is_told(shown: Shown) -> None:
    assert {name: shown(name) for name in PINNED} == PINNED
    # Waking is one statement a transaction, and whoever listens says nothing for hours.
    if shown("application_name") != "p2p-wake":
        assert shown("idle_in_transaction_session_timeout") != "1ms"
    assert shown("statement_timeout") != "1ms"


def test_wake_ups_are_heard(hostile_url: str) -> None:
    heard, trader_id = RecordingWaker(), uuid4()
    with hostile_environment():
        listener, waker = WakeListener(hostile_url, heard.wake), NotifyWaker(hostile_url)
        listener.start()
        try:

            def is_heard() -> bool:
                waker.wake([trader_id])
                return trader_id in heard.woken

            wait_until(is_heard)
        finally:
            waker.close()
            listener.stop()


def test_formats_are_not_the_address_s_to_choose(database_url: str, open_desk: NewDesk) -> None:
    """Its options come on top for all else."""
    url = f"{database_url}?options=-c%20datestyle%3DGerman%20-c%20timezone%3DAsia/Kathmandu%20-c%20lock_timeout%3D5min"
    engine = open_engine(url)
    with own_transaction(engine, writes=False) as connection:
        found = [connection.exec_driver_sql(f"SHOW {name}").scalar_one() for name in ("datestyle", "lock_timeout")]
    engine.dispose()
    assert found == [PINNED["DateStyle"], "5min"]
    check_whole(url, open_desk(url))


# Encodings -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["SQL_ASCII", "LATIN1"])
def test_a_database_that_cannot_keep_every_text_is_refused(cluster: Server, encoding: str) -> None:
    name = f"p2p_test_{encoding.lower()}_{os.getpid()}"
    with closing(cluster.connect()) as aside:
        aside.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING '{encoding}' LC_COLLATE 'C' LC_CTYPE 'C'")
    try:
        url = cluster.url(name)
        refusal = pytest.raises(StoreUnavailable, match=f"its encoding is {encoding}.*createdb --encoding=UTF8")
        with closing(SqlStore(url, waker=RecordingWaker(), message_id_domain="desk.example")) as store, refusal:
            store.ping()
        for command in (upgrade, verify):
            with refusal:
                command(url)
        with refusal:
            _Line(url).connect()
        with closing(cluster.connect(name)) as aside:
            assert aside.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() == (0,)
    finally:
        cluster.drop_database(name)
