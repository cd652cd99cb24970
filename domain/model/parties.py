"""Who is who to an offer."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from .trader import Trader


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts on an offer: a trader, with or without staff rights, or the desk itself (no id)."""

    id: UUID | None = None
    is_staff: bool = False

    @classmethod
    def of(cls, trader: Trader) -> Actor:
        """A trader as an actor."""
        return cls(trader.id, trader.is_staff)


DESK = Actor()
