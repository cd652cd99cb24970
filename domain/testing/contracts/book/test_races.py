"""Units that race in threads of their own. Every test is followed by the check of the books."""

from collections import Counter
from decimal import Decimal
from functools import partial

import pytest

from .... import AdType, OfferState, Purse
from ...desk import BookDesk
from ...races import at_once, outcomes


@pytest.mark.abuse("D2")
@pytest.mark.parametrize("ad_type", AdType)
def test_two_hundred_equal_releases_settle_once(desk: BookDesk, ad_type: AdType) -> None:
    maker, taker = desk.trader(usdt=10), desk.trader(usdt=10)
    offer = desk.offer(desk.ad(maker, ad_type=ad_type), taker, 4)
    desk.pay(offer)
    assert outcomes(at_once([lambda: desk.release(offer)] * 200)) == {"done": 1, "already_released": 199}
    assert desk.holds(desk.offer_now(offer.id).buyer) == (0, 14, 0)


@pytest.mark.parametrize("call", ["pay", "cancel"])
def test_many_equal_calls_have_one_effect(desk: BookDesk, call: str) -> None:
    offer = desk.offer(desk.sell_ad(), desk.trader(), 4)
    answers = at_once([lambda: getattr(desk, call)(offer)] * 50)
    assert outcomes(answers)["done"] == 1
    assert desk.offer_now(offer.id).offer.version == 2


def test_release_against_cancel_against_expiry(desk: BookDesk) -> None:
    maker, taker = desk.trader(usdt=100), desk.trader()
    ad = desk.ad(maker, crypto_amount=Decimal(100))
    for _ in range(10):
        offer = desk.offer(ad, taker, 1)
        at_once([partial(call, offer) for call in (desk.release, desk.cancel, desk.pay) * 3])
        assert desk.offer_now(offer.id).offer.state in (OfferState.COMPLETED, OfferState.CANCELLED)
    late = desk.offer(ad, taker, 1)
    desk.clock.set(late.deadline)
    answers = at_once([lambda: desk.expire(late)] * 8 + [lambda: desk.pay(late)] * 8)
    assert outcomes(answers) == {"done": 1, "not_due_yet": 7, "payment_window_passed": 8}


@pytest.mark.abuse("C9")
def test_an_ad_is_not_sold_twice(desk: BookDesk) -> None:
    """Twenty takers want three each of ten."""
    ad, takers = desk.sell_ad(10), [desk.trader() for _ in range(20)]
    answers = at_once([partial(desk.offer, ad, taker, 3) for taker in takers])
    assert outcomes(answers) == {"done": 3, "not_enough_available": 17}
    assert desk.ad_now(ad.id).available == 1


@pytest.mark.abuse("D9")
def test_one_wallet_behind_many_ads(desk: BookDesk) -> None:
    maker = desk.trader(usdt=10)
    answers = at_once([lambda: desk.ad(maker, crypto_amount=Decimal(3))] * 12)
    assert outcomes(answers) == {"done": 3, "insufficient_balance": 9}


def test_one_wallet_behind_many_offers_on_buy_ads(desk: BookDesk) -> None:
    taker = desk.trader(usdt=10)
    ads = [desk.buy_ad(10) for _ in range(8)]
    answers = at_once([partial(desk.offer, ad, taker, 3) for ad in ads])
    assert outcomes(answers) == {"done": 3, "insufficient_balance": 5}


def test_transfers_that_cross(desk: BookDesk) -> None:
    trader = desk.trader(usdt=100)
    desk.transfer(trader, Decimal(50), Purse.P2P, Purse.MAIN)
    there = [lambda: desk.transfer(trader, Decimal(1), Purse.P2P, Purse.MAIN)] * 30
    back = [lambda: desk.transfer(trader, Decimal(1), Purse.MAIN, Purse.P2P)] * 30
    assert outcomes(at_once([call for pair in zip(there, back, strict=True) for call in pair])) == {"done": 60}
    assert desk.holds(trader) == (50, 50, 0)


def test_offers_that_cross(desk: BookDesk) -> None:
    """Jude releases to Amara while Amara releases to Jude: each locks what the other needs."""
    jude, amara = desk.trader(usdt=50), desk.trader(usdt=50)
    ads = desk.ad(jude, crypto_amount=Decimal(50)), desk.ad(amara, crypto_amount=Decimal(50))
    offers = [desk.offer(ad, taker, 1) for _ in range(20) for ad, taker in zip(ads, (amara, jude), strict=True)]
    answers = at_once([partial(desk.release, offer) for offer in offers])
    assert outcomes(answers) == {"done": 40}
    assert desk.holds(jude) == desk.holds(amara) == (0, 20, 30)


def test_one_reference_is_deposited_once(desk: BookDesk) -> None:
    trader = desk.trader()
    answers = at_once([lambda: desk.deposit(trader, Decimal(5), reference="wire 7")] * 20)
    assert Counter(answers) == {True: 1, False: 19}
    assert desk.holds(trader) == (0, 5, 0)


def test_one_reference_for_two_traders_is_deposited_once(desk: BookDesk) -> None:
    """Nothing is locked in common but the desk's own account, which at first is not there."""
    traders = [desk.trader() for _ in range(6)]
    calls = [partial(desk.deposit, trader, Decimal(5), reference="wire 8") for trader in traders]
    assert outcomes(at_once(calls)) == {"done": 1, "reference_reused": 5}


def test_first_deposits_of_many_at_the_same_time(desk: BookDesk) -> None:
    """All of them open the account of what is outside; those that lose are tried again."""
    traders = [desk.trader() for _ in range(8)]
    answers = at_once([partial(desk.deposit, trader, Decimal(1), "btc") for trader in traders])
    assert Counter(answers) == {True: 8}
    assert desk.outside(traders[0], "btc") == -8


def test_a_locked_wallet_shows_no_coins_on_the_way(desk: BookDesk) -> None:
    """Where both purses are open: one that is opened while a read waits may be missing, which ``apply`` guards."""
    trader = desk.trader(usdt=99)
    desk.deposit(trader, Decimal(1), purse=Purse.MAIN)
    moves = [lambda: desk.transfer(trader, Decimal(1), Purse.P2P, Purse.MAIN)] * 20
    looks = [lambda: desk.holds(trader)] * 20
    answers = at_once([call for pair in zip(moves, looks, strict=True) for call in pair])
    assert {sum(answer) for answer in answers if answer is not None} == {Decimal(100)}
