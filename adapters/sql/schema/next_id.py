"""The ids of new rows where the database has no sequences."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, func, select

from .tables import restores
from .types import BIG


def next_id_on_sqlite(table: Any) -> ColumnElement[int]:
    """The id of a new row where there are no sequences: the highest plus one, since rows are never deleted.

    It is above those that were given out after the point to which the database was brought back.
    """
    highest = select(func.coalesce(func.max(table.c.id), 0)).scalar_subquery()
    above = select(func.coalesce(func.max(restores.c.ids_above), 0)).scalar_subquery()
    return func.max(highest, above, type_=BIG) + 1
