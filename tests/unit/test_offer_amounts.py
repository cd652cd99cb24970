"""The two amounts of an offer: they agree, either is computed from the other, and the whole rest can be taken."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from domain import Ad, BankDetails, Currency, InvalidFields, Problem
from domain.errors import FieldProblem, Named
from domain.model.ad_for_offer import agreed_amounts
from domain.model.money import worth
from tests.factories import JPY, USD, USDT, AdFactory, BankDetailsFactory, OfferFactory

AN_AD = AdFactory()


def usd(amount: str) -> Named:
    return Named(Decimal(amount), "usd", 2)


def problem_of(ad: Ad, crypto: str | None, fiat: str | None) -> FieldProblem:
    with pytest.raises(InvalidFields) as refused:
        agreed_amounts(ad, crypto and Decimal(crypto), fiat and Decimal(fiat))
    (problem,) = refused.value.problems
    return problem


@pytest.mark.abuse("C6")
@pytest.mark.parametrize(
    ("crypto", "fiat", "agreed"),
    [
        ("2", "400", ("2", "400")),
        ("2", None, ("2", "400")),
        (None, "400", ("2", "400")),
        ("0.12345678", "24.69", ("0.12345678", "24.69")),
        ("0.12345678", None, ("0.12345678", "24.69")),
        (None, "24.69", ("0.12345000", "24.69")),
        ("0.000025", "0.01", ("0.000025", "0.01")),
    ],
)
def test_the_amounts_agree(crypto: str | None, fiat: str | None, agreed: tuple[str, str]) -> None:
    got = agreed_amounts(AN_AD, crypto and Decimal(crypto), fiat and Decimal(fiat))
    assert got == tuple(map(Decimal, agreed))


def test_one_of_the_two_is_needed() -> None:
    assert problem_of(AN_AD, None, None) == FieldProblem("currency_amount", Problem.MISSING)


@pytest.mark.abuse("C6")
@pytest.mark.parametrize("fiat", ["399.99", "400.01", "2"])
def test_amounts_that_disagree_are_told_what_is_due(fiat: str) -> None:
    assert problem_of(AN_AD, "2", fiat) == FieldProblem("fiat_amount", Problem.AMOUNTS_DISAGREE, usd("400.00"))


def test_both_amounts_must_fit_their_currencies() -> None:
    with pytest.raises(InvalidFields) as refused:
        agreed_amounts(AN_AD, Decimal("0.123456789"), Decimal("0.001"))
    assert refused.value.problems == (
        FieldProblem("currency_amount", Problem.TOO_MANY_DECIMALS, 8),
        FieldProblem("fiat_amount", Problem.TOO_MANY_DECIMALS, 2),
    )


@pytest.mark.parametrize("name", ["currency_amount", "fiat_amount"])
def test_nothing_is_no_amount(name: str) -> None:
    amounts = {"currency_amount": None, "fiat_amount": None, name: "0"}
    assert problem_of(AN_AD, *amounts.values()) == FieldProblem(name, Problem.ZERO)


def test_an_offer_worth_less_than_half_a_cent_cannot_be_paid() -> None:
    found = problem_of(AN_AD, "0.00002499", None)
    assert found == FieldProblem("currency_amount", Problem.WORTH_TOO_SMALL, Named(Decimal("0.000025"), "btc"))
    nothing_left = AdFactory(reserved=Decimal(10))
    assert problem_of(nothing_left, "0.00002499", None) == found


def test_an_offer_worth_ten_to_the_eighteenth_is_left_to_the_limits() -> None:
    ad = AdFactory(price_per_unit=Decimal(10**10))
    assert agreed_amounts(ad, Decimal(10**8), None) == (Decimal(10**8), Decimal(10**18))


def test_amounts_that_disagree_beyond_what_the_ad_takes_are_told_what_it_takes() -> None:
    ad = AdFactory(min_limit=Decimal(100), max_limit=Decimal(500))
    for asked, taken in (("3", "2.50002499"), ("0.4", "0.499975")):
        found = problem_of(ad, asked, "1")
        assert found == FieldProblem("fiat_amount", Problem.AMOUNTS_DISAGREE_OUTSIDE, Named(Decimal(taken), "btc"))
    nothing_left = AdFactory(reserved=Decimal(10))
    assert problem_of(nothing_left, "2", "1") == FieldProblem("fiat_amount", Problem.AMOUNTS_DISAGREE, usd("400"))


@pytest.mark.parametrize(
    ("price", "fiat_currency", "asked", "nearest"),
    [
        ("6000000", USD, "2.00", "6.00"),
        ("6000000", USD, "8.00", "6.00"),
        ("6000000", USD, "10.00", "12.00"),
        ("5000000", USD, "7.50", "5.00"),
        ("10000000", JPY, "23", "20"),
    ],
)
def test_a_fiat_amount_that_no_crypto_is_worth_is_told_the_nearest(
    price: str, fiat_currency: Currency, asked: str, nearest: str
) -> None:
    """One smallest unit of usdt is 0.000001, which is dear where one usdt costs millions."""
    ad = AdFactory(crypto=USDT, fiat=fiat_currency, price_per_unit=Decimal(price))
    found = problem_of(ad, None, asked)
    named = Named(Decimal(nearest), fiat_currency.code, fiat_currency.decimals)
    assert found == FieldProblem("fiat_amount", Problem.NOT_PAYABLE_EXACTLY, named)
    (_, due) = agreed_amounts(ad, None, Decimal(nearest))
    assert due == Decimal(nearest)


def test_one_unit_more_is_taken_where_only_that_is_worth_the_fiat() -> None:
    """One unit costs 1.00004 and is worth 1.00, so 1.00 divided by the price is a little less than one unit."""
    ad = AdFactory(crypto=Currency("token", 2), price_per_unit=Decimal("100.004"))
    assert agreed_amounts(ad, None, Decimal(1)) == (Decimal("0.01"), Decimal(1))
    assert agreed_amounts(ad, None, Decimal(5)) == (Decimal("0.05"), Decimal(5))


def test_a_fiat_amount_that_buys_more_than_there_is_of_anything_is_left_to_the_limits() -> None:
    ad = AdFactory(price_per_unit=Decimal("0.0000000001"))
    crypto, fiat = agreed_amounts(ad, None, Decimal("100000000000.00"))
    assert (crypto, fiat) == (Decimal(10**21), Decimal("100000000000.00"))


def test_the_fiat_worth_of_the_rest_takes_exactly_the_rest() -> None:
    """A rest worth 0.996 costs 1.00, which divided by the price is more than the rest."""
    ad = AdFactory(crypto_amount=Decimal("0.00498"))
    assert agreed_amounts(ad, None, Decimal(1)) == (Decimal("0.00498"), Decimal(1))


def test_a_fiat_amount_takes_no_more_of_the_rest_than_it_buys() -> None:
    ad = AdFactory(crypto_amount=Decimal("0.00502"))
    assert agreed_amounts(ad, None, Decimal(1)) == (Decimal("0.005"), Decimal(1))


prices = st.integers(1, 10**18).map(lambda units: Decimal(f"{units}e-10"))
fiats = st.sampled_from([USD, JPY])
cryptos = st.sampled_from([USDT, Currency("btc", 8), Currency("eth", 18), Currency("token", 0)])


@given(crypto=cryptos, fiat=fiats, price=prices, units=st.integers(1, 10**17))
@example(crypto=Currency("token", 2), fiat=USD, price=Decimal("100.004"), units=1)
@example(crypto=USDT, fiat=USD, price=Decimal("1e-10"), units=10**13)
def test_a_fiat_amount_is_paid_exactly_or_the_nearest_can_be(
    crypto: Currency, fiat: Currency, price: Decimal, units: int
) -> None:
    ad = AdFactory(crypto=crypto, fiat=fiat, price_per_unit=price, crypto_amount=Decimal(1))
    asked = Decimal(f"{units}e-{fiat.decimals}")
    try:
        amount, due = agreed_amounts(ad, None, asked)
    except InvalidFields as refused:
        named = refused.problems[0].bound
        assert isinstance(named, Named)
        nearest = named.amount
        amount, due = agreed_amounts(ad, None, nearest)
        assert due == nearest != asked
    else:
        assert due == asked
    assert worth(amount, price, fiat) == due


@given(crypto=cryptos, price=prices, units=st.integers(1, 10**12))
def test_what_is_computed_agrees_with_what_would_have_been_given(crypto: Currency, price: Decimal, units: int) -> None:
    amount = Decimal(f"{units}e-{crypto.decimals}")
    # No ad is worth more than an amount can be.
    assume(worth(amount, price, USD) < 10**18)
    ad = AdFactory(crypto=crypto, price_per_unit=price, crypto_amount=amount)
    if not worth(amount, price, USD):
        with pytest.raises(InvalidFields):
            agreed_amounts(ad, amount, None)
        return
    computed = agreed_amounts(ad, amount, None)
    assert agreed_amounts(ad, *computed) == computed
    exact = Fraction(amount) * Fraction(price)
    assert abs(Fraction(computed[1]) - exact) <= Fraction(1, 200)


@pytest.mark.parametrize(
    ("number", "masked"),
    [("", ""), ("12", "**"), ("1234", "****"), ("12345", "*2345"), ("0123456789", "******6789")],
)
def test_an_account_number_shows_its_last_four_characters(number: str, masked: str) -> None:
    assert BankDetailsFactory(account_number=number).masked_account_number == masked


def test_required_bank_details_are_missed_one_by_one() -> None:
    names = ("bank_account_name", "bank_account_number", "bank_name")
    assert BankDetails(" ", "", "\t").problems(required=True) == tuple(FieldProblem(n, Problem.MISSING) for n in names)
    assert BankDetails().problems() == ()
    assert BankDetails("x" * 101, "1", "Bank").problems(required=True) == (
        FieldProblem("bank_account_name", Problem.TOO_LONG, 100),
    )


def test_bank_details_are_there_if_any_of_them_is() -> None:
    assert not BankDetails()
    assert BankDetails(bank_name="First Bank")


def test_an_offer_remembers_that_it_was_paid() -> None:
    assert not OfferFactory().has_indicated_paid
    assert OfferFactory(completed=True).has_indicated_paid
