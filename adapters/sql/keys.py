"""Keys of programs, on a database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.engine import Connection

from domain.ports.keys import ApiKey, Scope

from .schema.tables import api_keys, logins

_KEY = select(api_keys)


def scopes_of(text: str) -> frozenset[Scope]:
    """The scopes as one column has them: words with blanks between them."""
    return frozenset(map(Scope, text.split()))


class SqlKeys:
    """The port ``Keys``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

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
        is_live = api_keys.c.trader_id == trader_id, logins.c.ended_at.is_(None), logins.c.expires_at > at
        newest = _KEY.join(logins, logins.c.id == api_keys.c.id).where(*is_live)
        newest = newest.order_by(api_keys.c.created_at.desc(), api_keys.c.id.desc()).limit(limit)
        return [key_of(row) for row in self._connection.execute(newest).mappings()]


def key_of(row: Mapping[Any, Any]) -> ApiKey:
    """A key as its row has it."""
    values = {column.name: row[column.name] for column in api_keys.c}
    return ApiKey(**values | {"scopes": scopes_of(row["scopes"])})
