"""A party quarrels about a payment."""

from __future__ import annotations

from ..model.parties import Actor
from ..model.rights import check_standing
from ..model.versions import Expected
from ..ports.book import Book


def open_dispute(offer_id: int, by: Actor, reason: str, *, book: Book, expected_version: Expected = None) -> None:
    """Open a dispute on a paid offer.

    Raises ``OfferNotFound``, ``TraderSuspended``, ``InvalidFields``, ``NotAuthorised``, ``VersionMismatch``,
    ``AlreadyDisputed`` or ``OnlyPaidCanBeDisputed``.
    """
    locked = book.lock_offer(offer_id)
    check_standing(by, locked.maker, locked.taker)
    book.apply(locked.open_dispute(by, reason, locked.at, expected_version))
