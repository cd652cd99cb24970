"""Whoever opened a dispute takes it back."""

from __future__ import annotations

from ..model.parties import Actor
from ..model.rights import check_standing
from ..model.versions import Expected
from ..ports.book import Book


def withdraw_dispute(offer_id: int, by: Actor, *, book: Book, expected_version: Expected = None) -> None:
    """End a dispute without a ruling: the offer is paid, as before, and can be disputed again.

    Raises, in this order: ``OfferNotFound``, ``TraderSuspended``, ``NotAuthorised`` to strangers,
    ``VersionMismatch``, ``NotDisputed``, and ``NotAuthorised`` to the party that did not open it.
    """
    locked = book.lock_offer(offer_id)
    check_standing(by, locked.maker, locked.taker)
    book.apply(locked.withdraw_dispute(by, locked.at, expected_version))
