"""Decisions: what locked reads give, and what readers see of what was written."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from .... import (
    Account,
    AdStatus,
    AdType,
    EntryKind,
    OfferState,
    Purse,
)
from ....errors import AdNotFound, NotDueYet, OfferNotFound, ReferenceReused, TraderNotFound, UnknownAd
from ....ports.readers import Purses
from ...identifiers import fresh_id
from ...store_desk import StoreDesk


def test_a_wallet_of_nobody(desk: StoreDesk) -> None:
    with pytest.raises(TraderNotFound):
        desk.write(lambda unit: unit.book.lock_wallet(fresh_id(), "usdt"))


def test_a_wallet_that_never_held_anything(desk: StoreDesk) -> None:
    trader = desk.trader()
    locked = desk.write(lambda unit: unit.book.lock_wallet(trader.id, "usdt"))
    assert (locked.owner, locked.currency, locked.is_restricted, locked.balances) == (trader, "usdt", False, {})


def test_a_wallet_knows_its_own_currency_only(desk: StoreDesk) -> None:
    trader = desk.trader(usdt=3, btc=5)
    desk.transfer(trader, Decimal(1), Purse.P2P, Purse.MAIN)
    desk.restrict(trader, "btc")
    locked = desk.write(lambda unit: unit.book.lock_wallet(trader.id, "usdt"))
    assert locked.balances == {locked.purse(Purse.MAIN): 1, locked.purse(Purse.P2P): 2}
    assert not locked.is_restricted
    assert desk.write(lambda unit: unit.book.lock_wallet(trader.id, "btc")).is_restricted


def test_a_wallet_for_a_deposit_comes_with_what_is_outside(desk: StoreDesk) -> None:
    trader = desk.trader(usdt=3, btc=5)
    locked = desk.write(lambda unit: unit.book.lock_wallet(trader.id, "usdt", with_outside=True))
    assert locked.balances == {locked.purse(Purse.P2P): 3, Account(None, "usdt", Purse.OUTSIDE): -3}


def test_ids_rise_and_are_not_given_twice(desk: StoreDesk) -> None:
    first, second = desk.sell_ad(), desk.buy_ad()
    assert 0 < first.id < second.id
    taker = desk.trader(usdt=10)
    offers = [desk.offer(ad, taker) for ad in (first, second, first)]
    assert offers[0].id < offers[1].id < offers[2].id


@pytest.mark.parametrize("missing", [0, 1, 10**17])
def test_what_is_not_there(desk: StoreDesk, missing: int) -> None:
    trader = desk.trader()
    with pytest.raises(AdNotFound):
        desk.write(lambda unit: unit.book.lock_ad(missing))
    with pytest.raises(UnknownAd):
        desk.write(lambda unit: unit.book.ad_for_offer(missing, trader.id))
    with pytest.raises(OfferNotFound):
        desk.write(lambda unit: unit.book.lock_offer(missing))


def test_an_unknown_ad_comes_before_an_unknown_taker(desk: StoreDesk) -> None:
    with pytest.raises(UnknownAd):
        desk.write(lambda unit: unit.book.ad_for_offer(1, fresh_id()))
    ad = desk.sell_ad()
    with pytest.raises(TraderNotFound):
        desk.write(lambda unit: unit.book.ad_for_offer(ad.id, fresh_id()))


def test_an_ad_comes_with_its_makers_purses(desk: StoreDesk) -> None:
    ad = desk.sell_ad(10)
    locked = desk.write(lambda unit: unit.book.lock_ad(ad.id))
    assert (locked.ad, locked.maker) == (ad, desk.traders[0])
    assert locked.balances[Account(ad.maker_id, "usdt", Purse.ESCROW)] == 10
    assert locked.balances[Account(ad.maker_id, "usdt", Purse.P2P)] == 0


@pytest.mark.parametrize(("maker_barred", "taker_barred"), [(False, True), (True, False), (True, True)])
def test_an_ad_for_an_offer_comes_with_the_takers_purses_and_both_restrictions(
    desk: StoreDesk, maker_barred: bool, taker_barred: bool
) -> None:
    ad, taker = desk.buy_ad(), desk.trader(usdt=7)
    desk.restrict(desk.traders[0], restricted=maker_barred)
    desk.restrict(taker, restricted=taker_barred)
    desk.restrict(taker, "btc")
    locked = desk.write(lambda unit: unit.book.ad_for_offer(ad.id, taker.id))
    assert (locked.ad, locked.maker, locked.taker) == (ad, desk.traders[0], taker)
    assert (locked.maker_is_restricted, locked.taker_is_restricted) == (maker_barred, taker_barred)
    assert locked.balances == {Account(taker.id, "usdt", Purse.P2P): Decimal(7)}


@pytest.mark.parametrize("ad_type", AdType)
def test_an_offer_comes_with_both_parties_purses(desk: StoreDesk, ad_type: AdType) -> None:
    maker, taker = desk.trader(usdt=10), desk.trader(usdt=10)
    ad = desk.ad(maker, ad_type=ad_type)
    offer = desk.offer(ad, taker, 4)
    locked = desk.write(lambda unit: unit.book.lock_offer(offer.id))
    assert (locked.offer, locked.maker, locked.taker) == (offer, maker, taker)
    assert locked.ad == ad.reserve(Decimal(4), desk.clock.now())
    held = {account: balance for account, balance in locked.balances.items() if account.purse is not Purse.MAIN}
    seller_escrow = 10 if ad_type is AdType.SELL else 4
    assert held[Account(locked.seller.id, "usdt", Purse.ESCROW)] == seller_escrow
    assert held[Account(locked.seller.id, "usdt", Purse.P2P)] == 10 - seller_escrow
    assert held[Account(locked.buyer.id, "usdt", Purse.P2P)] == 10


def test_an_entry_is_posted_once_it_is_committed(desk: StoreDesk) -> None:
    trader = desk.trader()
    assert desk.write(lambda unit: unit.book.posted(EntryKind.DEPOSIT, "first")) is None
    assert desk.deposit(trader, Decimal(1), reference="first")
    assert desk.write(lambda unit: unit.book.posted(EntryKind.WITHDRAWAL, "first")) is None
    posted = desk.write(lambda unit: unit.book.posted(EntryKind.DEPOSIT, "first"))
    assert posted is not None
    assert (posted.kind, posted.reference, posted.at) == (EntryKind.DEPOSIT, "first", desk.clock.now())
    assert [posting.amount for posting in posted.postings] == [1, 1]


def test_a_deposit_that_is_repeated_is_made_once(desk: StoreDesk) -> None:
    trader, other = desk.trader(), desk.trader()
    assert desk.deposit(trader, Decimal(1), reference="first")
    desk.clock.advance(hours=1)
    assert not desk.deposit(trader, Decimal(1), reference="first")
    same: dict[str, Any] = {"trader": trader, "amount": Decimal(1), "code": "usdt", "purse": Purse.P2P}
    for another in ({"trader": other}, {"amount": Decimal(2)}, {"code": "btc"}, {"purse": Purse.MAIN}):
        with pytest.raises(ReferenceReused):
            desk.deposit(**(same | another), reference="first")
    assert desk.read(lambda unit: unit.readers.wallet(trader.id))[0].p2p == 1
    assert desk.read(lambda unit: unit.readers.wallet(other.id)) == []


def test_a_withdrawal_that_is_repeated_is_made_once(desk: StoreDesk) -> None:
    trader = desk.trader()
    desk.deposit(trader, Decimal(3), purse=Purse.MAIN)
    assert desk.withdraw(trader, Decimal(2), reference="first")
    assert not desk.withdraw(trader, Decimal(2), reference="first")
    with pytest.raises(ReferenceReused):
        desk.withdraw(trader, Decimal(1), reference="first")
    assert desk.read(lambda unit: unit.readers.wallet(trader.id))[0].main == 1


# The whole life of an offer, on both types of ad ---------------------------------------------------------------


def wallet_of(desk: StoreDesk, trader_id: object) -> Purses:
    (purses,) = desk.read(lambda unit: unit.readers.wallet(trader_id))  # type: ignore[arg-type]
    return purses


@pytest.mark.abuse("C8")
@pytest.mark.parametrize("ad_type", AdType)
def test_released(desk: StoreDesk, ad_type: AdType) -> None:
    maker, taker = desk.trader(usdt=10), desk.trader(usdt=10)
    ad = desk.ad(maker, ad_type=ad_type)
    offer = desk.offer(ad, taker, 4)
    desk.clock.advance(minutes=1)
    desk.pay(offer)
    desk.clock.advance(minutes=1)
    desk.release(offer)
    view = desk.read(lambda unit: unit.readers.offer(offer.id))
    assert (view.offer.state, view.offer.ended_at) == (OfferState.COMPLETED, desk.clock.now())
    assert [item.state for item in view.history] == [OfferState.PENDING, OfferState.PAID, OfferState.COMPLETED]
    assert (view.ad.sold, view.ad.reserved, view.ad.available) == (4, 0, 6)
    buyer, seller = desk.parties(offer)
    assert wallet_of(desk, buyer).p2p == 14
    left = Decimal(6) if ad_type is AdType.SELL else Decimal(0)
    assert wallet_of(desk, seller) == Purses("usdt", Decimal(0), Decimal(6) - left, left)


@pytest.mark.parametrize("ad_type", AdType)
@pytest.mark.parametrize("ad_closed", [False, True])
@pytest.mark.parametrize("how", ["cancelled", "expired", "awarded"])
def test_given_back(desk: StoreDesk, ad_type: AdType, ad_closed: bool, how: str) -> None:
    maker, taker, staff = desk.trader(usdt=10), desk.trader(usdt=10), desk.staff()
    ad = desk.ad(maker, ad_type=ad_type)
    offer = desk.offer(ad, taker, 4)
    if ad_closed:
        desk.close(ad)
    if how == "cancelled":
        desk.cancel(offer)
    elif how == "expired":
        desk.clock.set(offer.deadline)
        desk.expire(offer)
    else:
        desk.pay(offer)
        desk.dispute(offer)
        desk.resolve(offer, staff, "seller", "The receipt is forged.")
    view = desk.read(lambda unit: unit.readers.offer(offer.id))
    assert view.offer.state is (OfferState.EXPIRED if how == "expired" else OfferState.CANCELLED)
    in_escrow = Decimal(10) if ad_type is AdType.SELL and not ad_closed else Decimal(0)
    assert wallet_of(desk, maker.id).escrow == in_escrow
    assert wallet_of(desk, maker.id).p2p + in_escrow == 10
    assert wallet_of(desk, taker.id).p2p == 10
    assert (view.ad.available, view.ad.withdrawn) == ((0, 10) if ad_closed else (10, 0))


def test_awarded_to_the_buyer(desk: StoreDesk) -> None:
    """Beside what the buyer has already, which an award must not write over."""
    ad, taker, staff = desk.sell_ad(10), desk.trader(usdt=7), desk.staff()
    offer = desk.offer(ad, taker, 10)
    desk.pay(offer)
    desk.dispute(offer)
    desk.resolve(offer, staff, "buyer")
    view = desk.read(lambda unit: unit.readers.offer(offer.id))
    assert (view.offer.state, view.ad.status) == (OfferState.COMPLETED, AdStatus.COMPLETED)
    assert view.dispute is not None
    assert (view.dispute.resolved_by, view.dispute.in_favour_of) == (staff.id, "buyer")
    assert wallet_of(desk, taker.id).p2p == 17


def test_a_remainder_that_nobody_can_pay_for_returns(desk: StoreDesk) -> None:
    maker = desk.trader(usdt=Decimal("10.000001"))
    ad = desk.ad(maker, crypto_amount=Decimal("10.000001"))
    desk.release(desk.offer(ad, desk.trader(), 10))
    view = desk.read(lambda unit: unit.readers.ad(ad.id))
    assert (view.ad.status, view.ad.withdrawn) == (AdStatus.COMPLETED, Decimal("0.000001"))
    assert wallet_of(desk, maker.id).p2p == Decimal("0.000001")


def test_an_ad_past_its_end_expires_once(desk: StoreDesk) -> None:
    ad = desk.sell_ad(end_date=desk.clock.now().date())
    with pytest.raises(NotDueYet):
        desk.expire_ad(ad)
    desk.clock.advance(days=1)
    desk.expire_ad(ad)
    with pytest.raises(NotDueYet):
        desk.expire_ad(ad)
    assert desk.read(lambda unit: unit.readers.ad(ad.id)).ad.status is AdStatus.EXPIRED
    assert wallet_of(desk, ad.maker_id).p2p == 10


def test_the_largest_and_the_finest_amounts_move_exactly(desk: StoreDesk) -> None:
    whole = Decimal("999999999999999999.99999999999999999999")
    maker, taker = desk.trader(fine=whole), desk.trader()
    ad = desk.ad(
        maker, crypto_currency="fine", crypto_amount=whole, price_per_unit=Decimal("0.0000000001"), fiat_currency="usd"
    )
    part = Decimal("123456789012345678.12345678901234567891")
    offer = desk.offer(ad, taker, part)
    desk.pay(offer)
    desk.release(offer)
    assert wallet_of(desk, taker.id).p2p == part
    assert wallet_of(desk, maker.id).escrow == Decimal("876543210987654321.87654321098765432108")


def test_time_stands_in_the_rows_as_the_clock_told_it(desk: StoreDesk) -> None:
    ad = desk.sell_ad(time_to_pay=45)
    desk.clock.advance(seconds=1)
    offer = desk.offer(ad, desk.trader())
    view = desk.read(lambda unit: unit.readers.offer(offer.id))
    assert view.ad.trade_started_at == view.offer.created_at == desk.clock.now()
    assert view.offer.deadline == desk.clock.now() + timedelta(minutes=45)
