"""What people's past says of them, on every store."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from domain import AdType, Ending, PublicRecord, Role, Stats, TrackRecord, Trader, errors
from domain.ports.readers import BadCursor
from tests.integration.contracts.invariants import every
from tests.integration.desk import Desk


def stats_of(desk: Desk, trader: Trader) -> Stats:
    return desk.read(lambda unit: unit.people.public_record(trader.id)).stats


def minutes(*numbers: int) -> tuple[timedelta, ...]:
    return tuple(timedelta(minutes=number) for number in numbers)


def test_a_trader_without_a_past(desk: Desk) -> None:
    trader = desk.trader(usdt=10)
    assert stats_of(desk, trader) == Stats()
    found = desk.read(lambda unit: unit.people.public_record(trader.id))
    assert found == PublicRecord.of(desk.read(lambda unit: unit.traders.profile(trader.id)), Stats())
    assert desk.read(lambda unit: unit.people.track_record(trader.id)) == TrackRecord()
    desk.ad(trader)
    assert stats_of(desk, trader) == Stats()


def test_nobody(desk: Desk) -> None:
    with pytest.raises(errors.TraderNotFound):
        desk.read(lambda unit: unit.people.public_record(uuid4()))
    with pytest.raises(errors.TraderNotFound):
        desk.read(lambda unit: unit.people.feedback_about(uuid4(), None, 10))
    assert desk.read(lambda unit: unit.people.track_record(uuid4())) == TrackRecord()


@pytest.mark.parametrize("ad_type", AdType)
def test_both_roles_count(desk: Desk, ad_type: AdType) -> None:
    maker, taker, staff = desk.trader(usdt=100), desk.trader(usdt=100), desk.staff()
    ad = desk.ad(maker, ad_type=ad_type)
    began = desk.clock.now()
    kept, cancelled, expired, lost, won = (desk.offer(ad, taker, 1) for _ in range(5))
    desk.clock.advance(minutes=2)
    for offer in (kept, lost, won):
        desk.pay(offer)
    desk.clock.advance(minutes=5)
    desk.release(kept)
    desk.cancel(cancelled)
    for offer, favour in ((lost, "seller"), (won, "buyer")):
        desk.dispute(offer)
        desk.resolve(offer, staff, favour)
    desk.clock.advance(minutes=30)
    desk.expire(expired)
    buyer, seller = (taker, maker) if ad_type is AdType.SELL else (maker, taker)
    # The buyer let one expire and lost a dispute, the seller lost one; who cancelled was the taker.
    assert stats_of(desk, buyer) == Stats(TrackRecord(5, 2, 2 + (buyer is taker)), minutes(2, 2, 2), (), began)
    assert stats_of(desk, seller) == Stats(TrackRecord(5, 2, 1 + (seller is taker)), (), minutes(5), began)
    for trader in (buyer, seller):
        assert desk.read(lambda unit, of=trader: unit.people.track_record(of.id)) == stats_of(desk, trader).record


def test_the_end_of_an_offer_is_kept_for_both(desk: Desk) -> None:
    maker, taker = desk.trader(usdt=10), desk.trader()
    offer = desk.offer(desk.ad(maker), taker)
    assert list(desk.read(lambda unit: unit.readers.facts(Ending, (offer.id,), 9))) == []
    desk.release(offer)
    assert set(desk.read(lambda unit: unit.readers.facts(Ending, (offer.id,), 9))) == {
        Ending(offer.id, taker.id, Role.BUYER, True, False, False),
        Ending(offer.id, maker.id, Role.SELLER, True, False, False),
    }


def test_the_last_hundred_tell_how_fast_somebody_is(desk: Desk) -> None:
    maker, taker = desk.trader(usdt=102), desk.trader()
    ad = desk.ad(maker, crypto_amount=Decimal(102))
    for number in range(102):
        offer = desk.offer(ad, taker, 1)
        desk.clock.advance(seconds=number)
        desk.pay(offer)
        desk.release(offer)
    found = stats_of(desk, taker)
    assert found.times_to_pay == tuple(timedelta(seconds=number) for number in range(101, 1, -1))
    assert found.record == TrackRecord(102, 102, 0)


def test_feedback_is_listed_newest_first(desk: Desk) -> None:
    maker, taker = desk.trader(usdt=10), desk.trader()
    ad = desk.ad(maker)
    given = []
    for number in range(5):
        offer = desk.offer(ad, taker, 1)
        desk.release(offer)
        given.append(desk.rate(offer, number + 1))
        desk.rate(offer, by_maker=True)
        # Two of them are of one moment.
        desk.clock.advance(seconds=number % 2)
    views = list(every(lambda cursor: desk.read(lambda unit: unit.people.feedback_about(maker.id, cursor, 2))))
    assert [view.given for view in views] == given[::-1]
    assert {(view.by.id, view.by.fullname) for view in views} == {(taker.id, taker.fullname)}
    with pytest.raises(BadCursor):
        desk.read(lambda unit: unit.people.feedback_about(maker.id, "nonsense", 2))
