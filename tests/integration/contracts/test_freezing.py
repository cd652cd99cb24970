"""While the desk is frozen nothing new begins, and all that is under way comes to its end: on every store."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from domain import DESK, Actor, AdType, OfferState, Purse, errors, set_frozen
from domain.ports.store import Unit
from tests.integration.desk import Desk


def is_frozen(desk: Desk) -> bool:
    return desk.read(lambda unit: unit.freezing.is_frozen())


def refused(act: Callable[[], object]) -> None:
    with pytest.raises(errors.Frozen):
        act()


@pytest.mark.abuse("K8")
def test_nothing_new_begins_until_it_goes_on(desk: Desk) -> None:
    maker, taker = desk.trader(usdt=100), desk.trader(usdt=100)
    sell_ad, buy_ad, paused = desk.ad(maker), desk.ad(maker, ad_type=AdType.BUY), desk.ad(maker)
    desk.pause(paused)
    beginnings: list[Callable[[], object]] = [
        lambda: desk.ad(maker),
        lambda: desk.ad(maker, ad_type=AdType.BUY),
        lambda: desk.offer(sell_ad, taker),
        lambda: desk.offer(buy_ad, taker),
        lambda: desk.resume(paused),
        lambda: desk.edit(sell_ad, crypto_amount=Decimal(12)),
        lambda: desk.edit(paused, terms_of_trade="Other terms."),
    ]
    desk.freeze()
    for begin in beginnings:
        refused(begin)
    desk.freeze(frozen=False)
    for begin in beginnings:
        begin()


@pytest.mark.abuse("K8")
def test_all_that_is_under_way_goes_on(desk: Desk) -> None:
    maker, taker, staff = desk.trader(usdt=100), desk.trader(usdt=100), desk.staff()
    ad, other = desk.ad(maker), desk.ad(maker)
    paid, released, cancelled, late, disputed = (desk.offer(ad, taker, 1) for _ in range(5))
    desk.freeze()
    desk.pay(paid)
    desk.release(released)
    desk.cancel(cancelled)
    desk.pay(disputed)
    desk.dispute(disputed)
    desk.resolve(disputed, staff, "buyer")
    desk.release(paid)
    desk.pause(ad)
    desk.close(ad)
    desk.close(other)
    desk.transfer(maker, Decimal(1), Purse.P2P, Purse.MAIN)
    desk.deposit(maker, Decimal(1))
    desk.restrict(taker)
    desk.suspend(taker)
    desk.clock.advance(minutes=31)
    desk.expire(late)
    states = [desk.read(lambda unit, of=offer: unit.readers.offer(of.id).offer.state) for offer in (paid, late)]  # type: ignore[misc]
    assert states == [OfferState.COMPLETED, OfferState.EXPIRED]


def test_freezing_twice_is_once_and_every_act_is_kept(desk: Desk) -> None:
    assert not is_frozen(desk)
    for frozen in (False, True, True, False, False):
        desk.freeze(frozen=frozen)
        assert is_frozen(desk) is frozen
    acts = [line.act.act for line in desk.read(lambda unit: unit.readers.staff_acts(None, 9)).items]
    assert acts == ["desk.unfreeze", "desk.unfreeze", "desk.freeze", "desk.freeze", "desk.unfreeze"]


def test_what_was_rolled_back_froze_nothing(desk: Desk) -> None:
    def work(unit: Unit) -> None:
        set_frozen(True, DESK, freezing=unit.freezing, at=unit.now())
        assert unit.freezing.is_frozen()

    desk.undo(work)
    assert not is_frozen(desk)
    desk.sell_ad()


def test_it_is_judged_behind_the_fields_and_before_all_else(desk: Desk) -> None:
    maker, taker = desk.trader(usdt=10), desk.trader()
    ad = desk.ad(maker)
    desk.restrict(maker)
    desk.restrict(taker)
    desk.freeze()
    refused(lambda: desk.ad(maker))
    refused(lambda: desk.offer(ad, taker))
    refused(lambda: desk.offer(ad, maker))
    with pytest.raises(errors.InvalidFields):
        desk.ad(maker, price_per_unit=Decimal(0))
    with pytest.raises(errors.InvalidFields):
        desk.offer(ad, taker, Decimal("0.0000001"))
    with pytest.raises(errors.UnknownAd):
        desk.write(lambda unit: unit.book.ad_for_offer(ad.id + 1000, taker.id))
    with pytest.raises(errors.NotYourAd):
        desk.write(lambda unit: unit.book.lock_ad(ad.id).resume(taker.id, desk.clock.now(), desk.catalogue))
    with pytest.raises(errors.AdAlready):
        desk.resume(ad)


def test_only_staff_and_the_operator_freeze(desk: Desk) -> None:
    trader = desk.trader()
    with pytest.raises(errors.StaffOnly):
        desk.write(lambda unit: set_frozen(True, Actor.of(trader), "No.", freezing=unit.freezing, at=unit.now()))
    assert not is_frozen(desk)
