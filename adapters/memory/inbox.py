"""Up to where traders have read, over dicts."""

from __future__ import annotations

from uuid import UUID

from .traders import found_trader
from .unit import Session


class MemoryInbox:
    """The port ``Inbox``."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def read_up_to(self, trader_id: UUID) -> int:
        """The number of the last notice that was read."""
        with self._session.reading() as tables:
            return tables.read_numbers.get(trader_id) or 0

    def mark_read(self, trader_id: UUID, up_to: int) -> int:
        """Note that everything up to this number was read."""
        tables = self._session.writing()
        found_trader(tables, trader_id)
        newest = tables.notice_numbers.get(trader_id) or 0
        read = max(tables.read_numbers.get(trader_id) or 0, min(up_to, newest))
        tables.read_numbers.put(trader_id, read)
        return read
