"""A maker ends an ad."""

from __future__ import annotations

from uuid import UUID

from ..ports.book import Book
from ..ports.clock import Clock


def close_ad(ad_id: int, by: UUID, *, book: Book, clock: Clock) -> None:
    """End an ad; its unsold escrow returns at once and live offers go on. Raises ``AdNotFound``, ``NotYourAd``,
    ``AdHasEnded``."""
    book.apply(book.lock_ad(ad_id).close(by, clock.now()))
