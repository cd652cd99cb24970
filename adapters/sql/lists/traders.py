"""Who trades here, as staff look at it."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, literal, select, text, tuple_
from sqlalchemy.engine import Connection

from domain.model.trader import Profile
from domain.ports.readers import Page, TraderQuery

from ..schema import mapping as rows
from ..schema.one_of import among
from ..schema.tables import trader_words, traders
from ..schema.types import Id, Moment
from .cursors import make_cursor, page, read_cursor

_TRADERS = select(*rows.profile_columns(traders, ""))
_KEY = tuple_(traders.c.created_at, traders.c.id)
# The words of the index of the suspended: no engine knows the index by a parameter.
_IS_SUSPENDED = text("traders.is_suspended")
_BEYOND_A_WORD = "\U0010ffff"
"""No character is behind this one, so that all words with a beginning are before the beginning and it."""


def traders_of(connection: Connection, query: TraderQuery, cursor: str | None, limit: int) -> Page[Profile]:
    """The traders who are asked for, who joined last first. Raises ``BadCursor``."""
    statement = _TRADERS
    for word in query.words:
        statement = statement.where(_has_word(word, postgresql=connection.dialect.name == "postgresql"))
    if query.is_suspended:
        statement = statement.where(_IS_SUSPENDED)
    if cursor is not None:
        joined, trader_id = read_cursor("traders", cursor, _key)
        statement = statement.where(tuple_(literal(joined, Moment), literal(trader_id, Id)) > _KEY)
    statement = statement.order_by(traders.c.created_at.desc(), traders.c.id.desc()).limit(limit + 1)
    found = [rows.profile_from(row, "") for row in connection.execute(statement).mappings()]
    return page(found, limit, lambda one: make_cursor("traders", one.trader.created_at.isoformat(), one.id))


def _has_word(beginning: str, *, postgresql: bool) -> ColumnElement[bool]:
    """Whether a trader has a word that begins so. Those who have are looked up, however many have not."""
    word = trader_words.c.word
    found = select(trader_words.c.trader_id).where(word >= beginning, word < beginning + _BEYOND_A_WORD)
    return among(traders.c.id, found, postgresql=postgresql)


def _key(parts: list[str]) -> tuple[datetime, UUID]:
    moment, trader_id = parts
    joined = datetime.fromisoformat(moment)
    if joined.utcoffset() != timedelta(0):
        raise ValueError(moment)
    return joined, UUID(trader_id)
