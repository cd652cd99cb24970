"""The buyer says that the money was sent."""

from __future__ import annotations

from ..model.parties import Actor
from ..model.rights import check_standing
from ..model.versions import Expected
from ..ports.book import Book


def indicate_payment(offer_id: int, by: Actor, *, book: Book, expected_version: Expected = None) -> None:
    """Mark an offer as paid.

    Raises, in this order: ``OfferNotFound``, ``TraderSuspended``, ``NotAuthorised``, ``VersionMismatch``, then
    ``AlreadyMarkedPaid``, ``AlreadyCancelled``, ``PaymentWindowPassed`` or ``AlreadyReleased``.
    """
    locked = book.lock_offer(offer_id)
    check_standing(by, locked.maker, locked.taker)
    book.apply(locked.indicate_payment(by, locked.at, expected_version))
