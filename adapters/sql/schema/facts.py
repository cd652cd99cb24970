"""Facts as rows: each kind's table as its dataclass tells it, so that a new kind needs no mapping of its own."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

from sqlalchemy import Insert, TableClause, Text, column, insert, table
from sqlalchemy.types import TypeEngine

from domain.errors import Fault
from domain.model.changes import Changes
from domain.model.facts import Fact, FactColumn, columns_of, objects_elsewhere, once_a_kind
from domain.model.ledger import Entry

from .types import BIG, Amount, Day, Flag, Id, Moment

NUMBER = "id"
"""The column of those that the store numbers itself."""

# In this order, since a bool is an int and a moment a day.
_TYPES: tuple[tuple[type, TypeEngine[Any]], ...] = (
    (Enum, Text()),
    (str, Text()),
    (bool, Flag()),
    (int, BIG),
    (UUID, Id()),
    (Decimal, Amount()),
    (datetime, Moment()),
    (date, Day()),
)


def type_of(of: FactColumn) -> TypeEngine[Any]:
    """The type of a column; of an object that is kept elsewhere, that of its id."""
    if of.is_elsewhere:
        return BIG
    return next(kept_as for known, kept_as in _TYPES if issubclass(of.type, known))


@once_a_kind
def table_of(kind: type[Fact]) -> TableClause:
    """The table of a kind of fact, with the columns that are written and read. Its keys are in the schema alone."""
    columns = [column(each.name, type_of(each)) for each in columns_of(kind)]
    numbered = [] if kind.kept.key else [column(NUMBER, BIG)]
    return table(kind.kept.table, *numbered, *columns)


@once_a_kind
def insert_of(kind: type[Fact]) -> Insert:
    """The statement that adds a fact of this kind, built once."""
    return insert(table_of(kind))


def own_entries(changes: Changes, fact: Fact) -> dict[str, int | None]:
    """By column, the place of a fact's entries among those that are written with it; None for none.

    Raises ``Fault`` where an entry is not among them.
    """
    return {name: _place(changes, fact, entry) for name, entry in objects_elsewhere(fact).items()}


def _place(changes: Changes, fact: Fact, entry: Entry | None) -> int | None:
    if entry is None:
        return None
    if entry not in changes.entries:
        raise Fault(f"the entry of a row of {type(fact).kept.table} is not among those written with it")
    return changes.entries.index(entry)
