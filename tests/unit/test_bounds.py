"""All bounds of an ad together: a refusal names an amount that is taken when it is sent back, in the unit asked in."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from domain import Ad, AdTerms, AdType, Catalogue, Currency, InvalidFields, Offer, OfferProposal, Problem, errors
from domain.errors import Named
from domain.model.ad_terms import ad_problems
from domain.model.bounds import nearest_taken, takes_fiat, takes_something
from domain.model.money import EXACT, LIMIT, least_exactly_worth, least_worth, most_worth, worth
from tests.factories import CATALOGUE, JPY, NOW, USD, USDT, AdFactory, AdForOfferFactory, BankDetailsFactory

WHOLE = Currency("token", 0)
EVERYTHING = Catalogue.of((USDT, WHOLE, Currency("eth", 18)), (USD, JPY), ("bank_transfer",))

Refused = errors.BelowMinimum | errors.AboveMaximum | errors.NotEnoughAvailable | InvalidFields


def offer(ad: Ad, crypto: Decimal | None, fiat: Decimal | None) -> Offer:
    proposal = OfferProposal(crypto, fiat, BankDetailsFactory())
    changes = AdForOfferFactory(ad=ad).make_offer(proposal, NOW, EVERYTHING)
    assert changes.offer is not None
    return changes.offer.after


def refusal(ad: Ad, crypto: str | None, fiat: str | None = None) -> Any:
    with pytest.raises(errors.Refusal) as refused:
        offer(ad, crypto and Decimal(crypto), fiat and Decimal(fiat))
    return refused.value


def ad_of_the_issue(**changed: Any) -> Ad:
    """A hundred usdt at one usd, at least forty in one offer, seventy of them sold."""
    plain = {"crypto": USDT, "crypto_amount": Decimal(100), "price_per_unit": Decimal(1), "min_limit": Decimal(40)}
    return AdFactory(**plain | {"sold": Decimal(70)} | changed)


@pytest.mark.parametrize("amount", ["35", "29.999999", "0.01", "39"])
def test_where_only_the_rest_is_taken_the_rest_is_named(amount: str) -> None:
    in_crypto = refusal(ad_of_the_issue(), amount)
    assert (in_crypto.min_limit, in_crypto.nearest, in_crypto.is_rest) == (
        Named(Decimal(40), "usd", 2),
        Named(Decimal(30), "usdt"),
        True,
    )
    asked = amount if len(amount) < 5 else "29.99"
    in_fiat = refusal(ad_of_the_issue(), None, asked)
    assert (in_fiat.nearest, in_fiat.is_rest) == (Named(Decimal(30), "usd", 2), True)


def test_over_the_rest_the_rest_is_named_in_the_unit_that_was_asked_in() -> None:
    assert refusal(ad_of_the_issue(), "40").nearest == Named(Decimal(30), "usdt")
    assert refusal(ad_of_the_issue(), None, "40").nearest == Named(Decimal(30), "usd", 2)


def test_a_rest_over_the_most_is_taken_in_parts_only() -> None:
    ad = ad_of_the_issue(sold=Decimal(0), min_limit=Decimal(10), max_limit=Decimal(25))
    assert refusal(ad, "100").nearest == Named(Decimal("25.004999"), "usdt")
    assert refusal(ad, None, "100").nearest == Named(Decimal(25), "usd", 2)
    assert refusal(ad, "5").nearest == Named(Decimal("9.995"), "usdt")


@pytest.mark.parametrize(
    ("changed", "asked"),
    [
        ({"sold": Decimal(100)}, "1"),
        ({"sold": Decimal(100)}, "50"),
        ({"sold": Decimal("99.999")}, "50"),
        # Dear whole tokens of which none can be paid between the limits, as ads from before that was refused may have.
        ({"crypto": WHOLE, "price_per_unit": Decimal(60), "max_limit": Decimal(50), "sold": Decimal(0)}, "1"),
    ],
)
def test_where_nothing_can_be_taken_nothing_is_named(changed: dict[str, Any], asked: str) -> None:
    ad = ad_of_the_issue(**changed)
    assert refusal(ad, asked).nearest is None
    assert not takes_something(ad)
    assert nearest_taken(ad, Decimal(asked)) is None


def test_the_bounds_of_a_rounded_worth() -> None:
    """Of whole cents, at a third of a usd: half a cent belongs to the cent above it."""
    price = Decimal("0.3")
    assert least_worth(Decimal("0.01"), price, USDT, USD) == Decimal("0.016667")
    assert most_worth(Decimal("0.01"), price, USDT, USD) == Decimal("0.049999")
    assert least_exactly_worth(Decimal("0.01"), price, USDT) == Decimal("0.033334")


prices = st.integers(1, 10**18).map(lambda units: Decimal(f"{units}e-10"))
cryptos = st.sampled_from([USDT, WHOLE, Currency("eth", 18)])
fiats = st.sampled_from([USD, JPY])


@given(crypto=cryptos, fiat=fiats, price=prices, units=st.integers(1, 10**15))
def test_least_and_most_are_where_the_worth_changes(
    crypto: Currency, fiat: Currency, price: Decimal, units: int
) -> None:
    amount, unit = Decimal(f"{units}e-{fiat.decimals}"), crypto.smallest_unit
    least, most = (bound(amount, price, crypto, fiat) for bound in (least_worth, most_worth))
    assert worth(least, price, fiat) >= amount
    assert worth(EXACT.subtract(least, unit), price, fiat) < amount
    assert worth(EXACT.add(most, unit), price, fiat) > amount
    assert worth(most, price, fiat) <= amount
    exactly = least_exactly_worth(amount, price, crypto)
    assert (
        Fraction(exactly) * Fraction(price) >= Fraction(amount) > (Fraction(exactly) - Fraction(unit)) * Fraction(price)
    )


@st.composite
def ads(draw: st.DrawFn) -> Ad:
    """Ads that can be placed, with any part of them gone: prices from next to nothing to a fortune, odd limits."""
    crypto, fiat = draw(cryptos), draw(fiats)
    price = draw(st.one_of(prices, st.integers(1, 10**5).map(lambda cents: Decimal(f"{cents}e-2"))))
    whole = draw(st.integers(1, 300)) * (1 if crypto is WHOLE else 10 ** draw(st.integers(0, 8)))
    amount = Decimal(f"{whole}e-{crypto.decimals}")
    worth_of_all = worth(amount, price, fiat)
    assume(worth_of_all < LIMIT)
    cents = int(Fraction(worth_of_all) / Fraction(fiat.smallest_unit))
    limits = st.none() | st.integers(1, max(1, cents * 6 // 5)).map(lambda units: Decimal(f"{units}e-{fiat.decimals}"))
    terms = AdTerms(
        crypto.code,
        price,
        AdType.SELL,
        "bank_transfer",
        fiat.code,
        amount,
        min_limit=draw(limits),
        max_limit=draw(limits),
    )
    assume(not ad_problems(terms, EVERYTHING, NOW.date()))
    gone = Decimal(f"{draw(st.integers(0, whole))}e-{crypto.decimals}")
    given_limits = {name: value for name in ("min_limit", "max_limit") if (value := getattr(terms, name)) is not None}
    sums = {"crypto_amount": amount, "price_per_unit": price, "reserved": gone}
    return AdFactory(crypto=crypto, fiat=fiat, **sums, **given_limits)


def refusal_or_none(ad: Ad, crypto: Decimal | None, fiat: Decimal | None) -> Refused | None:
    try:
        offer(ad, crypto, fiat)
    except (errors.BelowMinimum, errors.AboveMaximum, errors.NotEnoughAvailable, InvalidFields) as refused:
        return refused
    return None


def named_by(refused: Refused) -> Named | None:
    """The amount that a refusal names as one that would be taken."""
    if not isinstance(refused, InvalidFields):
        return refused.nearest
    (problem,) = refused.problems
    assert isinstance(problem.bound, Named)
    return problem.bound


def asked_amounts(ad: Ad, part: Fraction) -> tuple[Decimal, Decimal]:
    """An amount of crypto and one of fiat, around all that the ad has left and had."""
    units = int(Fraction(ad.crypto_amount) / Fraction(ad.crypto.smallest_unit) * part) or 1
    cents = int(Fraction(worth(ad.crypto_amount, ad.price_per_unit, ad.fiat)) * 10**ad.fiat.decimals * part) or 1
    return Decimal(f"{units}e-{ad.crypto.decimals}"), Decimal(f"{cents}e-{ad.fiat.decimals}")


ISSUE = ad_of_the_issue(reserved=Decimal(0))


@given(ad=ads(), part=st.fractions(0, Fraction(3, 2), max_denominator=997))
@example(ad=ISSUE, part=Fraction(35, 100))
@example(ad=ISSUE, part=Fraction(40, 100))
def test_whatever_a_refusal_names_is_taken_in_the_unit_that_was_asked_in(ad: Ad, part: Fraction) -> None:
    assume(part)
    crypto, fiat = asked_amounts(ad, part)
    for asked_crypto, asked_fiat in ((crypto, None), (None, fiat), (crypto, fiat)):
        refused = refusal_or_none(ad, asked_crypto, asked_fiat)
        if refused is None:
            continue
        named = named_by(refused)
        if not takes_something(ad):
            assert named is None or isinstance(refused, InvalidFields)
            continue
        assert named is not None
        if named.currency == ad.crypto.code:
            assert asked_crypto is not None
            assert offer(ad, named.amount, None)
        elif asked_crypto is None:
            assert offer(ad, None, named.amount).fiat_amount == named.amount
        else:
            assert offer(ad, asked_crypto, named.amount)
            assert offer(ad, None, named.amount)


@given(ad=ads(), part=st.fractions(0, Fraction(3, 2), max_denominator=997))
@example(ad=ISSUE, part=Fraction(30, 100))
@example(ad=ISSUE, part=Fraction(40, 100))
def test_the_board_shows_an_ad_for_an_amount_just_where_an_offer_for_it_is_taken(ad: Ad, part: Fraction) -> None:
    assume(part)
    _, fiat = asked_amounts(ad, part)
    is_taken = refusal_or_none(ad, None, fiat) is None
    assert takes_fiat(ad, fiat) is is_taken
    assert takes_something(ad) or not is_taken


@given(ad=ads())
def test_of_an_ad_that_can_be_placed_something_can_be_taken_until_nothing_payable_is_left(ad: Ad) -> None:
    assert takes_something(ad) is bool(ad.rest_worth)


def test_the_smallest_amounts_are_told_in_the_unit_that_was_asked_in() -> None:
    refused = refusal(ad_of_the_issue(), "0.004999")
    (problem,) = refused.problems
    assert (problem.problem, problem.bound) == (Problem.WORTH_TOO_SMALL, Named(Decimal(30), "usdt"))


def test_the_catalogue_of_the_factories_has_what_these_ads_are_about() -> None:
    assert AdFactory().is_traded_in(CATALOGUE)
