"""Keys of programs, on a database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, insert, select
from sqlalchemy.engine import Connection

from domain.ports.keys import ApiKey, Scope

from .locked_traders import lock_trader
from .schema.tables import api_keys, logins

_KEY = select(api_keys)


def scopes_of(text: str) -> frozenset[Scope]:
    """The scopes as one column has them: words with blanks between them."""
    return frozenset(map(Scope, text.split()))


class SqlKeys:
    """The port ``Keys``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def count_locked(self, trader_id: UUID, at: datetime) -> int:
        """How many a trader has that are good."""
        lock_trader(self._connection, trader_id)
        good = select(func.count()).select_from(api_keys).join(logins, logins.c.id == api_keys.c.id)
        return self._connection.execute(good.where(*_are_live(trader_id, at))).scalar_one()

    def add(self, key: ApiKey) -> None:
        """Keep a key whose login is there."""
        values = {column.name: getattr(key, column.name) for column in api_keys.c}
        self._connection.execute(insert(api_keys), values | {"scopes": " ".join(sorted(key.scopes))})

    def by_id(self, key_id: UUID) -> ApiKey | None:
        """A key, or None."""
        row = self._connection.execute(_KEY.where(api_keys.c.id == key_id)).mappings().one_or_none()
        return None if row is None else key_of(row)

    def live(self, trader_id: UUID, at: datetime, limit: int) -> Sequence[ApiKey]:
        """A trader's keys that are good, newest first."""
        newest = _KEY.join(logins, logins.c.id == api_keys.c.id).where(*_are_live(trader_id, at))
        newest = newest.order_by(api_keys.c.created_at.desc(), api_keys.c.id.desc()).limit(limit)
        return [key_of(row) for row in self._connection.execute(newest).mappings()]


def _are_live(trader_id: UUID, at: datetime) -> tuple[ColumnElement[bool], ...]:
    return api_keys.c.trader_id == trader_id, logins.c.ended_at.is_(None), logins.c.expires_at > at


def key_of(row: Mapping[Any, Any]) -> ApiKey:
    """A key as its row has it."""
    values = {column.name: row[column.name] for column in api_keys.c}
    return ApiKey(**values | {"scopes": scopes_of(row["scopes"])})
