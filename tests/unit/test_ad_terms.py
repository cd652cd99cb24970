"""What a maker may ask for: every field, its bounds, and the order in which problems are told."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from domain import AdStatus, AdType, BankDetails, InvalidFields, Problem
from domain.errors import FieldProblem, Named
from domain.model.ad import ad_problems, new_ad
from tests.factories import BTC, CATALOGUE, JPY, NOW, USD, AdTermsFactory, TraderFactory

TODAY = NOW.date()
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
REQUIRED = ("crypto_currency", "price_per_unit", "ad_type", "payment_method", "fiat_currency", "crypto_amount")


def usd(amount: str) -> Named:
    return Named(Decimal(amount), "usd", 2)


def problems(**terms: Any) -> tuple[FieldProblem, ...]:
    return ad_problems(AdTermsFactory(**terms), CATALOGUE, TODAY)


def test_right_terms_have_no_problem() -> None:
    assert problems() == ()


def test_everything_that_is_missing_is_told_in_the_order_of_the_fields() -> None:
    missing = dict.fromkeys(REQUIRED)
    assert problems(**missing) == tuple(FieldProblem(name, Problem.MISSING) for name in REQUIRED)


@pytest.mark.parametrize("name", REQUIRED)
def test_each_required_field_is_missed_alone(name: str) -> None:
    assert problems(**{name: None}) == (FieldProblem(name, Problem.MISSING),)


CHOICES = {
    "crypto_currency": tuple(CATALOGUE.crypto),
    "payment_method": tuple(sorted(CATALOGUE.payment_methods)),
    "fiat_currency": tuple(CATALOGUE.fiat),
}


@pytest.mark.parametrize(("name", "choices"), CHOICES.items())
@pytest.mark.parametrize("value", ["", "seashells", "BTC"])
def test_only_what_is_traded_here_can_be_chosen(name: str, choices: tuple[str, ...], value: str) -> None:
    assert problems(**{name: value}) == (FieldProblem(name, Problem.UNKNOWN_CHOICE, choices),)


@pytest.mark.parametrize(
    ("terms", "field", "problem", "bound"),
    [
        ({"price_per_unit": Decimal(0)}, "price_per_unit", Problem.ZERO, None),
        ({"price_per_unit": Decimal("1e-11")}, "price_per_unit", Problem.TOO_MANY_DECIMALS, 10),
        ({"price_per_unit": Decimal("1e18")}, "price_per_unit", Problem.TOO_MANY_DIGITS, 18),
        ({"crypto_amount": Decimal(0)}, "crypto_amount", Problem.ZERO, None),
        ({"crypto_amount": Decimal("0.123456789")}, "crypto_amount", Problem.TOO_MANY_DECIMALS, 8),
        ({"crypto_amount": Decimal("1e18")}, "crypto_amount", Problem.TOO_MANY_DIGITS, 18),
        ({"min_limit": Decimal(0)}, "min_limit", Problem.ZERO, None),
        ({"min_limit": Decimal("0.001")}, "min_limit", Problem.TOO_MANY_DECIMALS, 2),
        ({"max_limit": Decimal("1e18")}, "max_limit", Problem.TOO_MANY_DIGITS, 18),
        ({"auto_reply_message": "x" * 2001}, "auto_reply_message", Problem.TOO_LONG, 2000),
        ({"terms_of_trade": "x" * 2001}, "terms_of_trade", Problem.TOO_LONG, 2000),
        ({"additional_information": "x" * 2001}, "additional_information", Problem.TOO_LONG, 2000),
        ({"payment_details": "x" * 2001}, "payment_details", Problem.TOO_LONG, 2000),
        ({"time_to_pay": -1}, "time_to_pay", Problem.OUT_OF_RANGE, 1440),
        ({"time_to_pay": 1441}, "time_to_pay", Problem.OUT_OF_RANGE, 1440),
        ({"bank": BankDetails("x" * 101)}, "bank_account_name", Problem.TOO_LONG, 100),
        ({"bank": BankDetails("", "x" * 101)}, "bank_account_number", Problem.TOO_LONG, 100),
        ({"bank": BankDetails("", "", "x" * 101)}, "bank_name", Problem.TOO_LONG, 100),
    ],
)
def test_a_field_out_of_its_bounds(terms: dict[str, Any], field: str, problem: Problem, bound: int | None) -> None:
    assert problems(**terms) == (FieldProblem(field, problem, bound),)


@pytest.mark.parametrize(
    "terms",
    [
        {"price_per_unit": Decimal("0.0000000001"), "crypto_amount": Decimal("999999999")},
        {"crypto_amount": Decimal("0.00000001"), "price_per_unit": Decimal(1000000)},
        {"auto_reply_message": "x" * 2000, "terms_of_trade": "x" * 2000, "payment_details": "x" * 2000},
        {"time_to_pay": 0},
        {"time_to_pay": 1440},
        {"bank": BankDetails("x" * 100, "x" * 100, "x" * 100)},
        {"min_limit": Decimal("0.01"), "max_limit": Decimal("0.01")},
        {"min_limit": Decimal("2000.00")},
        {"min_limit": Decimal(3000), "max_limit": Decimal(5000)},
        {"start_date": TODAY, "end_date": TODAY},
        {"start_date": YESTERDAY},
        {"start_date": YESTERDAY, "end_date": TODAY},
        {"start_date": TOMORROW, "end_date": TOMORROW},
    ],
)
def test_a_field_on_its_bound_is_right(terms: dict[str, Any]) -> None:
    assert problems(**terms) == ()


@pytest.mark.abuse("F10")
@pytest.mark.parametrize(
    ("start", "end", "problem"),
    [
        (None, YESTERDAY, Problem.END_IN_THE_PAST),
        (YESTERDAY, YESTERDAY, Problem.END_IN_THE_PAST),
        (TODAY, YESTERDAY, Problem.END_BEFORE_START),
        (TOMORROW, TODAY, Problem.END_BEFORE_START),
    ],
)
def test_an_end_before_the_start_or_in_the_past_is_refused(start: date | None, end: date, problem: Problem) -> None:
    assert problems(start_date=start, end_date=end) == (FieldProblem("end_date", problem),)


@pytest.mark.parametrize(
    ("amount", "price", "fiat", "problem"),
    [
        ("0.00000001", "999999.9999999999", "usd", (Problem.WORTH_TOO_SMALL, Named(Decimal("0.00000002"), "btc"))),
        ("0.1", "9", "jpy", (Problem.WORTH_TOO_SMALL, Named(Decimal("0.11111112"), "btc"))),
        ("1000000000", "1000000000", "usd", (Problem.WORTH_TOO_LARGE, 18)),
        ("10", "99999999999999999.9999999999", "usd", (Problem.WORTH_TOO_LARGE, 18)),
        ("1", "999999999999999999.995", "usd", (Problem.WORTH_TOO_LARGE, 18)),
    ],
)
def test_the_whole_ad_is_worth_something_and_not_too_much(
    amount: str, price: str, fiat: str, problem: tuple[Problem, Named | int]
) -> None:
    terms = {"crypto_amount": Decimal(amount), "price_per_unit": Decimal(price), "fiat_currency": fiat}
    assert problems(**terms) == (FieldProblem("crypto_amount", *problem),)


def test_a_worth_just_under_the_limit_is_right() -> None:
    assert problems(crypto_amount=Decimal(1), price_per_unit=Decimal("999999999999999999.99")) == ()


@pytest.mark.parametrize(
    ("least", "most", "problem"),
    [
        ("2000.01", None, FieldProblem("min_limit", Problem.LIMITS_CROSSED, usd("2000.00"))),
        ("10", "9.99", FieldProblem("max_limit", Problem.LIMITS_CROSSED, usd("10"))),
        ("3000", "2999", FieldProblem("max_limit", Problem.LIMITS_CROSSED, usd("3000"))),
    ],
)
def test_the_least_is_not_above_the_most(least: str, most: str | None, problem: FieldProblem) -> None:
    assert problems(min_limit=Decimal(least), max_limit=most and Decimal(most)) == (problem,)


@pytest.mark.parametrize(
    ("amount", "price", "least", "most", "bound"),
    [
        # Each unit is 0.00000001 btc: at this price 6 usd, so that nothing can be paid between 7 and 11.
        ("1", "600000000", "7", "11.99", "12"),
        ("1", "600000000", None, "5.99", "6"),
        ("1", "600000000", "7", "12", None),
        ("0.00000001", "600000000", "7", "7", None),
        ("0.00000001", "600000000", "7", "6.99", "7"),
        ("0.00000002", "600000000", "13", "13", None),
        ("0.00000003", "600000000", "13", "17", "18"),
    ],
)
def test_an_amount_that_can_be_paid_lies_between_the_limits(
    amount: str, price: str, least: str | None, most: str, bound: str | None
) -> None:
    terms = {"crypto_amount": Decimal(amount), "price_per_unit": Decimal(price), "min_limit": least and Decimal(least)}
    crossed = () if bound is None else (FieldProblem("max_limit", Problem.LIMITS_CROSSED, usd(bound)),)
    assert problems(max_limit=Decimal(most), **terms) == crossed
    if bound is not None:
        assert problems(max_limit=Decimal(bound), **terms) == ()


def test_limits_are_not_compared_where_one_is_wrong_in_itself() -> None:
    found = problems(min_limit=Decimal(10), max_limit=Decimal("0.001"))
    assert found == (FieldProblem("max_limit", Problem.TOO_MANY_DECIMALS, 2),)


def test_limits_are_not_judged_in_a_fiat_that_is_unknown() -> None:
    found = problems(fiat_currency="gold", min_limit=Decimal("0.001"))
    assert found == (FieldProblem("fiat_currency", Problem.UNKNOWN_CHOICE, CHOICES["fiat_currency"]),)


@pytest.mark.parametrize(
    ("amount", "problem", "bound"),
    [
        (Decimal("1." + "1" * 150), Problem.TOO_MANY_DECIMALS, 20),
        (Decimal(0), Problem.ZERO, None),
    ],
)
def test_an_amount_of_an_unknown_currency_is_still_an_amount(
    amount: Decimal, problem: Problem, bound: int | None
) -> None:
    assert problems(crypto_currency="seashells", crypto_amount=amount) == (
        FieldProblem("crypto_currency", Problem.UNKNOWN_CHOICE, CHOICES["crypto_currency"]),
        FieldProblem("crypto_amount", problem, bound),
    )


def test_many_problems_are_told_at_once_in_the_order_of_the_fields() -> None:
    found = problems(
        client_reference="x" * 65,
        payment_details="x" * 2001,
        bank=BankDetails("", "x" * 101),
        max_limit=Decimal(0),
        time_to_pay=9999,
        end_date=YESTERDAY,
        crypto_amount=Decimal(0),
        price_per_unit=None,
    )
    assert [problem.field for problem in found] == [
        "price_per_unit",
        "crypto_amount",
        "end_date",
        "time_to_pay",
        "max_limit",
        "bank_account_number",
        "payment_details",
        "client_reference",
    ]


def test_wrong_terms_make_no_ad() -> None:
    with pytest.raises(InvalidFields) as refused:
        new_ad(1, TraderFactory().id, AdTermsFactory(crypto_amount=None), CATALOGUE, NOW, 30)
    assert refused.value.problems == (FieldProblem("crypto_amount", Problem.MISSING),)


def test_what_is_left_out_has_a_default() -> None:
    maker = TraderFactory()
    ad = new_ad(7, maker.id, AdTermsFactory(crypto_amount=Decimal("0.12345678")), CATALOGUE, NOW, 45)
    assert (ad.id, ad.maker_id, ad.crypto, ad.fiat, ad.status) == (7, maker.id, BTC, USD, AdStatus.PENDING)
    assert (ad.min_limit, ad.max_limit) == (Decimal("0.01"), Decimal("24.69"))
    assert (ad.start_date, ad.end_date, ad.time_to_pay) == (TODAY, None, 45)
    assert (ad.auto_reply_message, ad.terms_of_trade, ad.additional_information, ad.payment_details) == ("",) * 4
    assert (ad.available, ad.reserved, ad.sold, ad.withdrawn) == (ad.crypto_amount, 0, 0, 0)
    assert (ad.trade_started_at, ad.trade_completed_at, ad.created_at, ad.version) == (None, None, NOW, 1)
    assert not ad.bank


def test_what_is_given_is_kept() -> None:
    given = AdTermsFactory(
        ad_type=AdType.BUY,
        fiat_currency="jpy",
        start_date=TOMORROW,
        end_date=TOMORROW,
        auto_reply_message="Hello",
        terms_of_trade="Be quick",
        additional_information="Nothing",
        time_to_pay=5,
        min_limit=Decimal(100),
        max_limit=Decimal(500),
        bank=BankDetails("Jude", "123", "First Bank"),
        payment_details="By hand",
        client_reference="monday-1",
    )
    ad = new_ad(1, TraderFactory().id, given, CATALOGUE, NOW, 30)
    same = ("ad_type", "start_date", "end_date", "auto_reply_message", "terms_of_trade", "additional_information")
    for name in (
        *same,
        "time_to_pay",
        "min_limit",
        "max_limit",
        "bank",
        "payment_details",
        "price_per_unit",
        "client_reference",
    ):
        assert getattr(ad, name) == getattr(given, name), name
    assert ad.fiat == JPY
