"""What happens to an offer. Each event is one row of its history, and tells somebody something."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from .facts import Fact, Kept
from .lifecycle import EventKind, OfferState


@dataclass(frozen=True, slots=True)
class Event(Fact):
    """One of them. ``version`` and ``state`` are the offer's after it; the desk itself has no ``by``."""

    kept: ClassVar[Kept] = Kept("offer_history", key=("offer_id", "version"), refers={"offer_id": "offers"})

    kind: EventKind
    offer_id: int
    version: int
    state: OfferState
    at: datetime
    by: UUID | None
