"""The taker takes an offer back."""

from __future__ import annotations

from ..model.escrow import Actor
from ..ports.book import Book


def cancel_offer(offer_id: int, by: Actor, *, book: Book, expected_version: int | None = None) -> None:
    """Cancel a pending offer; its amount returns to the ad, or on a buy ad to the taker.

    Raises, in this order: ``OfferNotFound``, ``NotAuthorised``, ``VersionMismatch``, then ``AlreadyCancelled`` or
    ``OnlyPendingCanBeCancelled``.
    """
    locked = book.lock_offer(offer_id)
    book.apply(locked.cancel(by, locked.at, expected_version))
