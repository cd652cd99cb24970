"""Statements whose texts are known, sent to PostgreSQL by the driver itself.

For each execution SQLAlchemy makes a context, a cursor and a result with the names and types of its columns. For a text
that was compiled long ago, and an answer that is one document, that is half of what a statement takes of this process.
All else is as if SQLAlchemy had sent it: the listeners of the engine hear of it, and what goes wrong becomes what it
becomes elsewhere, with the connection given up where it has to be.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any, NamedTuple, cast

import psycopg
from psycopg.rows import RowFactory, tuple_row
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Connection
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ClauseElement

from .engine import PARAMETER_STYLE

Cursor = psycopg.Cursor[Any]

KEPT_CURSORS = 64
"""So many cursors a connection keeps, those of the texts that were sent last; a desk that trades sends some forty."""
_KEPT = "p2p_kept_cursors"


class SentText(NamedTuple):
    """A statement as the driver takes it: which parameters it has, in their order, and those that never change."""

    text: str
    names: tuple[str, ...]
    constants: Mapping[str, Any]

    @classmethod
    def of(cls, statement: ClauseElement) -> SentText:
        """A statement, compiled."""
        dialect = postgresql.psycopg.dialect(paramstyle=PARAMETER_STYLE)  # type: ignore[no-untyped-call]
        found = cast("SQLCompiler", statement.compile(dialect=dialect))
        return cls(str(found), tuple(found.positiontup or ()), found.params)

    def values(self, parameters: Mapping[str, Any]) -> tuple[Any, ...]:
        """The parameters in order."""
        values = {**self.constants, **parameters}
        return tuple([values[name] for name in self.names])


class _Sent:
    """What the listeners of one execution keep in common, in place of SQLAlchemy's context."""

    executemany = False

    def handle_dbapi_exception(self, error: BaseException) -> None:
        """Nothing was begun for this execution that would have to be ended with it."""


class _KeptCursors(OrderedDict[str, tuple[Cursor, bytes]]):
    """The cursors of one connection by the text that each executes, the one used last behind the others.

    A cursor that executes again the very text it executed last knows by then how each type of parameter is written; a
    new one finds all of that out anew.
    """

    def of(self, driver: psycopg.Connection[Any], text: str) -> tuple[Cursor, bytes]:
        """The cursor of a text, and the text as it goes over the line."""
        found = self.get(text)
        if found is None:
            found = self[text] = driver.cursor(row_factory=tuple_row), text.encode()
            if len(self) > KEPT_CURSORS:
                self.popitem(last=False)
        else:
            self.move_to_end(text)
        return found


def send(connection: Connection, text: str, values: tuple[Any, ...]) -> Cursor:
    """Execute a text with numbered parameters, in the transaction that has begun on the connection.

    Rows are tuples. They are to be fetched before the same text is sent again on the connection, since its cursor is
    used again; what is fetched is few and small, because the cursor keeps it until then. Raises what ``failures`` makes
    of the driver's errors.
    """
    link = connection.connection
    kept: _KeptCursors | None = link.info.get(_KEPT)
    if kept is None:
        # What is noted there is forgotten with the connection.
        kept = link.info[_KEPT] = _KeptCursors()
    driver = link.driver_connection
    assert isinstance(driver, psycopg.Connection)
    cursor, encoded = kept.of(driver, text)
    try:
        return _execute(connection, cursor, text, values, encoded)
    except BaseException:
        # Whoever handles errors closes the cursor.
        kept.pop(text, None)
        raise


def send_for_many(connection: Connection, text: str, values: tuple[Any, ...], row_factory: RowFactory[Any]) -> Cursor:
    """The same on a cursor of its own, which goes with its rows; they are what the ``row_factory`` makes."""
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    return _execute(connection, driver.cursor(row_factory=row_factory), text, values, text)


def _execute(connection: Connection, cursor: Cursor, text: str, values: tuple[Any, ...], sent: str | bytes) -> Cursor:
    context: Any = _Sent()
    try:
        for listener in connection.dispatch.before_cursor_execute:
            listener(connection, cursor, text, values, context, False)
        cursor.execute(sent, values)
        for listener in connection.dispatch.after_cursor_execute:
            listener(connection, cursor, text, values, context, False)
    except BaseException as error:  # noqa: BLE001
        # This raises. It tells the listeners of errors, and gives up this connection, and those beside it, where a
        # server is gone.
        connection._handle_dbapi_exception(error, text, values, cursor, context)  # type: ignore[arg-type]
    return cursor
