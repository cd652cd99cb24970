"""What people are to each other: what their past says of them, and what they say of each other."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from ..model.feedback import Feedback
from ..model.track_record import PublicRecord, TrackRecord
from ..model.trader import Profile
from .readers import Page


@dataclass(frozen=True, slots=True)
class Rater:
    """Who has said something, as far as everybody may know."""

    id: UUID
    fullname: str


@dataclass(frozen=True, slots=True)
class FeedbackView:
    """What somebody said of a trader, and who."""

    given: Feedback
    by: Rater


class People(Protocol):
    """Who is known to be how. Nothing that is only looked at waits for a writer."""

    def public_record(self, trader_id: UUID) -> PublicRecord:
        """A trader as others see them, with what their past offers say. Raises ``TraderNotFound``."""
        ...

    def track_record(self, trader_id: UUID) -> TrackRecord:
        """How a trader's offers ended; of nobody, as of somebody without any."""
        ...

    def block(self, by: UUID, whom: UUID, at: datetime) -> None:
        """Note that a trader has blocked another. Repeating it is harmless.

        Raises ``TraderNotFound``, also where the other has gone.
        """
        ...

    def count_blocks_locked(self, trader_id: UUID) -> int:
        """How many others a trader has blocked, those of this unit among them; until it ends nobody else counts.

        Raises ``TraderNotFound``, also of who has gone.
        """
        ...

    def is_kept_from(self, trader_id: UUID, parties: Collection[UUID], before: datetime) -> bool:
        """Whether a trader has blocked one of these, or one of these had blocked them before a moment."""
        ...

    def unblock(self, by: UUID, whom: UUID) -> None:
        """Forget that a trader has blocked another. Repeating it is harmless. Raises ``TraderNotFound``."""
        ...

    def blocked_by(self, trader_id: UUID, cursor: str | None, limit: int) -> Page[Profile]:
        """Whom a trader has blocked, the last one first. Raises ``BadCursor``."""
        ...

    def feedback_about(self, trader_id: UUID, cursor: str | None, limit: int) -> Page[FeedbackView]:
        """What was said of a trader, the newest first. Raises ``TraderNotFound``, ``BadCursor``."""
        ...
