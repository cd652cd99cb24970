"""Statements whose texts are known, sent to PostgreSQL by the driver itself.

For each execution SQLAlchemy makes a context, a cursor and a result with the names and types of its columns. For a text
that was compiled long ago, and an answer that is one document, that is half of what a statement takes of this process.
All else is as if SQLAlchemy had sent it: the listeners of the engine hear of it, and what goes wrong becomes what it
becomes elsewhere, with the connection given up where it has to be.
"""

from __future__ import annotations

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


def send(
    connection: Connection, text: str, values: tuple[Any, ...], row_factory: RowFactory[Any] = tuple_row
) -> Cursor:
    """Execute a text with numbered parameters, in the transaction that has begun on the connection.

    Rows are tuples, or what another ``row_factory`` of the driver makes. Raises what ``failures`` makes of the driver's
    errors.
    """
    context: Any = _Sent()
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    cursor: Cursor = driver.cursor(row_factory=row_factory)
    try:
        for listener in connection.dispatch.before_cursor_execute:
            listener(connection, cursor, text, values, context, False)
        cursor.execute(text, values)
        for listener in connection.dispatch.after_cursor_execute:
            listener(connection, cursor, text, values, context, False)
    except BaseException as error:  # noqa: BLE001
        # This raises. It tells the listeners of errors, and gives up this connection, and those beside it, where a
        # server is gone.
        connection._handle_dbapi_exception(error, text, values, cursor, context)  # type: ignore[arg-type]
    return cursor
