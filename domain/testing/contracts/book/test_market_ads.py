"""Ads that follow the market: whoever decides on one has the rate that the store knows then."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from .... import AdEdit, AdStatus, Closure, MarketRate
from ....errors import AdNotOpen, InvalidFields
from ...books import Books
from ...desk import BookDesk
from ...races import at_once, outcomes

Says = Callable[[str], None]


@pytest.fixture
def says(desk: BookDesk, books: Books) -> Says:
    """The market says a rate of usdt in usd, now."""
    keep_rate = books.keep_rate
    if keep_rate is None:
        pytest.skip("this store knows no market rates")

    def say(rate: str) -> None:
        keep_rate(MarketRate.first(("usdt", "usd"), Decimal(rate), desk.clock.now()))

    return say


def test_an_ad_follows_the_rate(desk: BookDesk, says: Says) -> None:
    """And its most, which was never given, follows its price; one that was given stays."""
    says("2")
    ad, bounded = desk.market_ad(Decimal("102.5")), desk.market_ad(50, max_limit=Decimal(5))
    assert (ad.price_per_unit, ad.max_limit, ad.price_margin) == (Decimal("2.05"), Decimal("20.5"), Decimal("102.5"))
    says("3")
    found = desk.ad_now(ad.id)
    assert (found.price_per_unit, found.max_limit) == (Decimal("3.075"), Decimal("30.75"))
    assert (desk.ad_now(bounded.id).price_per_unit, desk.ad_now(bounded.id).max_limit) == (Decimal("1.5"), 5)
    assert found.version == 1


def test_an_offer_keeps_the_price_that_it_was_made_at(desk: BookDesk, says: Says) -> None:
    says("2")
    ad = desk.market_ad()
    offer = desk.offer(ad, desk.trader(), 2)
    says("5")
    later = desk.offer(ad, desk.trader(), 2)
    assert [desk.offer_now(one.id).offer.price_per_unit for one in (offer, later)] == [2, 5]
    assert [desk.offer_now(one.id).offer.fiat_amount for one in (offer, later)] == [4, 10]
    desk.pay(offer)
    desk.release(offer)
    assert desk.offer_now(later.id).ad.price_per_unit == 5


def test_a_rate_that_nobody_confirms_makes_no_offers(desk: BookDesk, says: Says) -> None:
    says("2")
    ad, taker = desk.market_ad(), desk.trader()
    desk.clock.advance(minutes=5)
    desk.cancel(desk.offer(ad, taker, 2))
    desk.clock.advance(microseconds=1)
    with pytest.raises(AdNotOpen) as refused:
        desk.offer(ad, taker, 2)
    assert refused.value.reason == Closure.PRICE_UNKNOWN.value
    assert desk.ad_now(ad.id).price_per_unit == 2
    says("2")
    desk.offer(ad, taker, 2)


def test_a_rest_that_is_worth_nothing_now_ends_the_ad(desk: BookDesk, says: Says) -> None:
    """What cannot be paid for is told by the price of the day on which the last offer ends."""
    says("2")
    ad = desk.market_ad(amount=10)
    offer = desk.offer(ad, desk.trader(), Decimal("9.99"))
    says("0.4")
    desk.release(offer)
    assert desk.ad_now(ad.id).status is AdStatus.COMPLETED
    assert desk.holds(ad.maker_id) == (0, Decimal("0.01"), 0)


def test_the_margin_is_edited_and_the_price_is_not(desk: BookDesk, says: Says) -> None:
    says("2")
    ad, fixed = desk.market_ad(), desk.sell_ad(10)
    says("4")
    desk.edit(ad, AdEdit(price_margin=Decimal("99.99"), crypto_amount=Decimal(8)))
    found = desk.ad_now(ad.id)
    assert (found.price_per_unit, found.price_margin, found.max_limit) == (Decimal("3.9996"), Decimal("99.99"), 32)
    with pytest.raises(InvalidFields):
        desk.edit(ad, AdEdit(price_per_unit=Decimal(3)))
    with pytest.raises(InvalidFields):
        desk.edit(fixed, AdEdit(price_margin=Decimal(100)))


def test_no_ad_follows_a_market_that_has_no_rate(desk: BookDesk, says: Says) -> None:
    says("2")
    with pytest.raises(InvalidFields):
        desk.market_ad(fiat_currency="jpy")


def test_offers_race_the_market(desk: BookDesk, says: Says) -> None:
    """Each is for what one of the two rates makes of its amount, and keeps the price that did."""
    says("2")
    ad = desk.market_ad(amount=50)
    takers = [desk.trader() for _ in range(8)]
    calls: list[Callable[[], Any]] = [*(partial(desk.offer, ad, taker, 2) for taker in takers), partial(says, "3")]
    assert outcomes(at_once(calls)) == {"done": 9}
    offers = [desk.offer_now(offer_id).offer for offer_id in desk.offers]
    assert {(offer.price_per_unit, offer.fiat_amount) for offer in offers} <= {(2, 4), (3, 6)}
