"""A party quarrels about a payment."""

from __future__ import annotations

from ..model.parties import Actor
from ..model.versions import Expected
from ..ports.book import Book


def open_dispute(offer_id: int, by: Actor, reason: str, *, book: Book, expected_version: Expected = None) -> None:
    """Open a dispute on a paid offer.

    Raises ``OfferNotFound``, ``InvalidFields``, ``NotAuthorised``, ``VersionMismatch``, ``AlreadyDisputed`` or
    ``OnlyPaidCanBeDisputed``.
    """
    locked = book.lock_offer(offer_id)
    book.apply(locked.open_dispute(by, reason, locked.at, expected_version))
