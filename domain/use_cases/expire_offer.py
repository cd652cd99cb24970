"""The desk ends an offer that was not paid in time."""

from __future__ import annotations

from ..ports.book import Book
from ..ports.clock import Clock


def expire_offer(offer_id: int, *, book: Book, clock: Clock) -> None:
    """End an unpaid offer past its deadline and give its amount back.

    Raises ``OfferNotFound``, and ``NotDueYet`` where the offer was paid, ended, or has time left.
    """
    book.apply(book.lock_offer(offer_id).expire(clock.now()))
