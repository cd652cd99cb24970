"""Somebody of the staff approves or rejects what somebody else proposed."""

from __future__ import annotations

from ..model.arbitration import Arbitration
from ..model.parties import Actor
from ..model.rights import check_staff
from ..model.versions import Expected
from ..ports.book import Book
from ..ports.people import People
from .lock_for_arbiter import lock_for_arbiter


def approve_proposal(
    offer_id: int,
    by: Actor,
    note: str,
    *,
    book: Book,
    people: People | None = None,
    expected_version: Expected = None,
) -> None:
    """Carry out what is proposed on an offer, as it was proposed.

    Raises, in this order: ``TraderSuspended``, ``StaffOnly``, ``OfferNotFound``, ``InvalidFields``, ``ArbiterIsParty``,
    ``ArbiterIsApart``, ``VersionMismatch``, ``NothingToApprove``, ``SomebodyElseMustApprove``, ``NotAuthorised`` to the
    desk itself.
    """
    check_staff(by)
    locked = lock_for_arbiter(by, offer_id, book=book, people=people)
    book.apply(Arbitration(locked, by).approve(note, expected_version))


def reject_proposal(
    offer_id: int,
    by: Actor,
    note: str,
    *,
    book: Book,
    people: People | None = None,
    expected_version: Expected = None,
) -> None:
    """Drop what is proposed; the dispute goes on. Raises as ``approve_proposal`` does, but for the last two."""
    check_staff(by)
    locked = lock_for_arbiter(by, offer_id, book=book, people=people)
    book.apply(Arbitration(locked, by).reject(note, expected_version))
