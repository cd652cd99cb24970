"""A maker opens a paused ad again."""

from __future__ import annotations

from uuid import UUID

from ..ports.book import Book


def resume_ad(ad_id: int, by: UUID, *, book: Book) -> None:
    """Let a paused ad take offers again. Raises ``AdNotFound``, ``NotYourAd``, ``AdHasEnded``, ``AdAlready``."""
    locked = book.lock_ad(ad_id)
    book.apply(locked.set_paused(False, by, locked.at))
