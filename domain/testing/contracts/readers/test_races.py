"""What readers see of units that race in threads of their own."""

from decimal import Decimal

import pytest

from .... import AdType, Limits, Money, Purse, deposit_funds
from ....ports.readers import OfferQuery
from ....ports.store import Unit
from ...races import at_once, outcomes
from ...store_desk import StoreDesk


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
