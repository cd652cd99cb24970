"""What somebody has under way who is shut out with it: each part ends by itself, once, on every store."""

from __future__ import annotations

from datetime import timedelta

import pytest

from adapters.worker.sweeper import FORGET_EVERY, Sweeper
from domain import Actor, AdStatus, AdType, NoticeKind, OfferState, Trader, errors, set_suspended
from domain.ports.store import Store
from domain.use_cases.end_trades import end_ad_of_suspended, end_offer_of_suspended
from tests.integration.desk import Desk


@pytest.fixture
def desk(store: Store) -> Desk:
    """A desk on each of the three engines."""
    return Desk(store)


def shut_out(desk: Desk, trader: Trader, suspended: bool = True, *, end_trades: bool = True) -> None:
    staff = desk.staff()
    actor = Actor.of(staff)
    desk.write(
        lambda unit: set_suspended(
            trader.id, suspended, actor, "Why.", traders=unit.traders, at=unit.now(), end_trades=end_trades
        )
    )


def status_of(desk: Desk, ad_id: int) -> AdStatus:
    return desk.read(lambda unit: unit.readers.ad(ad_id)).ad.status


def kinds_of(desk: Desk, trader: Trader) -> list[NoticeKind]:
    return [notice.kind for notice in desk.read(lambda unit: unit.readers.notices(trader.id, 0, 99))]


def held(desk: Desk, trader: Trader) -> tuple[int, int]:
    (purses,) = desk.read(lambda unit: unit.readers.wallet(trader.id))
    return int(purses.p2p), int(purses.escrow)


@pytest.mark.abuse("I4")
@pytest.mark.parametrize("ad_type", list(AdType))
def test_ads_are_closed_pending_offers_called_off_and_paid_ones_disputed(desk: Desk, ad_type: AdType) -> None:
    trader, other = desk.trader(usdt=100), desk.trader(usdt=100)
    own, paused, theirs = desk.ad(trader, ad_type=ad_type), desk.ad(trader, ad_type=ad_type), desk.ad(other)
    desk.pause(paused)
    pending, paid, done = (desk.offer(own, other, 1) for _ in range(3))
    taken, taken_and_paid = desk.offer(theirs, trader, 1), desk.offer(theirs, trader, 1)
    untouched = desk.offer(theirs, desk.trader(), 1)
    for offer in (paid, taken_and_paid):
        desk.pay(offer)
    desk.release(done)
    told = len(kinds_of(desk, other))
    shut_out(desk, trader)
    assert Sweeper(desk.store).sweep_once() == 6
    assert [status_of(desk, ad.id) for ad in (own, paused, theirs)] == [
        AdStatus.CLOSED, AdStatus.CLOSED, AdStatus.PENDING,
    ]  # fmt: skip
    assert [desk.state_of(offer) for offer in (pending, taken, paid, taken_and_paid, done, untouched)] == [
        OfferState.CANCELLED, OfferState.CANCELLED, OfferState.DISPUTED, OfferState.DISPUTED, OfferState.COMPLETED,
        OfferState.PENDING,
    ]  # fmt: skip
    both = [NoticeKind.OFFER_CALLED_OFF] * 2 + [NoticeKind.OFFER_DISPUTED] * 2
    assert sorted(kinds_of(desk, other)[told:]) == sorted(both)
    assert sorted(kinds_of(desk, trader)[-4:]) == sorted(both)
    # What is still held is what the two disputes are about.
    assert held(desk, trader)[1] == (1 if ad_type is AdType.SELL else 0)
    assert Sweeper(desk.store).sweep_once() == 0


def test_a_suspension_alone_ends_nothing(desk: Desk) -> None:
    trader = desk.trader(usdt=10)
    ad = desk.ad(trader)
    offer = desk.offer(ad, desk.trader())
    shut_out(desk, trader, end_trades=False)
    assert Sweeper(desk.store).sweep_once() == 0
    assert (status_of(desk, ad.id), desk.state_of(offer)) == (AdStatus.PENDING, OfferState.PENDING)
    # It can be asked for afterwards.
    shut_out(desk, trader)
    assert Sweeper(desk.store).sweep_once() == 2


def test_who_is_let_in_again_keeps_what_is_left(desk: Desk) -> None:
    trader = desk.trader(usdt=10)
    ad = desk.ad(trader)
    shut_out(desk, trader)
    shut_out(desk, trader, suspended=False)
    assert Sweeper(desk.store).sweep_once() == 0
    assert status_of(desk, ad.id) is AdStatus.PENDING


def test_it_is_judged_under_the_lock_and_not_by_what_was_read(desk: Desk) -> None:
    trader = desk.trader(usdt=10)
    ad = desk.ad(trader)
    offer, late = desk.offer(ad, desk.trader()), desk.offer(ad, desk.trader())
    for suspended in (True, False):
        shut_out(desk, trader, suspended)
    with pytest.raises(errors.NotDueYet):
        desk.write(lambda unit: end_ad_of_suspended(ad.id, book=unit.book))
    with pytest.raises(errors.NotDueYet):
        desk.write(lambda unit: end_offer_of_suspended(offer.id, book=unit.book))
    shut_out(desk, trader)
    desk.write(lambda unit: end_offer_of_suspended(offer.id, book=unit.book))
    desk.write(lambda unit: end_ad_of_suspended(ad.id, book=unit.book))
    # Both were done by another worker meanwhile, and the deadline has come first.
    desk.clock.advance(minutes=30)
    for again in (offer, late):
        with pytest.raises(errors.NotDueYet):
            desk.write(lambda unit, offer=again: end_offer_of_suspended(offer.id, book=unit.book))  # type: ignore[misc]
    with pytest.raises(errors.NotDueYet):
        desk.write(lambda unit: end_ad_of_suspended(ad.id, book=unit.book))
    assert Sweeper(desk.store).sweep_once() == 1
    assert desk.state_of(late) is OfferState.EXPIRED


def test_what_was_decided_a_moment_before_is_found_and_then_nobody_looks_any_more(desk: Desk) -> None:
    trader = desk.trader(usdt=10)
    shut_out(desk, trader)
    sweeper = Sweeper(desk.store)
    assert sweeper.sweep_once() == 0
    assert desk.write(lambda unit: unit.traders.forget_endings(desk.clock.now())) == 0
    late = desk.clock.advance(seconds=1)
    assert desk.write(lambda unit: unit.traders.forget_endings(late)) == 1
    shut_out(desk, trader)
    desk.clock.advance(seconds=FORGET_EVERY.total_seconds() + 1)
    assert sweeper.sweep_once() == 0
    assert desk.write(lambda unit: unit.traders.forget_endings(desk.clock.now() + timedelta(days=1))) == 0


def test_whoever_has_something_left_is_not_forgotten(desk: Desk) -> None:
    maker, taker = desk.trader(usdt=10), desk.trader(usdt=10)
    ad = desk.ad(maker)
    offer = desk.offer(ad, taker)
    for trader in (maker, taker):
        shut_out(desk, trader)
    later = desk.clock.advance(minutes=2)
    assert desk.write(lambda unit: unit.traders.forget_endings(later)) == 0
    desk.write(lambda unit: end_offer_of_suspended(offer.id, book=unit.book))
    assert desk.write(lambda unit: unit.traders.forget_endings(later)) == 1
    desk.write(lambda unit: end_ad_of_suspended(ad.id, book=unit.book))
    assert desk.write(lambda unit: unit.traders.forget_endings(later)) == 1
