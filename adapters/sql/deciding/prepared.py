"""Statements that every request sends, compiled once for PostgreSQL.

SQLAlchemy makes a key of a statement, looks its text up, and prepares parameters, columns and results at each
execution. For a locked read of a hundred columns that took three quarters of the client's time. So on PostgreSQL the
text is sent as it is, and a row comes back as one JSON document, whose numbers are read as exact decimals. SQLite
needs the types of ``types.py``, and gets its statements in the ordinary way.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, LargeBinary, Select, Text, cast, func, select
from sqlalchemy.engine import Connection
from sqlalchemy.types import TypeEngine

from ..connections.sending import SentText, send
from ..schema.mapping import Row
from ..schema.types import Day, Id, Moment

# Made once: ``json.loads`` makes one for each call that has wishes.
_read_document = json.JSONDecoder(parse_float=Decimal).decode
_MARK = re.compile(r"(?<![:\w]):(\w+)")


class Prepared:
    """A SELECT without anything that is only known when it is executed, such as the values of an IN."""

    def __init__(self, statement: Select[Any]) -> None:
        self._statement = statement

    @cached_property
    def _on_postgresql(self) -> tuple[SentText, list[tuple[str, Callable[[Any], Any]]]]:
        """The text, and how the columns that are no JSON are read."""
        found = self._statement.subquery("found")
        document = select(cast(func.row_to_json(found.table_valued()), Text))
        readers = [(column.name, _reader(column.type)) for column in found.c]
        return SentText.of(document), [(name, reader) for name, reader in readers if reader is not None]

    def one_or_none(self, connection: Connection, parameters: Mapping[str, Any]) -> Row | None:
        """The one row that the statement finds with these parameters, or None."""
        if connection.dialect.name != "postgresql":
            return connection.execute(self._statement, parameters).mappings().one_or_none()
        text, readers = self._on_postgresql
        found = send(connection, text.text, text.values(parameters)).fetchone()
        if found is None:
            return None
        row: dict[str, Any] = _read_document(found[0])
        for name, reader in readers:
            value = row[name]
            if value is not None:
                row[name] = reader(value)
        return row


def numbered(text: str) -> tuple[str, tuple[str, ...]]:
    """A text with its ``:name`` marks as the driver takes them, and the names in their order, each once."""
    names = tuple(dict.fromkeys(_MARK.findall(text)))
    return _MARK.sub(lambda mark: f"${names.index(mark[1]) + 1}", text), names


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text.removeprefix("\\x"))


def _ids(texts: Sequence[str]) -> list[UUID]:
    return [UUID(text) for text in texts]


def _moments(texts: Sequence[str]) -> list[datetime]:
    return [_moment(text) for text in texts]


def _reader(kind: TypeEngine[Any]) -> Callable[[Any], Any] | None:
    """How a value of this type is made from JSON; None where JSON has the type."""
    match kind:
        case Id():
            return UUID
        case Moment():
            return _moment
        case Day():
            return date.fromisoformat
        case LargeBinary():
            return _bytes
        case ARRAY(item_type=Id()):
            return _ids
        case ARRAY(item_type=Moment()):
            return _moments
    return None
