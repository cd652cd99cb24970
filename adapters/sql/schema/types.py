"""Column types that keep money and moments exact on both engines.

PostgreSQL has the types. SQLite has none that fit: its NUMERIC is binary floating point and it knows no time zone.
There, amounts are fixed-width text (18 digits, a point, 20 decimals) that sorts and compares as the amounts do, and
moments are ISO text in UTC at microseconds, which does too.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Date,
    Dialect,
    Integer,
    Numeric,
    SmallInteger,
    Text,
    TypeDecorator,
    Uuid,
    literal,
)
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.types import TypeEngine

WHOLE_DIGITS = 18
DECIMALS = 20
_WIDTH = WHOLE_DIGITS + 1 + DECIMALS
AMOUNT_PATTERN = "[0-9]" * WHOLE_DIGITS + "." + "[0-9]" * DECIMALS
"""What an amount looks like on SQLite, as a GLOB pattern for the CHECKs of the tables."""


def amount_as_text(amount: Decimal) -> str:
    """An amount as SQLite keeps it, a minus sign before the padding. Raises ``ValueError`` if it would not fit."""
    # abs() would round to the 28 digits of the process's context.
    size = amount.copy_abs()
    text = f"{size:0{_WIDTH}.{DECIMALS}f}"
    if len(text) != _WIDTH or Decimal(text) != size:
        raise ValueError(f"{amount} does not fit {WHOLE_DIGITS}.{DECIMALS} digits")
    return "-" + text if amount < 0 else text


class Amount(TypeDecorator[Decimal]):
    """An exact amount: NUMERIC(38,20), or fixed-width text on SQLite."""

    impl = Numeric(WHOLE_DIGITS + DECIMALS, DECIMALS)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return (
            dialect.type_descriptor(Text()) if dialect.name == "sqlite" else dialect.type_descriptor(self.impl_instance)
        )

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Any:
        return amount_as_text(value) if value is not None and dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        return Decimal(value) if value is not None and dialect.name == "sqlite" else value


class Moment(TypeDecorator[datetime]):
    """A moment in UTC: TIMESTAMP WITH TIME ZONE, or ISO text on SQLite. Raises ``ValueError`` for a naive one."""

    impl = TIMESTAMP(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return (
            dialect.type_descriptor(Text()) if dialect.name == "sqlite" else dialect.type_descriptor(self.impl_instance)
        )

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        if dialect.name != "sqlite":
            return value
        return value.astimezone(UTC).isoformat(timespec="microseconds")

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return datetime.fromisoformat(value) if dialect.name == "sqlite" else value.astimezone(UTC)


class Day(TypeDecorator[date]):
    """A calendar day: DATE, or ISO text on SQLite."""

    impl = Date
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Text()) if dialect.name == "sqlite" else dialect.type_descriptor(Date())

    def process_bind_param(self, value: date | None, dialect: Dialect) -> Any:
        return value.isoformat() if value is not None and dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> date | None:
        return date.fromisoformat(value) if value is not None and dialect.name == "sqlite" else value


class Id(TypeDecorator[UUID]):
    """A UUID, or its canonical text on SQLite."""

    impl = Uuid
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Text()) if dialect.name == "sqlite" else dialect.type_descriptor(Uuid())

    def process_bind_param(self, value: UUID | None, dialect: Dialect) -> Any:
        return str(value) if value is not None and dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> UUID | None:
        return UUID(value) if value is not None and dialect.name == "sqlite" else value


class Flag(TypeDecorator[bool]):
    """Yes or no: BOOLEAN, or 0 and 1 on SQLite, whose strict tables know no booleans."""

    impl = Boolean
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Integer()) if dialect.name == "sqlite" else dialect.type_descriptor(Boolean())

    def process_bind_param(self, value: bool | None, dialect: Dialect) -> Any:
        return int(value) if value is not None and dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> bool | None:
        return bool(value) if value is not None and dialect.name == "sqlite" else value


def word(value: str) -> ColumnElement[str]:
    """A word that is written into the statement: an index of a part of a table is used only where the part is known.

    As a parameter it would be known to neither engine when a statement is prepared.
    """
    return literal(value, Text(), literal_execute=True)


BIG = BigInteger().with_variant(Integer, "sqlite")
SMALL = SmallInteger().with_variant(Integer, "sqlite")
