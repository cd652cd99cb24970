"""A party quarrels about a payment."""

from __future__ import annotations

from datetime import timedelta

from ..model.dispute import DisputeKind
from ..model.parties import Actor
from ..model.rights import check_standing
from ..model.versions import Expected
from ..ports.book import Book


def open_dispute(
    offer_id: int,
    by: Actor,
    reason: str,
    kind: DisputeKind = DisputeKind.OTHER,
    *,
    book: Book,
    dispute_after: timedelta = timedelta(0),
    expected_version: Expected = None,
) -> None:
    """Open a dispute on a paid offer, ``dispute_after`` its payment at the earliest.

    Raises ``OfferNotFound``, ``TraderSuspended``, ``InvalidFields``, ``NotAuthorised``, ``VersionMismatch``,
    ``AlreadyDisputed``, ``OnlyPaidCanBeDisputed`` or ``DisputeTooEarly``.
    """
    locked = book.lock_offer(offer_id)
    check_standing(by, locked.maker, locked.taker)
    book.apply(locked.open_dispute(by, reason, locked.at, expected_version, kind, dispute_after))
