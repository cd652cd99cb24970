"""A maker opens a paused ad again."""

from __future__ import annotations

from uuid import UUID

from ..ports.book import Book
from ..ports.clock import Clock


def resume_ad(ad_id: int, by: UUID, *, book: Book, clock: Clock) -> None:
    """Let a paused ad take offers again. Raises ``AdNotFound``, ``NotYourAd``, ``AdHasEnded``, ``AdAlready``."""
    book.apply(book.lock_ad(ad_id).set_paused(False, by, clock.now()))
