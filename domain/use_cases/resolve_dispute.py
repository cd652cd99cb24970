"""Staff end a dispute, or propose how it is to end."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from ..model.arbitration import Arbitration, SecondApproval
from ..model.dispute import Ruling
from ..model.parties import Actor
from ..model.rights import check_staff
from ..model.versions import Expected
from ..ports.book import Book
from ..ports.people import People
from .lock_for_arbiter import lock_for_arbiter

_NOBODY_ELSE: Mapping[str, Decimal] = {}


def resolve_dispute(
    offer_id: int,
    by: Actor,
    in_favour_of: str,
    note: str,
    buyer_amount: Decimal | None = None,
    *,
    book: Book,
    people: People | None = None,
    second_approval: SecondApproval = _NOBODY_ELSE,
    expected_version: Expected = None,
) -> bool:
    """Give a disputed offer's escrow to the ``buyer``, back to the ``seller``, or a part to each in a ``split``.

    Where the offer's amount is above that of its currency in ``second_approval``, it is only proposed, in place of what
    was proposed before. Tells whether it was carried out. ``buyer_amount`` is the buyer's part of a split, in crypto.

    Raises, in this order: ``TraderSuspended``, ``StaffOnly``, ``OfferNotFound``, ``InvalidFields``, ``ArbiterIsParty``,
    ``ArbiterIsApart``, ``NotAuthorised`` to the desk itself, ``VersionMismatch`` or ``NotDisputed``.
    """
    check_staff(by)
    locked = lock_for_arbiter(by, offer_id, book=book, people=people)
    ruling = Ruling(in_favour_of, note, buyer_amount)
    changes = Arbitration(locked, by).resolve(ruling, second_approval, expected_version)
    book.apply(changes)
    return changes.offer is not None
