"""Rows that are looked up one by one, whatever the planner believes of the size of their table.

PostgreSQL may read ``IN (SELECT …)`` the other way round: each row of the table, asked whether it is one of those. On
a desk that was empty when a connection made its plan that looks cheap, and the connection keeps the plan. The elements
of an array it looks up.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, SelectBase, any_, func
from sqlalchemy.dialects.postgresql import array


def among(column: ColumnElement[Any], keys: SelectBase, *, postgresql: bool) -> ColumnElement[bool]:
    """Whether a column that has an index is one of the keys, which are found first."""
    return column == any_(func.array(keys.scalar_subquery())) if postgresql else column.in_(keys)


def one_of(column: ColumnElement[Any], *keys: ColumnElement[Any], postgresql: bool) -> ColumnElement[bool]:
    """Whether a column that has an index is one of a few keys."""
    return column == any_(array(keys)) if postgresql else column.in_(keys)


def is_there(rows: Select[Any]) -> ColumnElement[bool]:
    """Whether there is such a row, looked up for each row that asks; ``rows`` selects the number 1.

    For ``EXISTS`` PostgreSQL may read, for a page of fifty, all rows that anybody could ask for.
    """
    return func.coalesce(rows.limit(1).scalar_subquery(), 0) == 1
