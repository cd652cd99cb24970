"""The seller lets the buyer have the crypto."""

from __future__ import annotations

from ..model.parties import Actor
from ..model.rights import check_standing
from ..model.versions import Expected
from ..ports.book import Book


def release_funds(offer_id: int, by: Actor, *, book: Book, expected_version: Expected = None) -> None:
    """Release an offer's escrow to the buyer.

    Raises, in this order: ``OfferNotFound``, ``TraderSuspended``, ``NotAuthorised``, ``VersionMismatch``, then
    ``AlreadyCancelled``, ``AlreadyReleased`` or ``OfferHasExpired``.
    """
    locked = book.lock_offer(offer_id)
    check_standing(by, locked.maker, locked.taker)
    book.apply(locked.release_funds(by, locked.at, expected_version))
