"""Statements of lists, put together and compiled once for each way in which a list can be asked for.

What is asked for changes which conditions a statement has, and seldom: the values of the conditions are its parameters.
To put a statement of the board together from its conditions, and to find its text by them, took longer than to send it
and to read its answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Any

from psycopg.rows import namedtuple_row
from sqlalchemy import ARRAY, ColumnElement, Select, Text, all_, any_, bindparam
from sqlalchemy.engine import Connection

from ..connections.sending import SentText, send_for_many

WAYS = 500
"""So many ways to ask for a list are kept compiled; there are fewer that anybody asks in."""

kept_compiled = lru_cache(WAYS)


class Statement:
    """A SELECT whose parameters all have names; on PostgreSQL it is sent as the text that it was compiled to once."""

    def __init__(self, statement: Select[Any]) -> None:
        self._statement = statement

    @cached_property
    def _on_postgresql(self) -> SentText:
        return SentText.of(self._statement)

    def rows(self, connection: Connection, parameters: Mapping[str, Any]) -> Sequence[Any]:
        """All that the statement finds with these parameters; the columns of a row have their names."""
        if connection.dialect.name != "postgresql":
            return connection.execute(self._statement, parameters).all()
        text = self._on_postgresql
        return send_for_many(connection, text.text, text.values(parameters), namedtuple_row).fetchall()


def is_one_of(column: ColumnElement[Any], name: str, engine: str) -> ColumnElement[bool]:
    """Whether a column of words is among those of the parameter, a list."""
    if engine == "postgresql":
        return column == any_(bindparam(name, type_=ARRAY(Text())))
    return column.in_(bindparam(name, expanding=True))


def is_none_of(column: ColumnElement[Any], name: str, engine: str) -> ColumnElement[bool]:
    """Whether a column of words is not among those of the parameter, a list."""
    if engine == "postgresql":
        return column != all_(bindparam(name, type_=ARRAY(Text())))
    return column.not_in(bindparam(name, expanding=True))
