"""A maker stops new offers on an ad for a while."""

from __future__ import annotations

from uuid import UUID

from ..ports.book import Book


def pause_ad(ad_id: int, by: UUID, *, book: Book) -> None:
    """Pause an ad; live offers go on. Raises ``AdNotFound``, ``NotYourAd``, ``AdHasEnded``, ``AdAlready``."""
    locked = book.lock_ad(ad_id)
    book.apply(locked.pause(by, locked.at))
