"""Facts of any kind, read back by the beginning of their key."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection

from domain.model.facts import AnyFact, columns_of, fact_of

from ..schema.facts import NUMBER, table_of
from . import journal


def facts_of(connection: Connection, kind: type[AnyFact], key: tuple[object, ...], limit: int) -> list[AnyFact]:
    """The facts of a kind whose key begins with these values, in the order of their keys or numbers."""
    table, names = table_of(kind), kind.kept.key
    wanted = [table.c[name] == value for name, value in zip(names, key, strict=False)]
    order = [table.c[name] for name in names or (NUMBER,)]
    statement = select(table).where(*wanted).order_by(*order).limit(limit)
    found = connection.execute(statement).mappings().all()
    elsewhere = [column.name for column in columns_of(kind) if column.is_elsewhere]
    return [fact_of(kind, dict(row), {name: _entry(connection, row[name]) for name in elsewhere}) for row in found]


def _entry(connection: Connection, entry_id: int | None) -> Any:
    return None if entry_id is None else journal.entry_of_id(connection, entry_id)
