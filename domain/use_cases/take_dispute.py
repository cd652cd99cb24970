"""Somebody of the staff looks at a dispute from now on."""

from __future__ import annotations

from ..model.arbitration import Arbitration
from ..model.parties import Actor
from ..model.rights import check_staff
from ..model.versions import Expected
from ..ports.book import Book


def take_dispute(offer_id: int, by: Actor, note: str = "", *, book: Book, expected_version: Expected = None) -> None:
    """Take a dispute, or take over another's.

    Raises, in this order: ``TraderSuspended``, ``StaffOnly``, ``OfferNotFound``, ``InvalidFields``, ``ArbiterIsParty``,
    ``VersionMismatch``, ``NotDisputed``, ``NotAuthorised`` to the desk itself.
    """
    check_staff(by)
    book.apply(Arbitration(book.lock_offer(offer_id), by).take(note, expected_version))
