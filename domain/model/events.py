"""What happens to an offer. Each event is one row of its history, and tells somebody something."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from .lifecycle import OfferState


class EventKind(StrEnum):
    """The seven things that happen to an offer."""

    MADE = "made"
    PAID = "paid"
    CANCELLED = "cancelled"
    RELEASED = "released"
    EXPIRED = "expired"
    DISPUTED = "disputed"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True)
class Event:
    """One of them. ``version`` and ``state`` are the offer's after it; the desk itself has no ``by``."""

    kind: EventKind
    offer_id: int
    version: int
    state: OfferState
    at: datetime
    by: UUID | None
