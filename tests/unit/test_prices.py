"""Market prices: which answers count, and for how long (docs/contract/trading.md, "Market prices")."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from domain import MarketRate
from domain.model.prices import is_rate
from tests.factories import NOW

FIRST = MarketRate.first(("btc", "usd"), Decimal(100), NOW)


def after(*answers: int | str) -> MarketRate:
    """The rate of 100 after these answers, one every half minute."""
    rate = FIRST
    for number, answer in enumerate(answers, start=1):
        rate = rate.answered(Decimal(answer), NOW + number * timedelta(seconds=30))
    return rate


@pytest.mark.parametrize(
    ("answers", "rate", "said_in"),
    [
        ((), 100, 0),
        ((101,), 101, 1),
        ((120,), 120, 1),
        ((80,), 80, 1),
        ((119, 140), 140, 2),
        # A hiccup is no price, once or twice.
        ((121,), 100, 0),
        ((79,), 100, 0),
        ((1000, 100), 100, 2),
        ((1000, 1000, 101), 101, 3),
        ((1000, 100, 1000, 1000), 100, 2),
        # The third in a row is one, as it says itself.
        ((200, 210, 220), 220, 3),
        ((50, 50, 50), 50, 3),
        ((200, 210, 220, 500), 220, 3),
        # Answers that contradict each other are no row.
        ((200, 300, 200, 300), 100, 0),
        ((200, 210, 300), 100, 0),
        ((200, 210, 300, 310, 320), 320, 5),
        ((200, 230, 244), 100, 0),
        ((1000, 50, 50), 100, 0),
        ((1000, 50, 50, 50), 50, 4),
    ],
)
def test_a_jump_counts_once_three_answers_in_a_row_say_so(answers: tuple[int, ...], rate: int, said_in: int) -> None:
    found = after(*answers)
    assert (found.rate, found.at) == (rate, NOW + said_in * timedelta(seconds=30))
    assert found.answered_at == NOW + len(answers) * timedelta(seconds=30)


def test_what_contradicts_is_kept_of_the_last_row_only() -> None:
    assert after(200, 210).doubted == (200, 210)
    assert after(200, 210, 300).doubted == (300,)
    assert after(200, 210, 100).doubted == after(200, 210, 220).doubted == ()


def test_a_rate_is_good_for_five_minutes() -> None:
    assert FIRST.is_known(NOW + timedelta(minutes=5))
    assert not FIRST.is_known(NOW + timedelta(minutes=5, microseconds=1))
    assert not after(*[1000, 5] * 6).is_known(NOW + timedelta(minutes=6)), "a feed that raves confirms nothing"


@pytest.mark.parametrize(
    ("rate", "is_one"),
    [("0", False), ("1e-20", True), ("1e-21", False), ("1e18", False), ("999999999999999999", True), ("NaN", False)],
)
def test_what_can_be_a_rate(rate: str, is_one: bool) -> None:
    assert is_rate(Decimal(rate)) == is_one
