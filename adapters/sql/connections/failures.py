"""What a database error means for a unit of work: try again, come back later, or a fault of ours.

Retrying is safe only while nothing can have been committed. So a serialization failure, a deadlock and a connection
lost before COMMIT are tried again as a whole; a connection lost while committing is not, since the unit may have
happened. Errors that nobody can mend by waiting keep their own class and end as a fault.
"""

from __future__ import annotations

import sqlite3
from typing import Any

import psycopg
from sqlalchemy import Engine, event
from sqlalchemy.engine import Connection, ExceptionContext
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from transaction.interfaces import TransientError

from domain.errors import CommitUnknown, ConcurrentChange, StoreUnavailable

WRITES = "p2p_writes"
"""The execution option that tells a unit which writes from one that only reads."""
_COMMITTING = "p2p_committing"

TRY_AGAIN_STATES = frozenset({"40001", "40P01", "55P03", "23505"})
"""Serialization failure, deadlock, lock not available; and a key that a concurrent unit wrote first.

A second look finds that key, and answers from what it finds.
"""
UNAVAILABLE_CLASSES = frozenset({"08", "53", "57", "58"})
"""Connection exceptions, insufficient resources, operator intervention (timeouts are in it), system errors."""
_READ_ONLY = "25006"
UNAVAILABLE_STATES = frozenset({_READ_ONLY, "25P03", "42501"})
"""A read-only server, such as a standby after a failover; a unit that sat idle for too long; and a role that may not
do what the desk does."""
_SQLITE_UNAVAILABLE = {
    "SQLITE_BUSY": "",
    "SQLITE_LOCKED": "",
    "SQLITE_FULL": "make room on its disk",
    "SQLITE_IOERR": "look after its disk",
    "SQLITE_CANTOPEN": "the desk must be able to read and write it and its folder",
    "SQLITE_READONLY": "the desk must be able to write it and its folder",
    "SQLITE_PERM": "the desk must be able to read and write it and its folder",
    "SQLITE_NOTADB": "P2P_DATABASE_URL should name another file, or one that is not there yet",
    "SQLITE_CORRUPT": "it is damaged: keep it, and restore a backup",
}
"""What SQLite can say of its file, and what is to be done then. A file that is busy is waited for by the driver, for as
long as anybody is to wait."""
_HINTS = {
    "42501": "the desk's role needs to own its database, or what p2p grants prints for it",
    "53100": "make room on the server's disk",
}
_SUCH_A_ROW = "has such a row"
_CONNECT_HINT = "look at P2P_DATABASE_URL, and whether that server runs"


class TryAgain(ConcurrentChange, TransientError):  # type: ignore[misc]
    """Another unit was in the way. The transaction manager retries the whole unit."""


class LostBeforeCommit(StoreUnavailable, TransientError):  # type: ignore[misc]
    """The connection broke before COMMIT was sent, so nothing happened and the whole unit may be tried again."""


def install(engine: Engine) -> None:
    """Make an engine raise the faults of the domain instead of the driver's errors."""
    event.listen(engine, "commit", _note_commit)
    event.listen(engine, "begin", _forget_commit)
    event.listen(engine, "handle_error", _translate, retval=True)


def _note_commit(connection: Connection) -> None:
    # Of a unit that only reads it does not matter whether the COMMIT arrived: it can be done again.
    if connection.get_execution_options().get(WRITES, True):
        connection.info[_COMMITTING] = True


def _forget_commit(connection: Connection) -> None:
    connection.info.pop(_COMMITTING, None)


def _translate(context: ExceptionContext) -> BaseException | None:
    original = context.original_exception
    if not isinstance(original, Exception):
        # An interrupt from the keyboard is nothing of the database's, and nobody may catch it on the way.
        return None
    # Once a connection is invalidated it has no info of its own any more, so the flags are read before that.
    connection = context.connection
    info = connection.info if connection is not None and not connection.invalidated else {}
    is_committing = _COMMITTING in info
    if isinstance(original, sqlite3.Error):
        return translated_of_sqlite(original)
    driver = _driver(context)
    if context.is_disconnect or getattr(driver, "broken", False):
        reason = _one_line(original)
        if is_committing:
            return CommitUnknown(reason)
        # A second try at a silent server would only double the wait.
        is_silent = connection is None or getattr(driver, "is_stalled", False)
        return StoreUnavailable(reason) if is_silent else LostBeforeCommit(reason)
    state = getattr(original, "sqlstate", None)
    if state == _READ_ONLY and _is_of_a_standby(driver):
        # It was opened before another server took this one's place, and so were those beside it in the pool.
        context.is_disconnect = True
    if is_committing and _ended_the_session(original):
        return CommitUnknown(_one_line(original))
    if state is None:
        return StoreUnavailable(_one_line(original, _CONNECT_HINT)) if connection is None else None
    if state in TRY_AGAIN_STATES:
        return TryAgain(_one_line(original))
    if connection is None:
        return StoreUnavailable(_one_line(original, _CONNECT_HINT))
    if state[:2] in UNAVAILABLE_CLASSES or state in UNAVAILABLE_STATES:
        return StoreUnavailable(_one_line(original, _HINTS.get(state, "")))
    return None


def _driver(context: ExceptionContext) -> Any:
    """The driver's connection, which tells by its state, and not by its message, that it was given up."""
    connection = context.connection
    return None if connection is None or connection.invalidated else connection.connection.dbapi_connection


def _is_of_a_standby(driver: Any) -> bool:
    """Whether the server is one, which it reports by itself; else it is a primary that its operator has frozen."""
    return isinstance(driver, psycopg.Connection) and driver.info.parameter_status("in_hot_standby") == "on"


def _ended_the_session(original: BaseException) -> bool:
    """Whether the server took its leave, of which it can think after it has committed and before it says so."""
    return isinstance(original, psycopg.Error) and original.diag.severity_nonlocalized in ("FATAL", "PANIC")


def translated_of_sqlite(original: sqlite3.Error) -> StoreUnavailable | ConcurrentChange | None:
    """What an error of SQLite is to a unit; None for a fault of ours."""
    code = getattr(original, "sqlite_errorname", "") or ""
    if code.startswith(("SQLITE_BUSY_SNAPSHOT", "SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY")):
        return TryAgain(_one_line(original))
    if code == "SQLITE_CONSTRAINT_TRIGGER" and _SUCH_A_ROW in str(original):
        # Before the table's own keys are looked at, what keeps its rows from being replaced has been asked.
        return TryAgain(_one_line(original))
    for name, hint in _SQLITE_UNAVAILABLE.items():
        if code.startswith(name):
            return StoreUnavailable(_one_line(original, hint))
    return None


def one_line_of(error: BaseException) -> str | None:
    """What the database said in an error of SQLAlchemy, the driver or Alembic; None for an error of another kind."""
    original = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(original, psycopg.Error | sqlite3.Error | SQLAlchemyError):
        return _one_line(original)
    return None


def _one_line(error: BaseException, hint: str = "") -> str:
    lines = str(error).strip().splitlines()
    text = f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__
    return f"{text}; {hint}" if hint else text
