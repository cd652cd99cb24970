"""The taker takes an offer back."""

from __future__ import annotations

from ..model.money import Catalogue
from ..model.parties import Actor
from ..model.rights import check_standing
from ..model.versions import Expected
from ..ports.book import Book


def cancel_offer(
    offer_id: int,
    by: Actor,
    *,
    book: Book,
    expected_version: Expected = None,
    catalogue: Catalogue | None = None,
) -> None:
    """Cancel a pending offer; its amount returns to the ad, or on a buy ad to the taker.

    By the ``catalogue`` the maker is told whether the ad takes new offers; without one, whatever it trades counts as
    still traded.

    Raises, in this order: ``OfferNotFound``, ``TraderSuspended``, ``NotAuthorised``, ``VersionMismatch``, then
    ``AlreadyCancelled`` or ``OnlyPendingCanBeCancelled``.
    """
    locked = book.lock_offer(offer_id)
    check_standing(by, locked.maker, locked.taker)
    book.apply(locked.cancel(by, locked.at, expected_version, catalogue))
