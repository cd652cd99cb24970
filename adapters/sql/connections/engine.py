"""Engines: how each of the two databases is opened, bounded and begun."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg import RawCursor, RawServerCursor
from sqlalchemy import URL, Engine, create_engine, event, make_url
from sqlalchemy.engine import Connection
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.pool import ConnectionPoolEntry

from domain.errors import StoreUnavailable

from . import failures
from .failures import WRITES
from .fair_lock import FairLock
from .session import Sessions
from .silence import admit, bound
from .slow import tell_slow

PARAMETER_STYLE = "numeric_dollar"
"""As the server has it, so that the driver need not take each text apart to put these marks in."""
POOL_SIZE = 10
# Whoever waits for a connection and then for an answer must hear "no" within 5 s, so no two of these waits may last
# longer than that together. Source: docs/contract/http.md, "Statuses".
POOL_TIMEOUT_SECONDS = 2
CONNECT_TIMEOUT_SECONDS = 2
STATEMENT_TIMEOUT_MILLISECONDS = 2_000
IDLE_IN_TRANSACTION_TIMEOUT_MILLISECONDS = 5_000
SQLITE_BUSY_TIMEOUT_SECONDS = 1.5
SQLITE_SWITCH_PAUSE_SECONDS = 0.01
WRITER_LOCK_TIMEOUT_SECONDS = 2.5
SQLITE_POOL_SIZE = 50
"""Waiting writers each hold a connection, and a reader must still get one. On SQLite a connection costs little."""
YIELDS = "p2p_yields"
"""The execution option of what is done in the background. On SQLite, requests that wait to write go before it."""

# A connection keeps its plans for as long as it lives, and a desk's first ones are made while its tables are empty.
# Reading those from end to end costs nothing then, and seconds later on; so no plan may do so where there is an index.
# The two joins that are not by lookup read both their sides so. Planning the write of a decision anew takes as long as
# executing it, and compiling a plan far longer.
STEADY_PLANS = {
    "enable_seqscan": "off",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
    "plan_cache_mode": "force_generic_plan",
    "jit": "off",
    # No request is worth more than one process of the server, and to start another takes longer than any.
    "max_parallel_workers_per_gather": "0",
}
_HELD = "p2p_writer_lock"


def open_engine(database_url: str, *, pool_size: int = POOL_SIZE, is_patient: bool = False) -> Engine:
    """An engine for the URL. Nothing is connected before its first use.

    A patient one waits for as long as a statement takes: for migrations and for checking the books.
    """
    url = make_url(database_url)
    engine = (
        _open_sqlite(url)
        if url.get_backend_name() == "sqlite"
        else _open_postgresql(url, pool_size, is_patient=is_patient)
    )
    failures.install(engine)
    if not is_patient:
        tell_slow(engine)
    return engine


@contextmanager
def checked_out(engine: Engine, *, commits: bool) -> Iterator[None]:
    """Around a checkout: say ``StoreUnavailable`` where the pool has no connection to give in time.

    At once, where others have just waited for the database in vain, or for its answer to a COMMIT and this unit
    ``commits`` something.
    """
    admit(engine, commits=commits)
    try:
        yield
    except PoolTimeoutError as error:
        raise StoreUnavailable("no database connection became free in time") from error


@contextmanager
def own_transaction(
    engine: Engine, *, writes: bool, yields: bool = False, is_trial: bool = False
) -> Iterator[Connection]:
    """A connection with a short transaction of its own: return commits, raise rolls back.

    One that ``yields`` lets requests go first where only one can write. One that ``is_trial`` finds out whether
    anything can be written, and is let in where other writers are not.
    """
    with checked_out(engine, commits=writes and not is_trial):
        connection = engine.connect()
    with connection:
        connection = connection.execution_options(**{WRITES: writes, YIELDS: yields})
        with connection.begin():
            yield connection


def _open_postgresql(url: URL, pool_size: int, *, is_patient: bool) -> Engine:
    settings = {
        "idle_in_transaction_session_timeout": str(IDLE_IN_TRANSACTION_TIMEOUT_MILLISECONDS),
        "statement_timeout": "0" if is_patient else str(STATEMENT_TIMEOUT_MILLISECONDS),
        **({} if is_patient else STEADY_PLANS),
    }
    arguments: dict[str, Any] = {
        "connect_timeout": CONNECT_TIMEOUT_SECONDS,
        "application_name": "p2p",
        "cursor_factory": RawCursor,
    }
    engine = create_engine(
        url,
        paramstyle=PARAMETER_STYLE,
        # No column has this type, and looking for it takes each new connection a round trip.
        use_native_hstore=False,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=POOL_TIMEOUT_SECONDS,
        pool_use_lifo=True,
        connect_args=arguments,
    )

    @event.listens_for(engine, "connect")
    def have_cursors(driver_connection: Any, _record: ConnectionPoolEntry) -> None:
        # For results that are gone through in parts, which take the same parameters.
        driver_connection.server_cursor_factory = RawServerCursor

    sessions = Sessions(url.query.get("options"), settings)
    if not is_patient:
        bound(engine, sessions)
        return engine

    @event.listens_for(engine, "do_connect")
    def connect(_dialect: Any, _record: Any, arguments: Any, named: Any) -> psycopg.Connection[Any]:
        return sessions.open(psycopg.Connection[Any], *arguments, **named)

    return engine


def _open_sqlite(url: URL) -> Engine:
    engine = create_engine(
        url,
        pool_size=SQLITE_POOL_SIZE,
        max_overflow=0,
        pool_timeout=POOL_TIMEOUT_SECONDS,
        connect_args={"timeout": SQLITE_BUSY_TIMEOUT_SECONDS},
    )
    writer_lock = FairLock()

    @event.listens_for(engine, "connect")
    def prepare(driver_connection: Any, record: ConnectionPoolEntry) -> None:
        # The driver's own transactions begin too late to be serializable, so BEGIN is issued below instead.
        driver_connection.isolation_level = None
        cursor = driver_connection.cursor()
        _keep_a_write_ahead_log(cursor)
        for pragma in ("synchronous=FULL", "foreign_keys=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()
        record.info.pop(_HELD, None)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        if not options.get(WRITES, True):
            connection.exec_driver_sql("BEGIN DEFERRED")
            return
        # Writers of this process queue here rather than in SQLite, whose waiting is by sleeping and unfair.
        if not writer_lock.acquire(WRITER_LOCK_TIMEOUT_SECONDS, yields=options.get(YIELDS, False)):
            raise StoreUnavailable("the database is busy")
        connection.info[_HELD] = True
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    def release(_driver_connection: Any, record: ConnectionPoolEntry, *_: Any) -> None:
        if record.info.pop(_HELD, False):
            writer_lock.release()

    event.listen(engine, "checkin", release)
    event.listen(engine, "invalidate", release)
    return engine


def _keep_a_write_ahead_log(cursor: sqlite3.Cursor) -> None:
    """Switch a new file over, which whoever comes first does for good.

    Two processes that open it at the same moment lock each other out, and for this SQLite does not wait by itself.
    """
    end = time.monotonic() + SQLITE_BUSY_TIMEOUT_SECONDS
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorname != "SQLITE_BUSY" or time.monotonic() > end:
                raise
            time.sleep(SQLITE_SWITCH_PAUSE_SECONDS)
        else:
            return


def sqlite_path(database_url: str) -> Path | None:
    """The file of an embedded database; None for other databases."""
    url = make_url(database_url)
    if url.get_backend_name() != "sqlite" or not url.database:
        return None
    return Path(url.database)
