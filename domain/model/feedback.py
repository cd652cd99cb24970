"""Feedback: what one party to a completed offer says of the other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from .facts import Fact, Kept

COMMENT_LENGTH_LIMIT = 500
"""Characters of what is said in words."""
STARS = 5
"""The most that a rating gives; the least is one."""


@dataclass(frozen=True, slots=True)
class Feedback(Fact):
    """What ``by`` said of ``whom`` about an offer, once. ``rating`` is a number of stars, from one to five."""

    kept: ClassVar[Kept] = Kept(
        "feedback", key=("offer_id", "by"), refers={"offer_id": "offers", "by": "traders", "whom": "traders"}
    )

    offer_id: int
    by: UUID
    whom: UUID
    positive: bool
    rating: int
    comment: str
    at: datetime
