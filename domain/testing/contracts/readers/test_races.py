"""Units that race in threads of their own. Every test is followed by the check of all invariants."""

from collections import Counter
from decimal import Decimal

import pytest

from .... import AdType, EntryKind, Limits, Money, OfferState, Purse, deposit_funds
from ....ports.readers import EntryQuery, OfferQuery
from ....ports.store import Unit
from ...races import at_once, outcomes
from ...store_desk import StoreDesk


@pytest.mark.abuse("D2")
@pytest.mark.parametrize("ad_type", AdType)
def test_two_hundred_equal_releases_settle_once(desk: StoreDesk, ad_type: AdType) -> None:
    maker, taker = desk.trader(usdt=10), desk.trader(usdt=10)
    offer = desk.offer(desk.ad(maker, ad_type=ad_type), taker, 4)
    desk.pay(offer)
    answers = at_once([lambda: desk.release(offer)] * 200)
    assert outcomes(answers) == {"done": 1, "already_released": 199}
    buyer, _ = desk.parties(offer)
    assert desk.read(lambda unit: unit.readers.wallet(buyer))[0].p2p == 14
    entries = desk.read(lambda unit: unit.readers.entries(EntryQuery(buyer), None, 100)).items
    assert [entry.kind for entry in entries].count(EntryKind.RELEASE) == 1


@pytest.mark.parametrize("call", ["pay", "cancel"])
def test_many_equal_calls_have_one_effect(desk: StoreDesk, call: str) -> None:
    offer = desk.offer(desk.sell_ad(), desk.trader(), 4)
    answers = at_once([lambda: getattr(desk, call)(offer)] * 50)
    assert outcomes(answers)["done"] == 1
    assert len(desk.read(lambda unit: unit.readers.offer(offer.id)).history) == 2


def test_release_against_cancel_against_expiry(desk: StoreDesk) -> None:
    ended: Counter[OfferState] = Counter()
    maker, taker = desk.trader(usdt=100), desk.trader()
    ad = desk.ad(maker, crypto_amount=Decimal(100))
    for _ in range(10):
        offer = desk.offer(ad, taker, 1)
        calls = [lambda call=call, offer=offer: call(offer) for call in (desk.release, desk.cancel, desk.pay) * 3]
        at_once(calls)
        view = desk.read(lambda unit, id_=offer.id: unit.readers.offer(id_))
        ended[view.offer.state] += 1
    assert set(ended) <= {OfferState.COMPLETED, OfferState.CANCELLED}
    late = desk.offer(ad, taker, 1)
    desk.clock.set(late.deadline)
    answers = at_once([lambda: desk.expire(late)] * 8 + [lambda: desk.pay(late)] * 8)
    assert outcomes(answers) == {"done": 1, "not_due_yet": 7, "payment_window_passed": 8}


@pytest.mark.abuse("C9")
def test_an_ad_is_not_sold_twice(desk: StoreDesk) -> None:
    """Twenty takers want three each of ten."""
    ad, takers = desk.sell_ad(10), [desk.trader() for _ in range(20)]
    answers = at_once([lambda taker=taker: desk.offer(ad, taker, 3) for taker in takers])
    assert outcomes(answers) == {"done": 3, "not_enough_available": 17}
    assert desk.read(lambda unit: unit.readers.ad(ad.id)).ad.available == 1


@pytest.mark.abuse("D9")
def test_one_wallet_behind_many_ads(desk: StoreDesk) -> None:
    maker = desk.trader(usdt=10)
    answers = at_once([lambda: desk.ad(maker, crypto_amount=Decimal(3))] * 12)
    assert outcomes(answers) == {"done": 3, "insufficient_balance": 9}


def test_one_wallet_behind_many_offers_on_buy_ads(desk: StoreDesk) -> None:
    taker = desk.trader(usdt=10)
    ads = [desk.buy_ad(10) for _ in range(8)]
    answers = at_once([lambda ad=ad: desk.offer(ad, taker, 3) for ad in ads])
    assert outcomes(answers) == {"done": 3, "insufficient_balance": 5}


def test_transfers_that_cross(desk: StoreDesk) -> None:
    trader = desk.trader(usdt=100)
    desk.transfer(trader, Decimal(50), Purse.P2P, Purse.MAIN)
    there = [lambda: desk.transfer(trader, Decimal(1), Purse.P2P, Purse.MAIN)] * 30
    back = [lambda: desk.transfer(trader, Decimal(1), Purse.MAIN, Purse.P2P)] * 30
    assert outcomes(at_once([call for pair in zip(there, back, strict=True) for call in pair])) == {"done": 60}
    (purses,) = desk.read(lambda unit: unit.readers.wallet(trader.id))
    assert (purses.main, purses.p2p) == (50, 50)


def test_offers_that_cross(desk: StoreDesk) -> None:
    """Jude releases to Amara while Amara releases to Jude: each locks what the other needs."""
    jude, amara = desk.trader(usdt=50), desk.trader(usdt=50)
    ads = desk.ad(jude, crypto_amount=Decimal(50)), desk.ad(amara, crypto_amount=Decimal(50))
    offers = [desk.offer(ad, taker, 1) for _ in range(20) for ad, taker in zip(ads, (amara, jude), strict=True)]
    assert outcomes(at_once([lambda offer=offer: desk.release(offer) for offer in offers])) == {"done": 40}
    for trader in (jude, amara):
        (purses,) = desk.read(lambda unit, owner=trader.id: unit.readers.wallet(owner))
        assert (purses.p2p, purses.escrow) == (20, 30)


def test_one_reference_is_deposited_once(desk: StoreDesk) -> None:
    trader = desk.trader()
    answers = at_once([lambda: desk.deposit(trader, Decimal(5), reference="wire 7")] * 20)
    assert Counter(answers) == {True: 1, False: 19}
    assert desk.read(lambda unit: unit.readers.wallet(trader.id))[0].p2p == 5


def test_one_reference_for_two_traders_is_deposited_once(desk: StoreDesk) -> None:
    """Nothing is locked in common but the desk's own account, which at first is not there."""
    traders = [desk.trader() for _ in range(6)]
    answers = at_once(
        [lambda trader=trader: desk.deposit(trader, Decimal(5), reference="wire 8") for trader in traders]
    )
    assert outcomes(answers) == {"done": 1, "reference_reused": 5}


def test_first_deposits_of_many_at_the_same_time(desk: StoreDesk) -> None:
    """All of them open the account of what is outside; those that lose are tried again."""
    traders = [desk.trader() for _ in range(8)]
    answers = at_once([lambda trader=trader: desk.deposit(trader, Decimal(1), "btc") for trader in traders])
    assert Counter(answers) == {True: 8}


@pytest.mark.abuse("D9")
def test_a_whole_wallet_is_always_whole(desk: StoreDesk) -> None:
    """A reader never sees coins on the way from one purse to the other."""
    trader = desk.trader(usdt=100)
    moves = [lambda: desk.transfer(trader, Decimal(1), Purse.P2P, Purse.MAIN)] * 30
    looks = [lambda: desk.read(lambda unit: unit.readers.wallet(trader.id))] * 30
    answers = at_once([call for pair in zip(moves, looks, strict=True) for call in pair])
    wallets = [purses for answer in answers if answer is not None for purses in answer]
    assert {purses.main + purses.p2p for purses in wallets} == {Decimal(100)}


def test_reads_and_writes_of_one_offer_agree(desk: StoreDesk) -> None:
    """An offer and its ad are read as of one moment: what the offer holds is in the ad's reserve."""
    ad, taker = desk.sell_ad(40), desk.trader()
    query = OfferQuery(taker.id, desk.clock.now())

    def look() -> bool:
        views = desk.read(lambda unit: unit.readers.offers(query, None, 100)).items
        return all(view.ad.reserved == len(views) for view in views)

    answers = at_once([call for _ in range(20) for call in (lambda: desk.offer(ad, taker, 1), look)])
    assert False not in [answer for answer in answers if isinstance(answer, bool)]


def test_a_deposit_that_lost_the_race_can_be_told_by_its_reference(desk: StoreDesk) -> None:
    trader = desk.trader()
    money = Money(Decimal(5), "usdt")

    def work(unit: Unit) -> None:
        ports = {"book": unit.book, "catalogue": desk.catalogue}
        assert deposit_funds(trader.id, money, Purse.MAIN, "wire 9", **ports)  # type: ignore[arg-type]
        assert not deposit_funds(trader.id, money, Purse.MAIN, "wire 9", **ports)  # type: ignore[arg-type]

    desk.write(work)
    assert not desk.deposit(trader, Decimal(5), purse=Purse.MAIN, reference="wire 9")


@pytest.mark.parametrize("ad_type", AdType)
def test_two_hundred_equal_offers_at_the_bound(desk: StoreDesk, ad_type: AdType) -> None:
    desk.limits = Limits(live_offers=20)
    taker = desk.trader(usdt=200)
    ad = desk.sell_ad(200) if ad_type is AdType.SELL else desk.buy_ad(200)
    answers = at_once([lambda: desk.offer(ad, taker, 1)] * 200)
    assert outcomes(answers) == {"done": 20, "too_many_live_offers": 180}
    assert desk.read(lambda unit: unit.readers.counts(taker.id, desk.clock.now())).live_offers == 20


def test_two_hundred_equal_ads_at_the_bound(desk: StoreDesk) -> None:
    desk.limits = Limits(live_ads=50)
    maker = desk.trader(usdt=200)
    answers = at_once([lambda: desk.ad(maker, crypto_amount=Decimal(1))] * 200)
    assert outcomes(answers) == {"done": 50, "too_many_live_ads": 150}
    assert desk.read(lambda unit: unit.readers.counts(maker.id, desk.clock.now())).live_ads == 50
