"""The seller lets the buyer have the crypto."""

from __future__ import annotations

from ..model.escrow import Actor
from ..ports.book import Book
from ..ports.clock import Clock


def release_funds(offer_id: int, by: Actor, *, book: Book, clock: Clock, expected_version: int | None = None) -> None:
    """Release an offer's escrow to the buyer.

    Raises, in this order: ``OfferNotFound``, ``NotAuthorised``, ``VersionMismatch``, then ``AlreadyCancelled``,
    ``AlreadyReleased`` or ``OfferHasExpired``.
    """
    locked = book.lock_offer(offer_id)
    book.apply(locked.release(by, clock.now(), expected_version))
