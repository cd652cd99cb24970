"""What locked reads give."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from .... import Account, AdType, EntryKind, Purse
from ....errors import AdNotFound, AlreadyRated, OfferNotFound, ReferenceReused, TraderNotFound, UnknownAd
from ...desk import BookDesk
from ...identifiers import fresh_id


def test_a_wallet_of_nobody(desk: BookDesk) -> None:
    with pytest.raises(TraderNotFound):
        desk.wallet(fresh_id())


def test_a_wallet_that_never_held_anything(desk: BookDesk) -> None:
    trader = desk.trader()
    locked = desk.write(lambda book: book.lock_wallet(trader.id, "usdt"))
    assert (locked.owner, locked.currency, locked.is_restricted, locked.balances) == (trader, "usdt", False, {})
    assert locked.at == desk.clock.now()


def test_a_wallet_knows_its_own_currency_only(desk: BookDesk) -> None:
    trader = desk.trader(usdt=3, btc=5)
    desk.transfer(trader, Decimal(1), Purse.P2P, Purse.MAIN)
    desk.books.restrict(trader.id, "btc", True)
    locked = desk.write(lambda book: book.lock_wallet(trader.id, "usdt"))
    assert locked.balances == {locked.purse(Purse.MAIN): 1, locked.purse(Purse.P2P): 2}
    assert not locked.is_restricted
    assert desk.wallet(trader, "btc").is_restricted
    desk.books.restrict(trader.id, "btc", False)
    assert not desk.wallet(trader, "btc").is_restricted


def test_a_wallet_for_a_deposit_comes_with_what_is_outside(desk: BookDesk) -> None:
    trader = desk.trader(usdt=3, btc=5)
    locked = desk.wallet(trader)
    assert locked.balances == {locked.purse(Purse.P2P): 3, Account(None, "usdt", Purse.OUTSIDE): -3}


def test_ids_rise_and_are_not_given_twice(desk: BookDesk) -> None:
    first, second = desk.sell_ad(), desk.buy_ad()
    assert 0 < first.id < second.id
    taker = desk.trader(usdt=10)
    offers = [desk.offer(ad, taker) for ad in (first, second, first)]
    assert offers[0].id < offers[1].id < offers[2].id


@pytest.mark.parametrize("missing", [0, 1, 10**17])
def test_what_is_not_there(desk: BookDesk, missing: int) -> None:
    trader = desk.trader()
    with pytest.raises(AdNotFound):
        desk.ad_now(missing)
    with pytest.raises(UnknownAd):
        desk.write(lambda book: book.ad_for_offer(missing, trader.id))
    with pytest.raises(OfferNotFound):
        desk.offer_now(missing)


def test_an_unknown_ad_comes_before_an_unknown_taker(desk: BookDesk) -> None:
    with pytest.raises(UnknownAd):
        desk.write(lambda book: book.ad_for_offer(1, fresh_id()))
    ad = desk.sell_ad()
    with pytest.raises(TraderNotFound):
        desk.write(lambda book: book.ad_for_offer(ad.id, fresh_id()))


def test_an_ad_comes_with_its_makers_purses(desk: BookDesk) -> None:
    ad = desk.sell_ad(10)
    locked = desk.write(lambda book: book.lock_ad(ad.id))
    assert (locked.ad, locked.maker, locked.at) == (ad, desk.traders[0], desk.clock.now())
    assert locked.balances[Account(ad.maker_id, "usdt", Purse.ESCROW)] == 10
    assert locked.balances[Account(ad.maker_id, "usdt", Purse.P2P)] == 0


@pytest.mark.parametrize(("maker_barred", "taker_barred"), [(False, True), (True, False), (True, True)])
def test_an_ad_for_an_offer_comes_with_the_takers_purses_and_both_restrictions(
    desk: BookDesk, maker_barred: bool, taker_barred: bool
) -> None:
    ad, taker = desk.buy_ad(), desk.trader(usdt=7)
    desk.books.restrict(ad.maker_id, "usdt", maker_barred)
    desk.books.restrict(taker.id, "usdt", taker_barred)
    desk.books.restrict(taker.id, "btc", True)
    locked = desk.write(lambda book: book.ad_for_offer(ad.id, taker.id))
    assert (locked.ad, locked.maker, locked.taker) == (ad, desk.traders[0], taker)
    assert (locked.maker_is_restricted, locked.taker_is_restricted) == (maker_barred, taker_barred)
    assert locked.balances == {Account(taker.id, "usdt", Purse.P2P): Decimal(7)}
    assert locked.at == desk.clock.now()


@pytest.mark.parametrize("ad_type", AdType)
def test_an_offer_comes_with_both_parties_purses(desk: BookDesk, ad_type: AdType) -> None:
    maker, taker = desk.trader(usdt=10), desk.trader(usdt=10)
    ad = desk.ad(maker, ad_type=ad_type)
    offer = desk.offer(ad, taker, 4)
    locked = desk.offer_now(offer.id)
    assert (locked.offer, locked.maker, locked.taker, locked.dispute) == (offer, maker, taker, None)
    assert (locked.ad, locked.at) == (ad.reserve(Decimal(4), desk.clock.now()), desk.clock.now())
    held = {account: balance for account, balance in locked.balances.items() if account.purse is not Purse.MAIN}
    seller_escrow = 10 if ad_type is AdType.SELL else 4
    assert held[Account(locked.seller.id, "usdt", Purse.ESCROW)] == seller_escrow
    assert held[Account(locked.seller.id, "usdt", Purse.P2P)] == 10 - seller_escrow
    assert held[Account(locked.buyer.id, "usdt", Purse.P2P)] == 10


def test_an_offer_tells_whether_its_maker_is_barred_from_its_currency(desk: BookDesk) -> None:
    ad = desk.sell_ad()
    offer = desk.offer(ad, desk.trader())
    desk.books.restrict(ad.maker_id, "btc", True)
    assert not desk.offer_now(offer.id).maker_is_restricted
    desk.books.restrict(ad.maker_id, "usdt", True)
    assert desk.offer_now(offer.id).maker_is_restricted


def test_an_offer_tells_who_has_rated_it(desk: BookDesk) -> None:
    maker, taker = desk.trader(usdt=10), desk.trader()
    offer = desk.offer(desk.ad(maker), taker)
    desk.pay(offer)
    desk.release(offer)
    found = desk.write(lambda book: book.offer_for_feedback(offer.id))
    assert (found.offer, found.at) == (desk.offer_now(offer.id).offer, desk.clock.now())
    assert (found.maker, found.taker, found.rated_by) == (maker, taker, frozenset())
    desk.rate(offer)
    assert desk.write(lambda book: book.offer_for_feedback(offer.id)).rated_by == {taker.id}
    with pytest.raises(AlreadyRated):
        desk.rate(offer, 1)
    desk.rate(offer, 2, by_maker=True)
    assert desk.write(lambda book: book.offer_for_feedback(offer.id)).rated_by == {maker.id, taker.id}
    with pytest.raises(OfferNotFound):
        desk.write(lambda book: book.offer_for_feedback(offer.id + 1))


def test_an_entry_is_posted_once_it_is_written(desk: BookDesk) -> None:
    trader = desk.trader()
    assert desk.write(lambda book: book.posted(EntryKind.DEPOSIT, "first")) is None
    assert desk.deposit(trader, Decimal(1), reference="first")
    assert desk.write(lambda book: book.posted(EntryKind.WITHDRAWAL, "first")) is None
    posted = desk.write(lambda book: book.posted(EntryKind.DEPOSIT, "first"))
    assert posted is not None
    assert (posted.kind, posted.reference, posted.at) == (EntryKind.DEPOSIT, "first", desk.clock.now())
    assert {(posting.account, posting.signed) for posting in posted.postings} == {
        (Account(trader.id, "usdt", Purse.P2P), Decimal(1)),
        (Account(None, "usdt", Purse.OUTSIDE), Decimal(-1)),
    }


def test_a_deposit_that_is_repeated_is_made_once(desk: BookDesk) -> None:
    trader, other = desk.trader(), desk.trader()
    assert desk.deposit(trader, Decimal(1), reference="first")
    desk.clock.advance(hours=1)
    assert not desk.deposit(trader, Decimal(1), reference="first")
    same: dict[str, Any] = {"trader": trader, "amount": Decimal(1), "code": "usdt", "purse": Purse.P2P}
    for another in ({"trader": other}, {"amount": Decimal(2)}, {"code": "btc"}, {"purse": Purse.MAIN}):
        with pytest.raises(ReferenceReused):
            desk.deposit(**(same | another), reference="first")
    assert desk.holds(trader) == (0, 1, 0)
    assert desk.holds(other) == (0, 0, 0)


def test_a_withdrawal_that_is_repeated_is_made_once(desk: BookDesk) -> None:
    trader = desk.trader()
    desk.deposit(trader, Decimal(3), purse=Purse.MAIN)
    assert desk.withdraw(trader, Decimal(2), reference="first")
    assert not desk.withdraw(trader, Decimal(2), reference="first")
    with pytest.raises(ReferenceReused):
        desk.withdraw(trader, Decimal(1), reference="first")
    assert desk.holds(trader) == (1, 0, 0)
    assert desk.outside(trader) == -1


def test_everything_comes_back_as_it_was_written(desk: BookDesk) -> None:
    texts: dict[str, Any] = {
        "auto_reply_message": 'Say "hello", Zoë; then \\ and \U0001f600.',
        "terms_of_trade": "One.\nTwo.",
        "additional_information": "'; --",
        "payment_details": "+234 800 000 0000",
    }
    start = desk.clock.now().date()
    ad = desk.sell_ad(
        min_limit=Decimal("1.50"),
        max_limit=Decimal("19.99"),
        start_date=start,
        end_date=start + timedelta(days=3),
        time_to_pay=45,
        **texts,
    )
    assert desk.ad_now(ad.id) == ad
    desk.clock.advance(microseconds=1)
    offer = desk.offer(ad, desk.trader(), Decimal("1.234567"))
    assert desk.offer_now(offer.id).offer == offer
    assert (offer.created_at, offer.deadline) == (desk.clock.now(), desk.clock.now() + timedelta(minutes=45))
    assert desk.ad_now(ad.id).trade_started_at == desk.clock.now()
