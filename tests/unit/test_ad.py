"""An ad's parts, its days, and what comes of it when offers are made and end."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from domain import Ad, AdStatus, Closure
from domain.model.bounds import takes_fiat
from domain.model.money import Catalogue
from tests.factories import JPY, NOW, AdFactory

TODAY = NOW.date()
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
LATER = NOW + timedelta(hours=1)


def parts(ad: Ad) -> tuple[Decimal, Decimal, Decimal, Decimal]:
    return ad.available, ad.reserved, ad.sold, ad.withdrawn


@pytest.mark.parametrize(
    "wrong",
    [
        {"available": Decimal("9.99999999")},
        {"available": Decimal(11), "withdrawn": Decimal(-1)},
        {"available": Decimal(10), "sold": Decimal("1e-20")},
    ],
)
def test_the_parts_are_always_the_whole(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="not the parts of"):
        AdFactory(**wrong)


@pytest.mark.parametrize(
    ("ad", "day", "closure"),
    [
        (AdFactory(), TODAY, None),
        (AdFactory(start_date=TODAY, end_date=TODAY), TODAY, None),
        (AdFactory(start_date=TOMORROW), TODAY, Closure.NOT_STARTED),
        (AdFactory(start_date=TOMORROW), TOMORROW, None),
        (AdFactory(start_date=YESTERDAY, end_date=YESTERDAY), TODAY, Closure.EXPIRED),
        (AdFactory(paused=True), TODAY, Closure.PAUSED),
        (AdFactory(paused=True, start_date=TOMORROW), TODAY, Closure.PAUSED),
        (AdFactory(paused=True, start_date=YESTERDAY, end_date=YESTERDAY), TODAY, Closure.EXPIRED),
        (AdFactory(closed=True), TODAY, Closure.CLOSED),
        (AdFactory(expired=True), TOMORROW, Closure.EXPIRED),
        (AdFactory(completed=True), TODAY, Closure.COMPLETED),
    ],
)
def test_an_ad_says_why_it_takes_no_offers(ad: Ad, day: Any, closure: Closure | None) -> None:
    assert ad.closure(day, maker_is_barred=False) is closure
    assert ad.closure(day, maker_is_barred=True) is (closure or Closure.MAKER_RESTRICTED)
    assert ad.closure(day, maker_is_barred=True, catalogue=Catalogue.of([], [], [])) is (closure or Closure.NOT_TRADED)


@pytest.mark.parametrize(
    ("ad", "taken", "refused"),
    [
        (AdFactory(min_limit=Decimal(100), max_limit=Decimal(500)), ("100", "500"), ("0", "99.99", "500.01")),
        (AdFactory(reserved=Decimal("9.8"), min_limit=Decimal(100)), ("40.00",), ("0", "39.99", "40.01", "100")),
        (AdFactory(reserved=Decimal("9.99999")), (), ("0", "0.01")),
        (AdFactory(completed=True), (), ("0", "0.01")),
    ],
)
def test_the_fiat_that_one_offer_can_be_for(ad: Ad, taken: tuple[str, ...], refused: tuple[str, ...]) -> None:
    assert [amount for amount in (*taken, *refused) if takes_fiat(ad, Decimal(amount))] == list(taken)


@pytest.mark.parametrize(
    ("ad", "is_live"),
    [
        (AdFactory(), True),
        (AdFactory(paused=True), True),
        (AdFactory(completed=True), False),
        (AdFactory(closed=True), False),
        (AdFactory(expired=True), False),
    ],
)
def test_an_ad_lives_until_it_ends(ad: Ad, is_live: bool) -> None:
    assert ad.is_live is is_live


@pytest.mark.parametrize("paused", [False, True])
def test_past_its_end_date_a_reader_sees_an_ad_expired_though_nobody_swept_it(paused: bool) -> None:
    ad = AdFactory(paused=paused, end_date=TODAY, reserved=Decimal(2), sold=Decimal(3))
    assert ad.as_of(TODAY) is ad
    seen = ad.as_of(TOMORROW)
    assert (seen.status, parts(seen)) == (AdStatus.EXPIRED, (0, 2, 3, 5))
    assert seen.as_of(TOMORROW) is seen


def test_an_ad_without_end_date_never_expires() -> None:
    ad = AdFactory()
    assert ad.as_of(TODAY + timedelta(days=36500)) is ad


def test_an_ended_ad_is_seen_as_it_ended() -> None:
    ad = AdFactory(closed=True, end_date=TODAY)
    assert ad.as_of(TOMORROW) is ad


def test_an_offer_is_held_out_of_what_is_available() -> None:
    first = AdFactory().reserve(Decimal(2), NOW)
    second = first.reserve(Decimal(3), LATER)
    assert (parts(first), first.version, first.trade_started_at) == ((8, 2, 0, 0), 2, NOW)
    assert (parts(second), second.version, second.trade_started_at) == ((5, 5, 0, 0), 3, NOW)


def test_an_offer_that_came_to_nothing_is_open_again() -> None:
    ad = AdFactory(reserved=Decimal(2)).put_back(Decimal(2))
    assert (parts(ad), ad.status, ad.version) == ((10, 0, 0, 0), AdStatus.PENDING, 2)


def test_an_offer_that_came_to_nothing_on_an_ended_ad_is_withdrawn() -> None:
    ad = AdFactory(closed=True, reserved=Decimal(2)).put_back(Decimal(2))
    assert (parts(ad), ad.status, ad.version) == ((0, 0, 0, 10), AdStatus.CLOSED, 2)


def test_a_paused_ad_takes_its_amount_back_and_stays_paused() -> None:
    ad = AdFactory(paused=True, reserved=Decimal(2)).put_back(Decimal(2))
    assert (parts(ad), ad.status) == ((10, 0, 0, 0), AdStatus.PAUSED)


def test_an_ad_goes_on_while_something_is_left_or_in_a_live_offer() -> None:
    some_left = AdFactory(reserved=Decimal(2)).sell(Decimal(2), LATER)
    assert (parts(some_left), some_left.status, some_left.version) == ((8, 0, 2, 0), AdStatus.PENDING, 2)
    in_an_offer = AdFactory(reserved=Decimal(10)).sell(Decimal(4), LATER)
    assert (parts(in_an_offer), in_an_offer.status) == ((0, 6, 4, 0), AdStatus.PENDING)
    assert in_an_offer.trade_completed_at is None


@pytest.mark.parametrize("paused", [False, True])
def test_an_ad_is_completed_when_all_is_sold(paused: bool) -> None:
    ad = AdFactory(paused=paused, reserved=Decimal(4), sold=Decimal(6)).sell(Decimal(4), LATER)
    assert (parts(ad), ad.status, ad.version) == ((0, 0, 10, 0), AdStatus.COMPLETED, 2)
    assert ad.trade_completed_at == LATER


@pytest.mark.parametrize(
    ("left", "status"),
    [("0.00002499", AdStatus.COMPLETED), ("0.00002500", AdStatus.PENDING)],
)
def test_a_remainder_worth_less_than_half_a_cent_is_given_up(left: str, status: AdStatus) -> None:
    """At 200 usd, 0.000025 btc are half a cent: rounded half up it can be paid for with one."""
    amount = {"0.00002499": Decimal("9.99997501"), "0.00002500": Decimal("9.99997500")}[left]
    ad = AdFactory(reserved=amount).sell(amount, LATER)
    assert ad.status is status
    rest = Decimal(left)
    assert parts(ad) == ((0, 0, amount, rest) if status is AdStatus.COMPLETED else (rest, 0, amount, 0))


def test_a_remainder_is_judged_in_the_ads_own_fiat() -> None:
    ad = AdFactory(fiat=JPY, price_per_unit=Decimal(4), reserved=Decimal("9.9")).sell(Decimal("9.9"), LATER)
    assert (ad.status, ad.withdrawn) == (AdStatus.COMPLETED, Decimal("0.1"))


def test_an_ended_ad_stays_as_it_ended_when_its_last_offer_is_sold() -> None:
    ad = AdFactory(closed=True, reserved=Decimal(2)).sell(Decimal(2), LATER)
    assert (parts(ad), ad.status, ad.trade_completed_at) == ((0, 0, 2, 8), AdStatus.CLOSED, None)


def test_the_end_withdraws_what_nobody_has_made_an_offer_for() -> None:
    ad = AdFactory(reserved=Decimal(2), sold=Decimal(1)).end(AdStatus.CLOSED)
    assert (parts(ad), ad.status, ad.version) == ((0, 2, 1, 7), AdStatus.CLOSED, 2)


def test_a_pause_is_a_new_version() -> None:
    paused = AdFactory().with_status(AdStatus.PAUSED)
    assert (paused.status, paused.version, paused.with_status(AdStatus.PENDING).version) == (AdStatus.PAUSED, 2, 3)
