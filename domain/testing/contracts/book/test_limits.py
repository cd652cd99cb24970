"""What is counted of one trader, and that it is counted where nobody else of theirs can add to it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from .... import Ad, AdStatus, AdType, Limits, Trader, TraderCounts
from ....errors import TooManyCancelled, TooManyLiveAds, TooManyUnpaid
from ...desk import BookDesk
from ...races import at_once, outcomes

PLENTY = Decimal(1000)
LIVE = Limits(live_ads=20, live_offers=20)


def counts(desk: BookDesk, ad: Ad, taker: Trader) -> TraderCounts:
    """What the taker has under way, as an offer on this ad would be decided."""
    return desk.write(lambda book: book.ad_for_offer(ad.id, taker.id)).taker_counts


def counts_for_ad(desk: BookDesk, maker: Trader) -> TraderCounts:
    """What the maker has under way, as an ad would be decided."""
    return desk.write(lambda book: book.lock_wallet(maker.id, "usdt", for_ad=True)).counts


def test_what_is_live_counts(desk: BookDesk) -> None:
    taker = desk.trader(usdt=PLENTY)
    sell, buy = desk.sell_ad(10), desk.buy_ad(10)
    assert counts(desk, sell, taker) == TraderCounts()
    offers = [desk.offer(ad, taker, 1) for ad in (sell, sell, sell, buy)]
    desk.pay(offers[0])
    desk.pay(offers[1])
    desk.dispute(offers[1])
    own = desk.ad(taker)
    desk.pause(desk.ad(taker, crypto_amount=Decimal(1)))
    assert counts(desk, sell, taker) == counts_for_ad(desk, taker) == TraderCounts(live_ads=2, live_offers=4)
    desk.release(offers[0])
    desk.resolve(offers[1], desk.staff(), "seller")
    desk.close(own)
    assert counts(desk, sell, taker) == TraderCounts(live_ads=1, live_offers=2)
    assert counts(desk, sell, desk.trader()) == TraderCounts()


def test_what_was_cancelled_counts_by_whom(desk: BookDesk) -> None:
    """An offer whose escrow staff gave back is cancelled too, and nobody's deed."""
    taker, ad = desk.trader(), desk.sell_ad(10)
    first, second, disputed = (desk.offer(ad, taker, 1) for _ in range(3))
    desk.pay(disputed)
    desk.dispute(disputed)
    desk.resolve(disputed, desk.staff(), "seller")
    desk.cancel(first)
    began = desk.clock.now()
    desk.clock.advance(minutes=1)
    desk.cancel(second)
    assert counts(desk, ad, taker).cancelled == (began + timedelta(minutes=1), began)
    desk.clock.advance(minutes=119)
    assert counts(desk, ad, taker).cancelled == (began + timedelta(minutes=1),)


@pytest.mark.parametrize("is_swept", [False, True])
def test_what_expired_unpaid_counts_by_its_deadline(desk: BookDesk, is_swept: bool) -> None:
    """As a buyer only, and whether the sweeper came by or not."""
    taker = desk.trader(usdt=PLENTY)
    bought, sold = desk.sell_ad(10), desk.buy_ad(10)
    offers = [desk.offer(ad, taker, 1) for ad in (bought, sold)]
    desk.clock.set(offers[0].deadline + timedelta(hours=1))
    if is_swept:
        for offer in offers:
            desk.expire(offer)
    assert counts(desk, bought, taker) == TraderCounts(unpaid=(offers[0].deadline,))
    desk.clock.set(offers[0].deadline + timedelta(hours=48))
    assert counts(desk, bought, taker).unpaid == ()


def test_an_ad_past_its_last_day_is_none(desk: BookDesk) -> None:
    maker = desk.trader(usdt=PLENTY)
    ad = desk.ad(maker, end_date=desk.clock.now().date())
    other = desk.ad(maker)
    assert counts_for_ad(desk, maker).live_ads == 2
    assert desk.write(lambda book: book.lock_ad(ad.id)).live_ads == 2
    desk.clock.advance(days=1)
    assert counts_for_ad(desk, maker).live_ads == 1
    assert desk.write(lambda book: book.lock_ad(other.id)).live_ads == 1


def test_a_wallet_that_is_locked_for_nothing_new_tells_no_counts(desk: BookDesk) -> None:
    maker = desk.trader(usdt=PLENTY)
    desk.ad(maker)
    assert desk.wallet(maker, "usdt").counts == TraderCounts()


@pytest.mark.parametrize("ad_type", AdType)
def test_many_equal_offers_at_the_bound(desk: BookDesk, ad_type: AdType) -> None:
    taker = desk.trader(usdt=PLENTY)
    ad = desk.sell_ad(100) if ad_type is AdType.SELL else desk.buy_ad(100)
    for _ in range(15):
        desk.offer(ad, taker, 1, limits=LIVE)
    answers = at_once([lambda: desk.offer(ad, taker, 1, limits=LIVE)] * 40)
    assert outcomes(answers) == {"done": 5, "too_many_live_offers": 35}


def test_offers_on_many_ads_at_the_bound(desk: BookDesk) -> None:
    """No two of them lock the same ad or purse."""
    taker = desk.trader()
    ads = [desk.sell_ad(1) for _ in range(30)]
    answers = at_once([partial(desk.offer, ad, taker, 1, limits=LIVE) for ad in ads])
    assert outcomes(answers) == {"done": 20, "too_many_live_offers": 10}


def test_ads_in_many_currencies_at_the_bound(desk: BookDesk) -> None:
    maker = desk.trader(usdt=PLENTY, btc=PLENTY)
    codes = ("usdt", "btc", "fine")
    post = partial(desk.ad, maker, ad_type=AdType.BUY, limits=LIVE)
    calls = [partial(post, crypto_currency=code) for code in codes for _ in range(15)]
    assert outcomes(at_once(calls)) == {"done": 20, "too_many_live_ads": 25}


def test_offers_and_ads_that_cross_at_the_bound(desk: BookDesk) -> None:
    """Each takes from the other's ads, while both place, pause and resume their own: nobody waits in a ring."""
    jude, amara = (desk.trader(usdt=PLENTY) for _ in range(2))
    many = Limits(live_ads=100, live_offers=100)
    ads = [desk.ad(jude, ad_type=kind) for kind in AdType], [desk.ad(amara, ad_type=kind) for kind in AdType]
    calls: list[Callable[[], Any]] = []
    for trader, others in ((jude, ads[1]), (amara, ads[0])):
        calls += [partial(desk.offer, ad, trader, 1, limits=many) for ad in others for _ in range(5)]
        calls += [partial(desk.ad, trader, crypto_amount=Decimal(1), limits=many)] * 5
    assert outcomes(at_once(calls)) == {"done": 30}


def test_a_paused_ad_counts_and_resumes_within_the_bound(desk: BookDesk) -> None:
    maker = desk.trader(usdt=PLENTY)
    first, _ = (desk.ad(maker) for _ in range(2))
    desk.pause(first)
    with pytest.raises(TooManyLiveAds):
        desk.ad(maker, limits=Limits(live_ads=2))
    with pytest.raises(TooManyLiveAds):
        desk.resume(first, limits=Limits(live_ads=1))
    desk.resume(first, limits=Limits(live_ads=2))
    assert desk.ad_now(first.id).status is AdStatus.PENDING


def test_offers_that_came_to_nothing_close_the_desk_for_a_while(desk: BookDesk) -> None:
    taker, ad = desk.trader(), desk.sell_ad(10)
    offers = [desk.offer(ad, taker, 1) for _ in range(3)]
    desk.clock.set(offers[0].deadline)
    with pytest.raises(TooManyUnpaid) as refused:
        desk.offer(ad, taker, 1, limits=Limits(unpaid=3))
    assert refused.value.until == offers[0].deadline + timedelta(hours=24)
    desk.clock.set(refused.value.until)
    desk.cancel(desk.offer(ad, taker, 1, limits=Limits(unpaid=3)))
    with pytest.raises(TooManyCancelled) as closed:
        desk.offer(ad, taker, 1, limits=Limits(cancelled=1))
    assert closed.value.until == desk.clock.now() + timedelta(hours=1)
