"""Keys of programs, over dicts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from domain.ports.keys import ApiKey

from .tables import existing
from .unit import Session


class MemoryKeys:
    """The port ``Keys``."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, key: ApiKey) -> None:
        """Keep a key whose login is there."""
        tables = self._session.writing()
        existing(tables.logins, key.id, "login")
        tables.keys.put(key.id, key)

    def by_id(self, key_id: UUID) -> ApiKey | None:
        """A key, or None."""
        with self._session.reading() as tables:
            return tables.keys.get(key_id)

    def live(self, trader_id: UUID, at: datetime, limit: int) -> Sequence[ApiKey]:
        """A trader's keys that are good, newest first."""
        with self._session.reading() as tables:
            own = [
                key
                for key in tables.keys.values()
                if key.trader_id == trader_id and existing(tables.logins, key.id, "login").is_live(at)
            ]
        return sorted(own, key=lambda key: (key.created_at, key.id), reverse=True)[:limit]
