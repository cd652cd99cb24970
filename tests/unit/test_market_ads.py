"""Ads that follow the market: their price, and what is wrong with them (docs/contract/trading.md, "Market ads")."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import Actor, Ad, AdEdit, Closure, FieldProblem, InvalidFields, PriceType, Problem, Quote, errors
from domain.model.ad_edit import edited
from domain.model.ad_terms import ad_problems, new_ad
from domain.model.money import EXACT, LIMIT
from domain.model.price_order import (
    is_behind,
    lane_of,
    part_by_price,
    places_as_texts,
    places_of_texts,
    rank_of,
)
from domain.model.prices import margin_problem
from tests.factories import (
    BTC,
    CATALOGUE,
    JPY,
    NOW,
    AdFactory,
    AdForOfferFactory,
    AdTermsFactory,
    LockedOfferFactory,
    LockedWalletFactory,
    OfferProposalFactory,
    TraderFactory,
)

MARKET = replace(CATALOGUE, has_market_prices=True)
QUOTE = Quote(Decimal(200), NOW)
FOLLOWS: dict[str, Any] = {"price_type": PriceType.MARKET, "price_margin": Decimal("102.5"), "price_per_unit": None}


def ad_at(rate: int | str, margin: int | str = 100, **changed: Any) -> Ad:
    ad: Ad = AdFactory(price_margin=Decimal(margin), **changed)
    return ad.at_market(Quote(Decimal(rate), NOW))


@pytest.mark.parametrize(
    ("rate", "margin", "price"),
    [
        ("200", "102.5", "205"),
        ("65000.12", "100", "65000.12"),
        ("65000.125", "99.99", "64993.625"),
        # Eight significant digits, half up.
        ("65000.1245", "100", "65000.125"),
        ("65000.1244999", "100", "65000.124"),
        ("123456785", "100", "123456790"),
        ("99999999.5", "100", "100000000"),
        # At most ten decimals.
        ("0.00000123456", "100", "0.0000012346"),
        ("0.00000000005", "100", "0.0000000001"),
        ("0.000000000049", "100", None),
        ("0.00000000000000000001", "0.01", None),
        ("999999999999999999", "1000", None),
        ("100000000000000000", "999.99", "999990000000000000"),
    ],
)
def test_what_a_margin_makes_of_a_rate(rate: str, margin: str, price: str | None) -> None:
    found = Quote(Decimal(rate), NOW).price(Decimal(margin))
    assert found == (None if price is None else Decimal(price))
    assert found is None or "E+" not in str(found)


@given(st.integers(10**4, 10**22), st.integers(1, 99_999))
def test_a_higher_margin_is_a_higher_price(units: int, margin: int) -> None:
    """So that the order of the margins is that of the prices, at every rate of a millionth and more."""
    quote = Quote(Decimal(f"{units}E-10"), NOW)
    lower, higher = (quote.price(Decimal(f"{hundredths}E-2")) for hundredths in (margin, margin + 1))
    assert higher is not None
    assert lower is None or lower < higher


@pytest.mark.parametrize(
    ("margin", "problem"),
    [
        ("1000", None),
        ("0.01", None),
        ("1000.01", FieldProblem("price_margin", Problem.NOT_ABOVE, 1000)),
        ("0", FieldProblem("price_margin", Problem.ZERO)),
        ("0.001", FieldProblem("price_margin", Problem.TOO_MANY_DECIMALS, 2)),
        ("NaN", FieldProblem("price_margin", Problem.NOT_AN_AMOUNT)),
    ],
)
def test_what_a_margin_may_be(margin: str, problem: FieldProblem | None) -> None:
    assert margin_problem(Decimal(margin)) == problem


def test_an_ad_at_a_rate() -> None:
    ad = ad_at(50, "99.99", max_limit_follows=True)
    assert (ad.price_per_unit, ad.max_limit, ad.price_type) == (Decimal("49.995"), Decimal("499.95"), PriceType.MARKET)
    assert ad.is_price_known(NOW + timedelta(minutes=5))
    assert not ad.is_price_known(NOW + timedelta(minutes=5, microseconds=1))
    assert ad_at(50).max_limit == 2000, "one that was given stays"
    fixed: Ad = AdFactory()
    assert fixed.at_market(QUOTE) is fixed
    assert (fixed.price_type, fixed.is_price_known(NOW)) == (PriceType.FIXED, True)


def test_without_a_rate_the_price_is_as_it_was_kept() -> None:
    ad = ad_at(50)
    assert ad.at_market(None) == replace(ad, market=None)
    assert not ad.at_market(None).is_price_known(NOW)
    kept = replace(ad, market=None)
    assert kept.at_market(Quote(Decimal("0.00000000000000000001"), NOW)) is kept


def test_a_most_that_follows_a_market_gone_wild_can_still_be_written() -> None:
    ad = ad_at("1e17", max_limit_follows=True, crypto_amount=Decimal(100))
    assert ad.max_limit == EXACT.subtract(LIMIT, Decimal("0.01"))


def problems(*, quote: Quote | None = QUOTE, asks: bool = True, **terms: Any) -> list[tuple[str, Problem]]:
    catalogue = terms.pop("catalogue", MARKET)
    found = ad_problems(AdTermsFactory(**FOLLOWS | terms), catalogue, NOW.date(), (lambda *_: quote) if asks else None)
    return [(problem.field, problem.problem) for problem in found]


def test_terms_that_follow_the_market() -> None:
    assert problems() == []
    assert problems(asks=False, crypto_amount=Decimal("0.00000001")) == [], "what it is worth only the market knows"
    ad = new_ad(1, TraderFactory().id, AdTermsFactory(**FOLLOWS), MARKET, NOW, 30, QUOTE)
    assert (ad.price_per_unit, ad.price_margin, ad.market, ad.max_limit) == (205, Decimal("102.5"), QUOTE, 2050)


@pytest.mark.parametrize(
    ("terms", "found"),
    [
        ({"price_margin": None}, [("price_margin", Problem.MISSING)]),
        ({"price_margin": Decimal(1001)}, [("price_margin", Problem.NOT_ABOVE)]),
        ({"price_per_unit": Decimal(1)}, [("price_per_unit", Problem.ONLY_ON_A_FIXED_AD)]),
        ({"catalogue": CATALOGUE}, [("price_type", Problem.NO_MARKET_PRICES)]),
        ({"quote": None}, [("price_type", Problem.NO_MARKET_PRICE)]),
        ({"quote": Quote(Decimal("0.00000000000000000001"), NOW)}, [("price_type", Problem.NO_MARKET_PRICE)]),
        ({"crypto_currency": "gold"}, [("crypto_currency", Problem.UNKNOWN_CHOICE)]),
        ({"crypto_amount": Decimal("0.00000001")}, [("crypto_amount", Problem.WORTH_TOO_SMALL)]),
        ({"min_limit": Decimal(2051)}, [("min_limit", Problem.LIMITS_CROSSED)]),
        (
            {"price_type": PriceType.FIXED},
            [("price_per_unit", Problem.MISSING), ("price_margin", Problem.ONLY_ON_A_MARKET_AD)],
        ),
    ],
)
def test_what_is_wrong_with_terms(terms: dict[str, Any], found: list[tuple[str, Problem]]) -> None:
    assert problems(**terms) == found


def test_the_wallet_has_the_rate_that_an_ad_is_placed_at() -> None:
    wallet = LockedWalletFactory(market=QUOTE)
    change = wallet.post_ad(AdTermsFactory(**FOLLOWS), MARKET, NOW, 30).ad
    assert change is not None
    assert change.after.price_per_unit == 205
    with pytest.raises(InvalidFields):
        LockedWalletFactory().post_ad(AdTermsFactory(**FOLLOWS), MARKET, NOW, 30)


def test_an_edit_changes_the_margin_and_goes_by_the_last_rate() -> None:
    ad = ad_at(100, max_limit_follows=True)
    after = edited(ad, AdEdit(price_margin=Decimal(50)), NOW, 30)
    assert (after.price_per_unit, after.price_margin, after.max_limit) == (50, 50, 500)
    assert edited(ad, AdEdit(crypto_amount=Decimal(5)), NOW, 30).max_limit == 500
    for refused in (AdEdit(price_per_unit=Decimal(1)), AdEdit(price_margin=Decimal(1001))):
        with pytest.raises(InvalidFields):
            edited(ad, refused, NOW, 30)
    with pytest.raises(InvalidFields):
        edited(AdFactory(), AdEdit(price_margin=Decimal(50)), NOW, 30)


def test_a_price_that_is_not_known_is_the_last_reason_why_an_ad_is_not_open() -> None:
    late = NOW + timedelta(minutes=6)
    found = AdForOfferFactory(ad=ad_at(100), at=late)
    with pytest.raises(errors.AdNotOpen) as refused:
        found.make_offer(OfferProposalFactory(), late, CATALOGUE)
    assert refused.value.reason == Closure.PRICE_UNKNOWN.value
    barred = replace(found, maker_is_restricted=True)
    with pytest.raises(errors.AdNotOpen) as refused:
        barred.make_offer(OfferProposalFactory(), late, CATALOGUE)
    assert refused.value.reason == Closure.MAKER_RESTRICTED.value
    made = AdForOfferFactory(ad=ad_at(150)).make_offer(OfferProposalFactory(), NOW, CATALOGUE).offer
    assert made is not None
    assert made.after.price_per_unit == 150


def test_who_is_told_of_a_cancelled_offer_learns_that_the_price_is_not_known() -> None:
    locked = LockedOfferFactory(ad__price_margin=Decimal(100))
    changes = locked.cancel(Actor.of(locked.taker), NOW, catalogue=CATALOGUE)
    assert changes.notices[0].facts["ad_closure"] == Closure.PRICE_UNKNOWN.value


def test_lanes_and_places() -> None:
    fixed, dollars, yen = AdFactory(id=1), ad_at(2, 50, id=2), ad_at(2, 50, id=3, fiat=JPY, crypto=BTC)
    assert [lane_of(ad) for ad in (fixed, dollars, yen)] == ["", "btc-usd", "btc-jpy"]
    assert [rank_of(ad) for ad in (fixed, dollars)] == [200, 50]
    places = {"": (Decimal(200), 2), "btc-usd": (Decimal("50.5"), 9)}
    assert is_behind(fixed, places, descending=False)
    assert not is_behind(replace(fixed, id=2), places, descending=True), "the newer of equals were read"
    assert not is_behind(dollars, places, descending=False)
    assert is_behind(dollars, places, descending=True)
    assert is_behind(yen, places, descending=False)
    texts = places_as_texts(places)
    assert texts == (":200:2", "btc-usd:50.5:9")
    assert places_of_texts(texts) == places


@pytest.mark.parametrize(
    "texts",
    [
        (),
        ("",),
        (":1",),
        (":1:0",),
        (":1:01",),
        (":x:1",),
        ("BTC-usd:1:1",),
        (":0:1",),
        (":1.00000000001:1",),
        (":..:1",),
    ],
)
def test_a_place_that_was_not_written_is_none(texts: tuple[str, ...]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 (of many kinds)
        places_of_texts(texts)


def test_a_part_ends_where_the_limit_is_and_says_whether_more_is_there() -> None:
    ads = [ad_at(2, margin, id=number) for number, margin in enumerate((300, 100, 200), start=1)]
    ads += [AdFactory(id=4, price_per_unit=Decimal(4)), AdFactory(id=5, price_per_unit=Decimal(4))]
    shown, places, has_more = part_by_price(ads, {}, 2, descending=False, is_shown=lambda ad: ad.id != 5)
    assert ([ad.id for ad in shown], has_more) == ([2, 4], True)
    assert places == {"btc-usd": (Decimal(100), 2), "": (Decimal(4), 4)}
    shown, places, has_more = part_by_price(ads, {}, 9, descending=True, is_shown=lambda _: True)
    assert ([ad.id for ad in shown], has_more) == ([1, 5, 4, 3, 2], False)
