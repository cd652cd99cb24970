"""A taker makes an offer on an ad."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from ..model.ad_for_offer import OfferProposal
from ..model.limits import NO_LIMITS, Limits
from ..model.money import Catalogue
from ..model.offer import NO_FEE, Offer
from ..model.rights import check_standing
from ..ports.book import Book
from ..ports.payment_methods import PaymentMethods
from .save_payment_method import proposal_with_saved


def make_offer(
    ad_id: int,
    taker_id: UUID,
    proposal: OfferProposal,
    *,
    book: Book,
    catalogue: Catalogue,
    limits: Limits = NO_LIMITS,
    fee_percent: Decimal = NO_FEE,
    payment_methods: PaymentMethods | None = None,
) -> Offer:
    """Make an offer: its amount is held out of the ad, and on a buy ad the taker's coins go into escrow.

    ``fee_percent`` is what the desk takes of what will reach the buyer; the offer keeps it. In ``payment_methods`` the
    saved one is found that the proposal may name.

    Raises, in this order: ``UnknownAd``, ``TraderNotFound``, ``TraderSuspended``, ``InvalidFields``, ``Frozen``,
    ``AddressNotVerified``, ``OwnAd``, ``RestrictedFromTrading``, ``Blocked``, ``ShortOfRequirements``,
    ``TooManyUnpaid``, ``TooManyCancelled``, ``TooManyLiveOffers``, ``AdNotOpen``, ``BelowMinimum`` or ``AboveMaximum``,
    ``NotEnoughAvailable``, ``InsufficientBalance``.
    """
    found = book.ad_for_offer(ad_id, taker_id)
    check_standing(taker_id, found.taker)
    proposal = proposal_with_saved(proposal, taker_id, payment_methods)
    changes = found.make_offer(proposal, found.at, catalogue, limits, fee_percent)
    book.apply(changes)
    assert changes.offer is not None
    return changes.offer.after
