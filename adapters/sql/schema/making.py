"""What tables are made with: their one metadata, and the checks and indexes that many of them have."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CheckConstraint, Column, Index, MetaData, Table, text
from sqlalchemy.schema import SchemaItem

from .types import AMOUNT_PATTERN

metadata = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pkey",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
        "ck": "%(table_name)s_%(constraint_name)s_check",
        "ix": "%(table_name)s_%(column_0_N_name)s_idx",
    }
)


def amount_checks(*names: str) -> tuple[CheckConstraint, ...]:
    """CHECKs that an amount is zero or more and under 10^18, which keeps out NaN, above all numbers on PostgreSQL."""
    found: list[CheckConstraint] = []
    for name in names:
        postgresql = CheckConstraint(f"{name} >= 0 AND {name} < 1000000000000000000", name=f"{name}_range")
        sqlite = CheckConstraint(f"{name} GLOB '{AMOUNT_PATTERN}'", name=f"{name}_shape")
        found += (postgresql.ddl_if(dialect="postgresql"), sqlite.ddl_if(dialect="sqlite"))
    return tuple(found)


def one_of(name: str, *words: str) -> CheckConstraint:
    """A CHECK that a column has one of a few words."""
    return CheckConstraint(f"{name} IN ({', '.join(repr(word) for word in words)})", name=f"{name}_word")


def table(name: str, *parts: SchemaItem) -> Table[Any]:
    """A table of the desk."""
    return Table(name, metadata, *parts, sqlite_strict=True)


def partial_index(name: str, part: str, *columns: Column[Any], unique: bool = False) -> None:
    """An index of a part of a table, so that a long past is in none of those that the present is looked up by."""
    Index(name, *columns, unique=unique, postgresql_where=text(part), sqlite_where=text(part))
