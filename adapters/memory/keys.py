"""Keys of programs, over dicts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from domain.ports.keys import ApiKey

from .tables import Tables, existing
from .traders import found_still_here
from .unit import Session


class MemoryKeys:
    """The port ``Keys``."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def count_locked(self, trader_id: UUID, at: datetime) -> int:
        """How many a trader has that are good; nobody else writes meanwhile."""
        tables = self._session.writing()
        found_still_here(tables, trader_id)
        return len(_live(tables, trader_id, at))

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
            own = _live(tables, trader_id, at)
        return sorted(own, key=lambda key: (key.created_at, key.id), reverse=True)[:limit]


def _live(tables: Tables, trader_id: UUID, at: datetime) -> list[ApiKey]:
    own = (key for key in tables.keys.values() if key.trader_id == trader_id)
    return [key for key in own if existing(tables.logins, key.id, "login").is_live(at)]
