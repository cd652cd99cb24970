"""A maker stops new offers on an ad for a while."""

from __future__ import annotations

from uuid import UUID

from ..ports.book import Book
from ..ports.clock import Clock


def pause_ad(ad_id: int, by: UUID, *, book: Book, clock: Clock) -> None:
    """Pause an ad; live offers go on. Raises ``AdNotFound``, ``NotYourAd``, ``AdHasEnded``, ``AdAlready``."""
    book.apply(book.lock_ad(ad_id).set_paused(True, by, clock.now()))
