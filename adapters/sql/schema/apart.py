"""Who is kept from whom."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, literal, or_, select

from .one_of import is_there
from .tables import blocks


def are_apart(one: Any, other: Any) -> ColumnElement[bool]:
    """Whether one of two traders has blocked the other. Each way is looked up by an index of its own."""
    ways = ((one, other), (other, one))
    return or_(*(is_there(select(literal(1)).where(blocks.c.by == by, blocks.c.whom == whom)) for by, whom in ways))
