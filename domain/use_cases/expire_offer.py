"""The desk ends an offer that was not paid in time."""

from __future__ import annotations

from ..ports.book import Book


def expire_offer(offer_id: int, *, book: Book) -> None:
    """End an unpaid offer past its deadline and give its amount back.

    Raises ``OfferNotFound``, and ``NotDueYet`` where the offer was paid, ended, or has time left.
    """
    locked = book.lock_offer(offer_id)
    book.apply(locked.expire(locked.at))
