"""Ads, and the terms that they are made of."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import factory

from ... import Ad, AdStatus, AdTerms, AdType
from ...model.money import EXACT, worth
from .money import BTC, USD
from .offers import BankDetailsFactory
from .traders import NOW, TraderFactory


class AdTermsFactory(factory.Factory):
    """Terms that are right: ten btc at 200 usd. Trait: ``buy``."""

    class Meta:
        model = AdTerms

    class Params:
        buy = factory.Trait(ad_type=AdType.BUY)

    crypto_currency = "btc"
    price_per_unit = Decimal("200.00")
    ad_type = AdType.SELL
    payment_method = "bank_transfer"
    fiat_currency = "usd"
    crypto_amount = Decimal(10)


def _unsold(ad: factory.builder.Resolver) -> Decimal:
    """What of the ad is in no live offer and not sold."""
    return EXACT.subtract(EXACT.subtract(ad.crypto_amount, ad.reserved), ad.sold)


class AdFactory(factory.Factory):
    """A live sell ad of ten btc at 200 usd. Traits: ``buy``, ``paused``, ``completed``, ``closed``, ``expired``.

    What is neither ``reserved`` nor ``sold`` is ``available``, or ``withdrawn`` where the ad has ended.
    """

    class Meta:
        model = Ad

    class Params:
        buy = factory.Trait(ad_type=AdType.BUY)
        paused = factory.Trait(status=AdStatus.PAUSED)
        ended = factory.Trait(available=Decimal(0), withdrawn=factory.LazyAttribute(_unsold))
        closed = factory.Trait(ended=True, status=AdStatus.CLOSED)
        expired = factory.Trait(
            ended=True, status=AdStatus.EXPIRED, end_date=factory.LazyAttribute(lambda ad: ad.start_date)
        )
        completed = factory.Trait(
            status=AdStatus.COMPLETED,
            sold=factory.SelfAttribute("crypto_amount"),
            trade_started_at=NOW,
            trade_completed_at=NOW + timedelta(minutes=10),
        )

    id = factory.Sequence(lambda number: number + 1)
    maker_id = factory.LazyFunction(lambda: TraderFactory().id)
    ad_type = AdType.SELL
    crypto = BTC
    fiat = USD
    payment_method = "bank_transfer"
    price_per_unit = Decimal("200.00")
    crypto_amount = Decimal(10)
    min_limit = factory.LazyAttribute(lambda ad: ad.fiat.smallest_unit)
    max_limit = factory.LazyAttribute(lambda ad: worth(ad.crypto_amount, ad.price_per_unit, ad.fiat))
    start_date = NOW.date()
    end_date = None
    time_to_pay = 30
    auto_reply_message = ""
    terms_of_trade = ""
    additional_information = ""
    bank = factory.SubFactory(BankDetailsFactory)
    payment_details = ""
    created_at = NOW
    reserved = Decimal(0)
    sold = Decimal(0)
    available = factory.LazyAttribute(_unsold)
