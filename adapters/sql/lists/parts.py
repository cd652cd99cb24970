"""The rows of lists, each as the few objects that it is made of, which are made once for as long as they stay so.

A row of a list has up to a hundred columns, and most of them are of what was read before: the ads of the board are the
same for everybody who looks, one of the parties of all one's offers is oneself. To read each column, and to make the
same frozen objects of them again, took longer than all else of a request. So on PostgreSQL each part of a row comes as
one text, a record as the server writes it, and what was made of a text is remembered by it: another text is another
object, and nothing can be out of date. SQLite writes no records, and its rows are read column by column.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import Boolean, ColumnElement, FromClause, Integer, Label, Text, cast, func, literal_column, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Row as SqlRow
from sqlalchemy.types import TypeEngine

from ..schema.mapping import Row
from ..schema.types import Amount, Day, Flag, Id, Moment

Made = TypeVar("Made")

REMEMBERED = 4_000
"""So many objects of each part are remembered, those that were asked for last: some ten megabytes in all."""

_FIELD = re.compile(r'(?:"((?:[^"\\]|""|\\\\)*)"|([^",]*)),')


class Part(Generic[Made]):
    """Columns of a list's rows, each with a name of its own, and the object that is made of them.

    ``of`` is what the columns are selected from.
    """

    def __init__(self, of: FromClause, columns: Sequence[ColumnElement[Any]], make: Callable[[Row], Made]) -> None:
        self.columns = [column for column in columns if isinstance(column, Label)]
        assert len(self.columns) == len(columns), columns
        self.make = make
        self._names = [column.name for column in self.columns]
        self._readers = [_reader(column.type) for column in self.columns]
        self.record = _as_record(of, self.columns)
        self.of_record = lru_cache(REMEMBERED)(self._made)

    def _made(self, record: str) -> Made:
        return self.make(dict(zip(self._names, self._read(record), strict=True)))

    def _read(self, record: str) -> Iterable[Any]:
        for reader, field in zip(self._readers, fields_of(record), strict=True):
            yield field if field is None or reader is None else reader(field)


class Parts:
    """What all rows of a list are made of."""

    def __init__(self, *parts: Part[Any]) -> None:
        self._parts = parts

    def columns(self, *, postgresql: bool) -> Sequence[ColumnElement[Any]]:
        """What to select, before anything else."""
        if postgresql:
            return [part.record.label(f"part_{number}") for number, part in enumerate(self._parts)]
        # Two parts may look at the same column.
        return list({column.name: column for part in self._parts for column in part.columns}.values())

    def found(self, found: Iterable[SqlRow[Any]], *, postgresql: bool) -> list[list[Any]]:
        """The objects of each row."""
        if not postgresql:
            return [[part.make(row._mapping) for part in self._parts] for row in found]
        makers = [part.of_record for part in self._parts]
        return [[make(record) for make, record in zip(makers, row, strict=False)] for row in found]


def fields_of(record: str) -> list[str | None]:
    """The fields of a record as PostgreSQL writes it: quoted where it must be, and nothing at all where it is null."""
    return [
        field[1].replace('""', '"').replace("\\\\", "\\") if field.lastindex == 1 else field[2] or None
        for field in _FIELD.finditer(record[1:-1] + ",")
    ]


def _as_record(of: FromClause, columns: Iterable[Label[Any]]) -> ColumnElement[str]:
    """The columns as one text. It is put together once: SQLAlchemy would look through all of them at each execution."""
    record = cast(func.row(*(column.element for column in columns)), Text).label("record")
    dialect = postgresql.dialect(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]
    statement = select(record).select_from(of).compile(dialect=dialect, compile_kwargs={"literal_binds": True})
    text, found, _ = str(statement).removeprefix("SELECT ").rpartition(" AS record \nFROM ")
    assert found, statement
    return literal_column(text, Text)


def _reader(kind: TypeEngine[Any]) -> Callable[[str], Any] | None:
    """How a field of a record is read; None where it is text."""
    match kind:
        case Text():
            return None
        case Id():
            return UUID
        case Amount():
            return Decimal
        case Moment():
            return _moment
        case Day():
            return date.fromisoformat
        case Flag() | Boolean():
            return _is_true
        case Integer():
            return int
    raise TypeError(kind)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _is_true(text: str) -> bool:
    return text == "t"
