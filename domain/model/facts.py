"""Facts: what is kept once and never changed, each kind in a table of its own.

A fact is a frozen dataclass with ``kept``, which says where it is kept and what makes two of them one. Every store
goes by that alone: a new kind of fact is one dataclass, one table and one migration. A field is a column of its name.
A field that holds an object kept elsewhere, such as the entry of a settlement, is the column ``<field>_id``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from types import NoneType
from typing import Any, ClassVar, TypeVar, cast, get_args, get_type_hints
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Kept:
    """Where the facts of a kind are kept, and what of them can be there only once.

    ``key`` names the fields that tell a fact from all others of its kind, in the order by which they are looked up;
    without any, the store numbers the facts itself. No two facts have the same in a field of ``unique`` either, but
    for none. ``refers`` names, by field, the table that must have the row which the field is the id of.
    """

    table: str
    key: tuple[str, ...] = ()
    unique: tuple[str, ...] = ()
    refers: Mapping[str, str] = field(default_factory=dict)


class Fact:
    """Something that is kept for good. A subclass is a frozen dataclass that says by ``kept`` where."""

    __slots__ = ()
    kept: ClassVar[Kept]


AnyFact = TypeVar("AnyFact", bound=Fact)
Made = TypeVar("Made")

_PLAIN = (str, int, bool, UUID, Decimal, datetime, date, Enum)


@dataclass(frozen=True, slots=True)
class FactColumn:
    """How a field is kept: in the column of which name, of which Python type, and whether there may be none of it.

    ``is_elsewhere`` says that the field holds an object which is kept elsewhere, so that its id stands for it.
    """

    field: str
    name: str
    type: type
    is_optional: bool
    is_elsewhere: bool

    @property
    def is_word(self) -> bool:
        """Whether the field holds a member of an enumeration."""
        return issubclass(self.type, Enum)


def once_a_kind(make: Callable[[type[Fact]], Made]) -> Callable[[type[Fact]], Made]:
    """A function of a kind of fact that is asked once for each kind; there are as many as there are dataclasses."""
    return cast(Callable[[type[Fact]], Made], lru_cache(maxsize=None)(make))


@once_a_kind
def columns_of(kind: type[Fact]) -> tuple[FactColumn, ...]:
    """The columns of a kind of fact, in the order of its fields. Raises ``TypeError`` for a field of no one type."""
    hints = get_type_hints(kind)
    return tuple(_column(kind, each.name, hints[each.name]) for each in fields(kind))  # type: ignore[arg-type]


def _column(kind: type[Fact], name: str, hint: Any) -> FactColumn:
    types = set(get_args(hint) or (hint,))
    known = types - {NoneType}
    if len(known) != 1:
        raise TypeError(f"{kind.__name__}.{name} is of more than one type")
    of_type = known.pop()
    is_elsewhere = not issubclass(of_type, _PLAIN)
    return FactColumn(name, f"{name}_id" if is_elsewhere else name, of_type, NoneType in types, is_elsewhere)


@once_a_kind
def _plain_columns(kind: type[Fact]) -> tuple[tuple[str, bool], ...]:
    """The columns that hold what a field does, by name, and whether that is a member of an enumeration."""
    return tuple((column.name, column.is_word) for column in columns_of(kind) if not column.is_elsewhere)


@once_a_kind
def _columns_elsewhere(kind: type[Fact]) -> tuple[tuple[str, str], ...]:
    return tuple((column.name, column.field) for column in columns_of(kind) if column.is_elsewhere)


def plain_values(fact: Fact) -> dict[str, Any]:
    """A fact by its columns, but for objects that are kept elsewhere; members of an enumeration by their value."""
    found: dict[str, Any] = {}
    for name, is_word in _plain_columns(type(fact)):
        value = getattr(fact, name)
        found[name] = value.value if is_word and value is not None else value
    return found


def objects_elsewhere(fact: Fact) -> dict[str, Any]:
    """By column, the objects of a fact that are kept elsewhere; None where a field has none."""
    return {name: getattr(fact, field) for name, field in _columns_elsewhere(type(fact))}


def fact_of(kind: type[AnyFact], row: Mapping[str, Any], elsewhere: Mapping[str, Any]) -> AnyFact:
    """A fact of its row, and of the objects that are kept elsewhere, by column."""
    found: dict[str, Any] = {}
    for column in columns_of(kind):
        value = (elsewhere if column.is_elsewhere else row)[column.name]
        found[column.field] = column.type(value) if column.is_word and value is not None else value
    return kind(**found)
