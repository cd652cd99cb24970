"""Somebody of the staff looks at a dispute from now on."""

from __future__ import annotations

from ..model.arbitration import Arbitration
from ..model.parties import Actor
from ..model.rights import check_staff
from ..model.versions import Expected
from ..ports.book import Book
from ..ports.people import People
from .lock_for_arbiter import lock_for_arbiter


def take_dispute(
    offer_id: int,
    by: Actor,
    note: str = "",
    *,
    book: Book,
    people: People | None = None,
    expected_version: Expected = None,
) -> None:
    """Take a dispute, or take over another's.

    Raises, in this order: ``TraderSuspended``, ``StaffOnly``, ``OfferNotFound``, ``InvalidFields``, ``ArbiterIsParty``,
    ``ArbiterIsApart``, ``VersionMismatch``, ``NotDisputed``, ``NotAuthorised`` to the desk itself.
    """
    check_staff(by)
    locked = lock_for_arbiter(by, offer_id, book=book, people=people)
    book.apply(Arbitration(locked, by).take(note, expected_version))
