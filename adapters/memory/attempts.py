"""Wrong tries and known addresses, over dicts. A unit that writes has the whole database to itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from domain.model.slowing import WrongTries

from .unit import Session


class MemoryAttempts:
    """The port ``Attempts``."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def lock(self, keys: Sequence[bytes]) -> Sequence[WrongTries]:
        """The wrong tries under each key."""
        tables = self._session.writing()
        return [tables.wrong_tries.get(key) or WrongTries() for key in keys]

    def put(self, tries: Mapping[bytes, WrongTries]) -> None:
        """Keep what is under these keys now."""
        tables = self._session.writing()
        for key, value in tries.items():
            tables.wrong_tries.put(key, value)

    def forget(self, at: datetime, limit: int) -> int:
        """Delete what makes no difference any more."""
        tables = self._session.writing()
        old = [key for key, tries in tables.wrong_tries.items() if tries.kept_until is None or tries.kept_until < at][
            :limit
        ]
        for key in old:
            tables.wrong_tries.remove(key)
        return len(old)

    def note_address(self, trader_id: UUID, address: str, at: datetime) -> bool:
        """Note that a trader's account is used from an address."""
        tables = self._session.writing()
        if trader_id in tables.deleted or trader_id not in tables.traders:
            return False
        is_new = (trader_id, address) not in tables.known_addresses
        tables.known_addresses.put((trader_id, address), at)
        return is_new

    def used_elsewhere(self, trader_id: UUID, address: str) -> datetime | None:
        """When a trader's account was used last from another address."""
        with self._session.reading() as tables:
            used = tables.known_addresses.items()
            return max((at for (by, there), at in used if by == trader_id and there != address), default=None)

    def has_used(self, trader_id: UUID, address: str) -> bool:
        """Whether a trader's account was used from an address before."""
        with self._session.reading() as tables:
            return (trader_id, address) in tables.known_addresses

    def forget_addresses(self, before: datetime, limit: int) -> int:
        """Delete addresses that were used last before this moment."""
        tables = self._session.writing()
        old = [key for key, at in tables.known_addresses.items() if at < before][:limit]
        for key in old:
            tables.known_addresses.remove(key)
        return len(old)
