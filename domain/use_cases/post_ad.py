"""A maker places an ad."""

from __future__ import annotations

from uuid import UUID

from ..model.ad import Ad
from ..model.ad_terms import AdTerms
from ..model.limits import NO_LIMITS, Limits
from ..model.money import Catalogue
from ..model.rights import check_standing
from ..ports.book import Book
from ..ports.payment_methods import PaymentMethods
from .save_payment_method import terms_with_saved


def post_ad(
    maker_id: UUID,
    terms: AdTerms,
    *,
    book: Book,
    catalogue: Catalogue,
    default_time_to_pay: int,
    limits: Limits = NO_LIMITS,
    payment_methods: PaymentMethods | None = None,
) -> Ad:
    """Place an ad; a sell ad takes its whole amount from the maker's p2p purse into escrow.

    ``default_time_to_pay`` is in minutes; in ``payment_methods`` the saved one is found that the terms may name.

    Raises, in this order: ``TraderNotFound``, ``TraderSuspended``, ``InvalidFields``, ``Frozen``,
    ``AddressNotVerified``, ``RestrictedFromTrading``, ``TooManyLiveAds``, ``InsufficientBalance``.
    """
    priced_in = terms.fiat_currency if terms.is_market else None
    locked = book.lock_wallet(maker_id, terms.crypto_currency or "", for_ad=True, priced_in=priced_in)
    check_standing(maker_id, locked.owner)
    terms = terms_with_saved(terms, maker_id, payment_methods)
    changes = locked.post_ad(terms, catalogue, locked.at, default_time_to_pay, limits)
    book.apply(changes)
    assert changes.ad is not None
    return changes.ad.after
