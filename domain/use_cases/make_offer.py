"""A taker makes an offer on an ad."""

from __future__ import annotations

from uuid import UUID

from ..model.ad_for_offer import OfferProposal
from ..model.limits import NO_LIMITS, Limits
from ..model.money import Catalogue
from ..model.offer import Offer
from ..model.rights import check_standing
from ..ports.book import Book


def make_offer(
    ad_id: int,
    taker_id: UUID,
    proposal: OfferProposal,
    *,
    book: Book,
    catalogue: Catalogue,
    limits: Limits = NO_LIMITS,
) -> Offer:
    """Make an offer: its amount is held out of the ad, and on a buy ad the taker's coins go into escrow.

    Raises, in this order: ``UnknownAd``, ``TraderNotFound``, ``TraderSuspended``, ``InvalidFields``, ``Frozen``,
    ``OwnAd``, ``RestrictedFromTrading``, ``Blocked``, ``TooManyUnpaid``, ``TooManyCancelled``, ``TooManyLiveOffers``,
    ``AdNotOpen``, ``BelowMinimum`` or ``AboveMaximum``, ``NotEnoughAvailable``, ``InsufficientBalance``.
    """
    found = book.ad_for_offer(ad_id, taker_id)
    check_standing(taker_id, found.taker)
    changes = found.make_offer(proposal, found.at, catalogue, limits)
    book.apply(changes)
    assert changes.offer is not None
    return changes.offer.after
