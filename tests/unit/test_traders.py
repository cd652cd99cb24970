"""Traders: what is said of them."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import Profile, Ratings
from tests.factories import TraderFactory


@pytest.mark.parametrize(
    ("total", "count", "average"),
    [(0, 0, "0.00"), (9, 2, "4.50"), (5, 1, "5.00"), (10, 3, "3.33"), (14, 3, "4.67"), (401, 200, "2.01")],
)
def test_the_average_has_two_decimals_half_up(total: int, count: int, average: str) -> None:
    assert str(Ratings(stars_total=total, stars_count=count).average) == average


@given(st.lists(st.integers(1, 5), min_size=1, max_size=300))
def test_the_average_is_the_mean_to_half_a_hundredth(stars: list[int]) -> None:
    average = Ratings(stars_total=sum(stars), stars_count=len(stars)).average
    assert abs(Fraction(average) - Fraction(sum(stars), len(stars))) <= Fraction(1, 200)
    assert average.as_tuple().exponent == -2


def test_a_profile_starts_with_no_ratings_and_a_purse_that_never_moved() -> None:
    profile = Profile(TraderFactory(fullname="Jude"))
    assert (profile.trader.fullname, profile.ratings, profile.has_p2p) == ("Jude", Ratings(), False)
    assert profile.ratings.average == Decimal(0)
