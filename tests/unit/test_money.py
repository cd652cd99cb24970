"""Exact money: what is read, what fits, how it is rounded, and in whose context."""

from __future__ import annotations

import subprocess
import sys
from decimal import Decimal, Inexact, InvalidOperation
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import Currency, InvalidFields, Money, Problem, parse_amount
from domain.errors import FieldProblem, Named
from domain.model.money import (
    EXACT,
    LIMIT,
    amount_problem,
    buys,
    decimals_of,
    money_text,
    named_text,
    rounded_down,
    rounded_half_up,
    worth,
)
from tests.factories import BTC, CATALOGUE, JPY, USD

ROOT = Path(__file__).resolve().parents[2]
WIDEST = Decimal("999999999999999999.99999999999999999999")


def problem_of(text: str) -> FieldProblem:
    with pytest.raises(InvalidFields) as refused:
        parse_amount(text, "price_per_unit")
    (problem,) = refused.value.problems
    return problem


@pytest.mark.parametrize(
    ("text", "exact"),
    [
        ("0", Decimal(0)),
        ("10", Decimal(10)),
        ("007.50", Decimal("7.50")),
        ("0.00000000000000000001", Decimal("1e-20")),
        ("999999999999999999.99999999999999999999", WIDEST),
        ("0" * 30 + "1", Decimal(1)),
        ("0." + "1" * 198, Decimal("0." + "1" * 198)),
    ],
)
def test_an_amount_is_read_exactly(text: str, exact: Decimal) -> None:
    assert parse_amount(text) == exact


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "1 ", " 1", "1\n", "+1", "-1", "-0", "-1e-7", "1e", "e5", ".1e5", ".5", "5.", "1.2.3", "1,5",
        "1_000", "0x10", "NaN", "Infinity", "inf", "true", "१२", "\uff11", "٣", "1.٣", "½", "0." + "1" * 199,
    ],
)  # fmt: skip
def test_another_spelling_is_no_amount(text: str) -> None:
    assert problem_of(text) == FieldProblem("price_per_unit", Problem.NOT_AN_AMOUNT)


@pytest.mark.parametrize("text", ["1e-7", "1e5", "1E+2", "1.50e-10", "1e1000000"])
def test_an_exponent_is_told_of_by_name(text: str) -> None:
    assert problem_of(text) == FieldProblem("price_per_unit", Problem.EXPONENT)


@pytest.mark.abuse("C4")
def test_a_spelling_without_end_is_no_amount_whatever_is_in_it() -> None:
    assert problem_of("1" * 200 + "e5") == FieldProblem("price_per_unit", Problem.NOT_AN_AMOUNT)


def test_more_than_eighteen_digits_before_the_point_are_too_many() -> None:
    assert problem_of("1" + "0" * 18) == FieldProblem("price_per_unit", Problem.TOO_MANY_DIGITS, 18)
    assert problem_of("1" * 19 + ".5") == FieldProblem("price_per_unit", Problem.TOO_MANY_DIGITS, 18)


def test_the_field_is_called_amount_unless_told() -> None:
    with pytest.raises(InvalidFields) as refused:
        parse_amount("x")
    assert refused.value.problems[0].field == "amount"


@pytest.mark.parametrize(
    ("amount", "problem", "bound"),
    [
        (Decimal(0), Problem.ZERO, None),
        (Decimal("0.00"), Problem.ZERO, None),
        (Decimal("-0.01"), Problem.NOT_AN_AMOUNT, None),
        (Decimal("NaN"), Problem.NOT_AN_AMOUNT, None),
        (Decimal("sNaN"), Problem.NOT_AN_AMOUNT, None),
        (Decimal("Infinity"), Problem.NOT_AN_AMOUNT, None),
        (LIMIT, Problem.TOO_MANY_DIGITS, 18),
        (Decimal("0.001"), Problem.TOO_MANY_DECIMALS, 2),
        (Decimal("1." + "1" * 150), Problem.TOO_MANY_DECIMALS, 2),
    ],
)
def test_what_is_wrong_with_an_amount(amount: Decimal, problem: Problem, bound: int | None) -> None:
    assert amount_problem("max_limit", amount, 2) == FieldProblem("max_limit", problem, bound)


@pytest.mark.parametrize("amount", [Decimal("0.01"), Decimal("999999999999999999.99"), Decimal("1.5000000")])
def test_an_amount_that_fits_has_no_problem(amount: Decimal) -> None:
    assert amount_problem("max_limit", amount, 2) is None


@pytest.mark.parametrize(
    ("amount", "decimals"),
    [
        (Decimal(0), 0),
        (Decimal("1.50"), 2 - 1),
        (Decimal("100"), 0),
        (Decimal("1E+5"), 0),
        (Decimal("1e-20"), 20),
        (Decimal("0." + "3" * 150), 150),
    ],
)
def test_trailing_zeros_are_no_decimals(amount: Decimal, decimals: int) -> None:
    assert decimals_of(amount) == decimals


@pytest.mark.parametrize(
    ("amount", "half_up", "down"),
    [
        ("0.004", "0.00", "0.00"),
        ("0.005", "0.01", "0.00"),
        ("0.015", "0.02", "0.01"),
        ("1.994999", "1.99", "1.99"),
        ("1.995", "2.00", "1.99"),
        ("999999999999999999.995", "1000000000000000000.00", "999999999999999999.99"),
    ],
)
def test_the_two_places_that_round(amount: str, half_up: str, down: str) -> None:
    assert str(rounded_half_up(Decimal(amount), 2)) == half_up
    assert str(rounded_down(Decimal(amount), 2)) == down


def test_the_widest_product_is_exact() -> None:
    price = Decimal("999999999999999999.9999999999")
    exact = Fraction(WIDEST) * Fraction(price)
    assert Fraction(EXACT.multiply(WIDEST, price)) == exact
    assert worth(WIDEST, price, USD) == Decimal("999999999999999999999999999899999999.99")


def test_the_exact_context_refuses_to_round_and_to_make_no_number() -> None:
    with pytest.raises(Inexact):
        EXACT.divide(Decimal(1), Decimal(3))
    with pytest.raises(InvalidOperation):
        EXACT.subtract(Decimal("Infinity"), Decimal("Infinity"))


@given(units=st.integers(1, 10**26), price=st.integers(1, 10**20))
def test_a_worth_is_the_product_rounded_half_up(units: int, price: int) -> None:
    amount, price_per_unit = Decimal(f"{units}e-8"), Decimal(f"{price}e-10")
    cents = Fraction(units, 10**8) * Fraction(price, 10**10) * 100
    assert Fraction(worth(amount, price_per_unit, USD)) * 100 == (cents + Fraction(1, 2)).__floor__()


@given(cents=st.integers(1, 10**20 - 1), price=st.integers(1, 10**28 - 1))
def test_what_a_fiat_amount_buys_is_the_quotient_rounded_down(cents: int, price: int) -> None:
    bought = buys(Decimal(f"{cents}e-2"), Decimal(f"{price}e-10"), BTC)
    assert Fraction(bought) * 10**8 == (Fraction(cents, 100) / Fraction(price, 10**10) * 10**8).__floor__()


@given(st.from_regex(r"[0-9]{1,18}(\.[0-9]{1,20})?", fullmatch=True, alphabet="0123456789."))
def test_reading_loses_nothing(text: str) -> None:
    assert Fraction(parse_amount(text)) == Fraction(text)


def test_a_currency_has_a_smallest_unit() -> None:
    assert (USD.smallest_unit, JPY.smallest_unit) == (Decimal("0.01"), Decimal(1))
    assert Currency("widest", 20).smallest_unit == Decimal("1e-20")


def test_a_catalogue_finds_currencies_by_code() -> None:
    assert CATALOGUE.crypto["btc"] == BTC
    assert CATALOGUE.fiat["jpy"] == JPY
    assert CATALOGUE.payment_methods == {"bank_transfer", "mobile_money"}


def test_money_adds_and_subtracts_exactly() -> None:
    tiny = Money(Decimal("1e-20"), "btc")
    wide = Money(Decimal("999999999999999998.99999999999999999999"), "btc")
    assert wide + tiny == Money(Decimal("999999999999999999"), "btc")
    assert wide - tiny == Money(Decimal("999999999999999998.99999999999999999998"), "btc")


@pytest.mark.parametrize("amount", ["-0.01", "NaN", "Infinity", "1000000000000000000"])
def test_money_is_never_negative_endless_or_too_much(amount: str) -> None:
    with pytest.raises(ValueError, match="no amount of money"):
        Money(Decimal(amount), "btc")


@pytest.mark.abuse("C5")
def test_money_never_leaves_its_bounds() -> None:
    one = Money(Decimal(1), "btc")
    with pytest.raises(ValueError, match="no amount of money"):
        _ = one - Money(Decimal(2), "btc")
    with pytest.raises(ValueError, match="no amount of money"):
        _ = Money(Decimal("999999999999999999"), "btc") + one


def test_money_of_two_currencies_does_not_mix() -> None:
    with pytest.raises(ValueError, match="eth is not btc"):
        _ = Money(Decimal(1), "btc") + Money(Decimal(1), "eth")


def test_the_domain_takes_nothing_from_the_defaults_it_is_imported_under() -> None:
    """A program may have set the defaults of all contexts to come before it ever imports the domain."""
    script = """
import decimal
hostile = decimal.DefaultContext
hostile.prec, hostile.Emin, hostile.Emax, hostile.rounding = 2, -1, 1, decimal.ROUND_UP
for signal in hostile.traps:
    hostile.traps[signal] = True
decimal.setcontext(decimal.Context())
from domain.model.money import LIMIT, worth, buys, Currency
usd, btc = Currency("usd", 2), Currency("btc", 8)
assert str(worth(decimal.Decimal("1.23456789"), decimal.Decimal("1000.0000000001"), usd)) == "1234.57"
assert str(buys(decimal.Decimal("10.00"), decimal.Decimal(3), btc)) == "3.33333333"
assert LIMIT == 10**18
assert not any(decimal.getcontext().flags.values())
"""
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True)


@pytest.mark.parametrize(
    ("amount", "currency", "decimals", "text"),
    [
        ("1000", "jpy", 0, "1000 jpy"),
        ("1000.00", "jpy", 0, "1000 jpy"),
        ("1000", "usd", 2, "1000.00 usd"),
        ("1000.5", "usd", 2, "1000.50 usd"),
        # A price may have more decimals than its currency.
        ("0.0000000001", "usd", 2, "0.0000000001 usd"),
        ("10.000000", "trx", 0, "10 trx"),
        ("1e-20", "fine", 0, "0.00000000000000000001 fine"),
        ("1E+5", "trx", 0, "100000 trx"),
    ],
)
def test_money_is_written_in_one_way(amount: str, currency: str, decimals: int, text: str) -> None:
    assert money_text(Decimal(amount), currency, decimals) == text
    assert named_text(Named(Decimal(amount), currency, decimals)) == text


def test_a_catalogue_has_what_both_currencies_and_the_method_are_in() -> None:
    # Decimals do not matter: what was once agreed keeps those that it had.
    assert CATALOGUE.has(Currency("btc", 2), JPY, "mobile_money")
    assert not CATALOGUE.has(Currency("doge", 8), USD, "mobile_money")
    assert not CATALOGUE.has(BTC, Currency("gold", 2), "mobile_money")
    assert not CATALOGUE.has(BTC, USD, "card")
