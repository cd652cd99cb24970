"""When what came to nothing keeps a taker from new offers, and for how long."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from domain import NO_LIMITS, Limits, Refusal, TraderCounts
from domain.errors import TooManyCancelled, TooManyLiveAds, TooManyLiveOffers, TooManyUnpaid
from domain.model.limits import CANCELLED_WINDOW, UNPAID_WINDOW
from tests.clock import NOON

HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
PLENTY = TraderCounts(1000, 1000, (NOON,) * 200, (NOON,) * 200)


def hours_ago(*hours: float) -> tuple[datetime, ...]:
    return tuple(NOON - hour * HOUR for hour in hours)


def refusal(limits: Limits, counts: TraderCounts, at: datetime = NOON) -> Refusal | None:
    try:
        limits.check_new_offer(counts, at)
    except Refusal as refused:
        return refused
    return None


def test_without_a_bound_everything_is_taken() -> None:
    NO_LIMITS.check_new_ad(PLENTY)
    NO_LIMITS.check_resumed_ad(1000)
    NO_LIMITS.check_new_offer(PLENTY, NOON)
    assert NO_LIMITS.may_offer_again_at(PLENTY, NOON) is None


def test_ads_up_to_the_bound() -> None:
    limits = Limits(live_ads=3)
    limits.check_new_ad(TraderCounts(live_ads=2))
    with pytest.raises(TooManyLiveAds) as refused:
        limits.check_new_ad(TraderCounts(live_ads=3))
    assert refused.value.most == 3
    limits.check_resumed_ad(3)
    with pytest.raises(TooManyLiveAds):
        limits.check_resumed_ad(4)


def test_offers_up_to_the_bound() -> None:
    limits = Limits(live_offers=3)
    assert refusal(limits, TraderCounts(live_offers=2)) is None
    assert isinstance(refusal(limits, TraderCounts(live_offers=3)), TooManyLiveOffers)


@pytest.mark.parametrize(
    ("ago", "until"),
    [
        ((), None),
        ((1, 2), None),
        ((1, 2, 3), 23),
        ((1, 2, 24.9), 23),
        ((1, 2, 25), None),
        ((23.9, 24, 47), 0.1),
        ((24, 25, 26), None),
        ((1, 20, 26, 27), 4),
        ((3, 20, 26, 27), 21),
        ((1, 1.5, 2, 2.5), 23),
    ],
)
def test_the_wait_begins_with_the_last_and_outlives_the_first(ago: tuple[float, ...], until: float | None) -> None:
    """The bound is three within 24 hours."""
    limits, counts = Limits(unpaid=3), TraderCounts(unpaid=hours_ago(*ago))
    found = limits.may_offer_again_at(counts, NOON)
    assert (found and round((found - NOON) / HOUR, 6)) == until
    assert (refusal(limits, counts) is None) == (until is None)


def test_a_wait_that_an_older_run_began_goes_on() -> None:
    """Three expired within a day, and one more a while after them, too far from the first to make another three."""
    counts = TraderCounts(unpaid=hours_ago(1, 23, 30, 40))
    assert Limits(unpaid=3).may_offer_again_at(counts, NOON) == NOON + HOUR


@pytest.mark.parametrize(
    ("window", "make", "kind"),
    [
        (UNPAID_WINDOW, lambda moments: TraderCounts(unpaid=moments), TooManyUnpaid),
        (CANCELLED_WINDOW, lambda moments: TraderCounts(cancelled=moments), TooManyCancelled),
    ],
)
def test_from_the_end_of_the_wait_on_offers_are_taken(
    window: timedelta,
    make: Callable[[tuple[datetime, ...]], TraderCounts],
    kind: type[TooManyUnpaid | TooManyCancelled],
) -> None:
    limits, counts = Limits(unpaid=1, cancelled=1), make((NOON,))
    refused = refusal(limits, counts, NOON + window - SECOND)
    assert isinstance(refused, kind)
    assert refused.until == NOON + window
    assert refusal(limits, counts, NOON + window) is None


def test_what_is_told_first() -> None:
    limits = Limits(live_offers=1, unpaid=1, cancelled=1)
    assert isinstance(refusal(limits, PLENTY), TooManyUnpaid)
    assert isinstance(refusal(limits, TraderCounts(0, 1, (), (NOON,))), TooManyCancelled)
    assert limits.may_offer_again_at(PLENTY, NOON) == NOON + UNPAID_WINDOW


def test_what_counts_now() -> None:
    counts = TraderCounts(unpaid=hours_ago(0, 23.9, 24, 47), cancelled=hours_ago(0.5, 1, 1.5))
    assert (counts.unpaid_at(NOON), counts.cancelled_at(NOON)) == (2, 1)
