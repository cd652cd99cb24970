"""The desk asks staff to look at an offer whose seller does not answer."""

from __future__ import annotations

from datetime import timedelta

from ..ports.book import Book


def escalate_offer(offer_id: int, after: timedelta, *, book: Book) -> None:
    """Open a dispute on an offer that has been paid for so long. Nobody's money moves by it.

    Whether it is so is judged under the lock, whatever was read before. Raises ``OfferNotFound``, and ``NotDueYet``
    where the offer is not paid, or has not been for so long.
    """
    locked = book.lock_offer(offer_id)
    book.apply(locked.escalate(locked.at, after))
