"""The buyer gives up an offer that was said to be paid."""

from __future__ import annotations

from ..model.parties import Actor
from ..model.rights import check_standing
from ..model.versions import Expected
from ..ports.book import Book


def return_offer(offer_id: int, by: Actor, *, book: Book, expected_version: Expected = None) -> None:
    """Give a paid or disputed offer's escrow back, as a cancel does. Source: docs/contract/trading.md, "Return".

    Raises, in this order: ``OfferNotFound``, ``TraderSuspended``, ``NotAuthorised``, ``VersionMismatch``, then
    ``AlreadyCancelled``, ``AlreadyReleased`` or ``OnlyPaidCanBeReturned``.
    """
    locked = book.lock_offer(offer_id)
    check_standing(by, locked.maker, locked.taker)
    book.apply(locked.return_offer(by, locked.at, expected_version))
