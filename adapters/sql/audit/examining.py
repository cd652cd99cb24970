"""What can be told of a database from where one stands, before or while a desk runs on it, without changing it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from datetime import datetime

import psycopg
from sqlalchemy import URL, make_url
from sqlalchemy.engine import Connection

from domain.errors import StoreUnavailable
from domain.ports.clock import CLOCK_TOLERANCE_SECONDS

from ..connections.addresses import servers_of
from ..connections.engine import open_engine, own_transaction
from ..connections.session import is_pooled
from ..schema.grants import rights_on
from ..schema.tables import metadata

Remark = tuple[str, bool, str]
"""What was looked at, whether it is in order, and a line about it."""

OLDEST_POSTGRESQL = 15
OLDEST_SQLITE = (3, 38, 0)
"""Of strict tables, and of what the statements say."""

# Of several rights in one question the server is content with any one of them.
_LACKING = """SELECT string_agg(DISTINCT relname, ', ' ORDER BY relname)
    FROM unnest(string_to_array($1, ','), string_to_array($2, ',')) AS needed (named, named_right)
        JOIN pg_class ON relname = named AND relnamespace = 'public'::regnamespace AND relkind = 'r'
    WHERE NOT has_table_privilege(pg_class.oid, named_right)"""
_ROLE = "SELECT current_user, rolsuper FROM pg_roles WHERE rolname = current_user"
# A standby that has replayed all that it was sent is not behind, however long ago the last commit was.
_PLACE = """SELECT pg_is_in_recovery(),
    CASE WHEN pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() THEN 0
        ELSE coalesce(extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()), 0) END,
    current_setting('synchronous_standby_names')"""
_ALONE = "it is the primary, and waits for no standby: what is acknowledged is on its disk only"
_SAFE = ("fsync", "full_page_writes")


def examine(database_url: str, now: Callable[[], datetime]) -> Iterator[Remark]:
    """What there is to say, in order; ``now`` tells the moment by this machine's clock.

    Raises ``StoreUnavailable`` where it cannot be reached.
    """
    engine = open_engine(database_url, pool_size=1)
    try:
        with own_transaction(engine, writes=False) as connection:
            yield from _sqlite() if engine.dialect.name == "sqlite" else _postgresql(connection, now)
    finally:
        engine.dispose()
    yield from _servers(make_url(database_url))


def _sqlite() -> Iterator[Remark]:
    yield "version", sqlite3.sqlite_version_info >= OLDEST_SQLITE, f"SQLite {sqlite3.sqlite_version}"


def _postgresql(connection: Connection, now: Callable[[], datetime]) -> Iterator[Remark]:
    def ask(statement: str, *arguments: object) -> object:
        return connection.exec_driver_sql(statement, arguments or None).scalar_one()

    number = connection.connection.driver_connection.info.server_version  # type: ignore[union-attr]
    yield "version", number >= OLDEST_POSTGRESQL * 10_000, f"PostgreSQL {ask('SHOW server_version')}"
    asked = now()
    told = ask("SELECT clock_timestamp()")
    assert isinstance(told, datetime)
    ahead = ((asked + (now() - asked) / 2) - told).total_seconds()
    is_right = abs(ahead) <= CLOCK_TOLERANCE_SECONDS
    yield "clock", is_right, f"this machine's is {abs(ahead):.1f} s {'ahead of' if ahead > 0 else 'behind'} it"
    role, is_superuser = connection.exec_driver_sql(_ROLE).one()
    needed = [(table, right) for table in metadata.tables for right in rights_on(table).split(", ")]
    without = ask(_LACKING, *(",".join(column) for column in zip(*needed, strict=True)))
    lacking = f"{role} may not do all that the desk does to {without}"
    said = lacking if without else f"{role} may do to every table what the desk does"
    yield "role", not without, said + ("; it is a superuser, which the desk does not need" if is_superuser else "")
    off = [name for name in _SAFE if ask(f"SHOW {name}") != "on"]
    said = f"{' and '.join(off)} off: what is acknowledged can be lost" if off else "what is acknowledged is on disk"
    yield "durability", not off, said
    driver = connection.connection.driver_connection
    if isinstance(driver, psycopg.Connection) and is_pooled(driver):
        yield "pooler", True, "a pooler stands before it, and leaves sessions as they are"
    is_standby = bool(ask("SELECT pg_is_in_recovery()"))
    yield "server", not is_standby, "it is a standby, which takes no writes" if is_standby else "it is a primary"


def _servers(url: URL) -> Iterator[Remark]:
    """Each server of an address that names several: one has to be the primary, and each of them has to answer."""
    others = {name: value for name, value in url.query.items() if name not in ("host", "target_session_attrs")}
    for server in servers_of(url):
        host, _, port = server.partition(":")
        alone = url.set(host=host, query=others)
        engine = open_engine((alone.set(port=int(port)) if port else alone).render_as_string(False), pool_size=1)
        try:
            with own_transaction(engine, writes=False) as connection:
                is_standby, behind, waits_for = connection.exec_driver_sql(_PLACE).one()
        except StoreUnavailable as error:
            yield server, False, str(error)
        else:
            if is_standby:
                yield server, True, f"it is a standby, {behind:.1f} s behind"
            elif waits_for:
                yield server, True, f"it is the primary, and waits for {waits_for}"
            else:
                yield server, False, _ALONE
        finally:
            engine.dispose()


def examine_replica(database_url: str) -> Iterator[Remark]:
    """Whether what is to be read from is a standby. One that is not costs nothing but what it was to save."""
    engine = open_engine(database_url, pool_size=1)
    try:
        with own_transaction(engine, writes=False) as connection:
            is_standby, behind, _ = connection.exec_driver_sql(_PLACE).one()
    except StoreUnavailable as error:
        yield "replica", False, str(error)
    else:
        said = f"it is a standby, {behind:.1f} s behind" if is_standby else "it is no standby, and is not read from"
        yield "replica", is_standby, said
    finally:
        engine.dispose()
