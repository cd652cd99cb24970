"""Up to where a trader has read what they were told."""

from __future__ import annotations

from typing import Protocol
from uuid import UUID


class Inbox(Protocol):
    """The read state of notices, for clients that have no socket open."""

    def read_up_to(self, trader_id: UUID) -> int:
        """The number of the last notice that the trader has read; 0 where they have read none."""
        ...

    def mark_read(self, trader_id: UUID, up_to: int) -> int:
        """Note that everything up to this number was read, and tell up to where that now is.

        What was read stays so, and nobody has read what they were not told yet. Raises ``TraderNotFound``.
        """
        ...
