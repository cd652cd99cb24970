"""What happens to an offer. Each event is one row of its history, and tells somebody something."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from .facts import Fact, Kept
from .lifecycle import Action, OfferState


class EventKind(StrEnum):
    """The seven things that happen to an offer."""

    MADE = "made"
    PAID = "paid"
    CANCELLED = "cancelled"
    RELEASED = "released"
    EXPIRED = "expired"
    DISPUTED = "disputed"
    RESOLVED = "resolved"


EVENT_OF: Mapping[Action, EventKind] = {
    Action.PAID: EventKind.PAID,
    Action.CANCEL: EventKind.CANCELLED,
    Action.RELEASE: EventKind.RELEASED,
    Action.EXPIRE: EventKind.EXPIRED,
    Action.DISPUTE: EventKind.DISPUTED,
    Action.RESOLVE_FOR_BUYER: EventKind.RESOLVED,
    Action.RESOLVE_FOR_SELLER: EventKind.RESOLVED,
}
"""What has happened when an action was done."""


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
