"""Staff end a dispute."""

from __future__ import annotations

from ..model.parties import Actor
from ..model.rights import check_staff
from ..model.versions import Expected
from ..ports.book import Book


def resolve_dispute(
    offer_id: int,
    by: Actor,
    in_favour_of: str,
    note: str = "",
    *,
    book: Book,
    expected_version: Expected = None,
) -> None:
    """Give a disputed offer's escrow to the ``buyer``, or back to the ``seller``.

    Raises, in this order: ``TraderSuspended``, ``StaffOnly``, ``OfferNotFound``, ``InvalidFields``, ``NotAuthorised``
    to the desk itself, ``ArbiterIsParty``, ``VersionMismatch`` or ``NotDisputed``.
    """
    check_staff(by)
    locked = book.lock_offer(offer_id)
    book.apply(locked.resolve(by, in_favour_of, note, locked.at, expected_version))
