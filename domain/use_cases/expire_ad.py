"""The desk ends an ad whose end date is over."""

from __future__ import annotations

from ..ports.book import Book


def expire_ad(ad_id: int, *, book: Book) -> None:
    """End an ad past its end date and return its unsold escrow.

    Raises ``AdNotFound``, and ``NotDueYet`` where another worker was faster or the day has not come.
    """
    locked = book.lock_ad(ad_id)
    book.apply(locked.expire(locked.at))
