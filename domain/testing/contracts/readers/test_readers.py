"""Lists and details: offers by role and state, wallets, the journal, disputes, and what is due."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import product
from typing import Any

import pytest

from .... import Actor, AdType, EntryKind, OfferState, Purse, Role, Trader
from ....errors import AdNotFound, OfferNotFound
from ....ports.readers import BadCursor, EntryQuery, OfferQuery, Purses
from ...identifiers import fresh_id
from ...store_desk import StoreDesk
from ..lists_are_right import every
from .test_board import BAD_CURSORS

TICK = timedelta(microseconds=1)


@pytest.mark.parametrize("missing", [0, 1, 10**17])
def test_what_is_not_there(desk: StoreDesk, missing: int) -> None:
    with pytest.raises(AdNotFound):
        desk.read(lambda unit: unit.readers.ad(missing))
    with pytest.raises(OfferNotFound):
        desk.read(lambda unit: unit.readers.offer(missing))


# Offers --------------------------------------------------------------------------------------------------------


def listed(desk: StoreDesk, trader: Trader, limit: int = 100, **asked: Any) -> list[int]:
    query = OfferQuery(trader.id, desk.clock.now(), **asked)
    pages = every(lambda cursor: desk.read(lambda unit: unit.readers.offers(query, cursor, limit)))
    return [view.offer.id for view in pages]


def test_offers_by_role(desk: StoreDesk) -> None:
    jude, amara = desk.trader(usdt=50), desk.trader(usdt=50)
    ads = [desk.ad(jude), desk.ad(jude, ad_type=AdType.BUY), desk.ad(amara), desk.ad(amara, ad_type=AdType.BUY)]
    selling, buying, of_sell, of_buy = (
        desk.offer(ad, taker, 1).id for ad, taker in zip(ads, (amara, amara, jude, jude), strict=True)
    )
    assert listed(desk, jude) == [of_buy, of_sell, buying, selling]
    assert listed(desk, jude, role="maker") == listed(desk, amara, role="taker") == [buying, selling]
    assert listed(desk, jude, role="taker") == listed(desk, amara, role="maker") == [of_buy, of_sell]
    assert listed(desk, jude, role="buyer") == listed(desk, amara, role="seller") == [of_sell, buying]
    assert listed(desk, jude, role="seller") == listed(desk, amara, role="buyer") == [of_buy, selling]
    assert listed(desk, jude, ad_id=ads[0].id) == [selling]
    assert listed(desk, jude, ad_id=ads[0].id, role="taker") == []
    assert listed(desk, desk.trader()) == []
    views = [desk.read(lambda unit, of=of: unit.readers.offer(of)) for of in (of_buy, of_sell, buying, selling)]
    for trader, role in product((jude, amara), (Role.MAKER, Role.TAKER, Role.BUYER, Role.SELLER)):
        in_role = [view.offer.id for view in views if role in view.parties.roles_of(Actor.of(trader))]
        assert listed(desk, trader, role=role.value) == in_role, role


def test_offers_by_state_at_a_moment(desk: StoreDesk) -> None:
    ad, taker, staff = desk.sell_ad(100), desk.trader(), desk.staff()
    offers = [desk.offer(ad, taker, 1) for _ in range(7)]
    _, paid, disputed, completed, cancelled, awarded, expired = offers
    for offer in (paid, disputed, awarded):
        desk.pay(offer)
    for offer in (disputed, awarded):
        desk.dispute(offer)
    desk.resolve(awarded, staff, "seller")
    desk.release(completed)
    desk.cancel(cancelled)
    states = {
        OfferState.PENDING: [expired.id, offers[0].id],
        OfferState.PAID: [paid.id],
        OfferState.DISPUTED: [disputed.id],
        OfferState.COMPLETED: [completed.id],
        OfferState.CANCELLED: [awarded.id, cancelled.id],
        OfferState.EXPIRED: [],
    }
    assert {state: listed(desk, taker, state=state) for state in OfferState} == states
    desk.clock.set(offers[0].deadline - TICK)
    assert {state: listed(desk, taker, state=state) for state in OfferState} == states
    desk.clock.set(offers[0].deadline)
    late = {OfferState.PENDING: [], OfferState.EXPIRED: [expired.id, offers[0].id]}
    assert {state: listed(desk, taker, state=state) for state in OfferState} == states | late
    desk.expire(expired)
    assert {state: listed(desk, taker, state=state) for state in OfferState} == states | late


def test_offers_by_what_their_taker_knows_them_by(desk: StoreDesk) -> None:
    jude, amara, eve = (desk.trader(usdt=50) for _ in range(3))
    sell, buy = desk.ad(jude), desk.ad(jude, ad_type=AdType.BUY)
    given = [(sell, amara, "one"), (sell, amara, "two"), (sell, eve, "one"), (buy, amara, "one"), (sell, amara, None)]
    one, two, of_eve, selling, _ = (desk.offer(ad, taker, 1, client_reference=word).id for ad, taker, word in given)
    assert listed(desk, amara, client_reference="one") == [selling, one]
    assert listed(desk, amara, 1, client_reference="one") == [selling, one]
    assert listed(desk, amara, client_reference="one", role="taker") == [selling, one]
    assert listed(desk, amara, client_reference="one", role="seller") == [selling]
    assert listed(desk, amara, client_reference="two", ad_id=sell.id) == [two]
    assert listed(desk, amara, client_reference="two", role="maker") == listed(desk, amara, client_reference="on") == []
    assert listed(desk, eve, client_reference="one") == [of_eve]
    assert listed(desk, jude, client_reference="one") == listed(desk, jude, role="buyer", client_reference="one") == []


def test_offers_page_by_page(desk: StoreDesk) -> None:
    ad, taker = desk.sell_ad(10), desk.trader()
    ids = [desk.offer(ad, taker, 1).id for _ in range(5)][::-1]
    for limit in (1, 2, 4, 5, 100):
        assert listed(desk, taker, limit) == ids


def test_a_list_of_offers_has_no_histories(desk: StoreDesk) -> None:
    offer = desk.offer(desk.sell_ad(), desk.trader())
    desk.pay(offer)
    desk.dispute(offer)
    query = OfferQuery(offer.taker_id, desk.clock.now())
    (item,) = desk.read(lambda unit: unit.readers.offers(query, None, 10)).items
    detail = desk.read(lambda unit: unit.readers.offer(offer.id))
    assert item.history == ()
    assert [line.state for line in detail.history] == [OfferState.PENDING, OfferState.PAID, OfferState.DISPUTED]
    assert (item.offer, item.ad, item.maker, item.taker, item.dispute) == (
        detail.offer,
        detail.ad,
        detail.maker,
        detail.taker,
        detail.dispute,
    )


def test_a_history_says_when_and_by_whom(desk: StoreDesk) -> None:
    offer = desk.offer(desk.sell_ad(), desk.trader())
    made_at = desk.clock.now()
    desk.clock.set(offer.deadline)
    desk.expire(offer)
    history = desk.read(lambda unit: unit.readers.offer(offer.id)).history
    assert [(line.version, line.at, line.by) for line in history] == [
        (1, made_at, offer.taker_id),
        (2, offer.deadline, None),
    ]


# Money ---------------------------------------------------------------------------------------------------------


def test_a_wallet_has_the_currencies_that_it_ever_had(desk: StoreDesk) -> None:
    trader, nobody = desk.trader(usdt=10, btc=1), desk.trader()
    desk.transfer(trader, Decimal(3), Purse.P2P, Purse.MAIN)
    desk.ad(trader, crypto_amount=Decimal(2))
    desk.transfer(trader, Decimal(1), Purse.P2P, Purse.MAIN, "btc")
    desk.withdraw(trader, Decimal(1), "btc")
    assert list(desk.read(lambda unit: unit.readers.wallet(trader.id))) == [
        Purses("btc", Decimal(0), Decimal(0), Decimal(0)),
        Purses("usdt", Decimal(3), Decimal(5), Decimal(2)),
    ]
    assert list(desk.read(lambda unit: unit.readers.wallet(nobody.id))) == []
    assert list(desk.read(lambda unit: unit.readers.wallet(fresh_id()))) == []


def test_the_journal_of_a_trader(desk: StoreDesk) -> None:
    maker, taker = desk.trader(usdt=10), desk.trader()
    offer = desk.offer(desk.ad(maker), taker, 4)
    desk.release(offer)
    desk.trader(usdt=99)

    def journal(trader: Trader, limit: int) -> list[EntryKind]:
        pages = every(lambda cursor: desk.read(lambda unit: unit.readers.entries(EntryQuery(trader.id), cursor, limit)))
        return [entry.kind for entry in pages]

    for limit in (1, 2, 3, 100):
        assert journal(maker, limit) == [EntryKind.RELEASE, EntryKind.AD_ESCROW, EntryKind.DEPOSIT]
        assert journal(taker, limit) == [EntryKind.RELEASE]
    (entry,) = desk.read(lambda unit: unit.readers.entries(EntryQuery(taker.id), None, 10)).items
    assert (entry.reference, entry.at) == (f"offer:{offer.id}", desk.clock.now())
    assert [posting.account.owner for posting in entry.postings] == [maker.id, taker.id]


# Disputes ------------------------------------------------------------------------------------------------------


def test_the_journal_is_asked_for_a_currency_a_purse_and_days(desk: StoreDesk) -> None:
    trader, other = desk.trader(), desk.trader(usdt=5)
    first = desk.clock.now().date()
    desk.deposit(trader, Decimal(1), purse=Purse.MAIN, reference="in main")
    desk.deposit(trader, Decimal(2), "btc", reference="in btc")
    desk.clock.advance(days=1)
    desk.transfer(trader, Decimal(1), Purse.MAIN, Purse.P2P)
    desk.clock.advance(days=1)
    desk.ad(trader, crypto_currency="btc", crypto_amount=Decimal(1))
    desk.deposit(other, Decimal(1), purse=Purse.MAIN)

    def kinds(limit: int = 10, **asked: Any) -> list[str]:
        query = EntryQuery(trader.id, **asked)
        pages = every(lambda cursor: desk.read(lambda unit: unit.readers.entries(query, cursor, limit)))
        return [f"{entry.kind.value} {entry.postings[0].account.currency}" for entry in pages]

    everything = ["ad_escrow btc", "transfer usdt", "deposit btc", "deposit usdt"]
    last = first + timedelta(days=2)
    for limit in (1, 2, 10):
        assert kinds(limit) == everything
        assert kinds(limit, crypto_currency="btc") == ["ad_escrow btc", "deposit btc"]
        assert kinds(limit, purse=Purse.MAIN) == ["transfer usdt", "deposit usdt"]
        assert kinds(limit, purse=Purse.P2P) == ["ad_escrow btc", "transfer usdt", "deposit btc"]
        assert kinds(limit, purse=Purse.ESCROW, crypto_currency="btc") == ["ad_escrow btc"]
        assert kinds(limit, purse=Purse.ESCROW, crypto_currency="usdt") == []
        assert kinds(limit, first_day=first, last_day=last) == everything
        assert kinds(limit, first_day=first + timedelta(days=1)) == everything[:2]
        assert kinds(limit, last_day=first) == everything[2:]
        assert kinds(limit, first_day=first + timedelta(days=1), last_day=first + timedelta(days=1)) == everything[1:2]
    assert kinds(crypto_currency="gold") == []
    assert kinds(first_day=date.min, last_day=date.max) == everything


def test_a_day_is_over_at_midnight_in_utc(desk: StoreDesk) -> None:
    trader = desk.trader()
    day = desk.clock.now().date() + timedelta(days=1)
    midnight = datetime.combine(day, time.min, UTC)
    for at in (midnight - timedelta(microseconds=1), midnight):
        desk.clock.advance(microseconds=(at - desk.clock.now()) // timedelta(microseconds=1))
        desk.deposit(trader, Decimal(1), reference=f"at {at.isoformat()}")

    def references(**asked: Any) -> list[str]:
        query = EntryQuery(trader.id, **asked)
        return [entry.reference for entry in desk.read(lambda unit: unit.readers.entries(query, None, 10)).items]

    assert references(first_day=day) == [f"at {midnight.isoformat()}"]
    assert references(last_day=day - timedelta(days=1)) == [f"at {(midnight - timedelta(microseconds=1)).isoformat()}"]


def test_disputes_are_listed_from_the_oldest_until_they_are_resolved(desk: StoreDesk) -> None:
    ad, taker, staff = desk.sell_ad(10), desk.trader(), desk.staff()
    offers = [desk.offer(ad, taker, 1) for _ in range(5)]
    for offer in offers:
        desk.pay(offer)
    order = [offers[each] for each in (3, 1, 4, 0)]
    for offer in order[:2]:
        desk.dispute(offer)
        desk.clock.advance(microseconds=1)
    for offer in order[2:]:
        desk.dispute(offer)
    expected = [offers[each].id for each in (3, 1, 0, 4)]

    def disputed(limit: int) -> list[int]:
        pages = every(lambda cursor: desk.read(lambda unit: unit.readers.disputes(cursor, limit)))
        return [view.offer.id for view in pages]

    for limit in (1, 2, 3, 4, 100):
        assert disputed(limit) == expected
    desk.resolve(offers[1], staff, "buyer")
    desk.release(offers[0])
    assert disputed(100) == [offers[3].id, offers[4].id]


@pytest.mark.parametrize("of_list", ["offers", "entries", "disputes", "acts"])
def test_a_cursor_that_this_list_did_not_make(desk: StoreDesk, of_list: str) -> None:
    ad, taker = desk.sell_ad(10), desk.trader()
    offers = [desk.offer(ad, taker, 1) for _ in range(2)]
    for offer in offers:
        desk.pay(offer)
        desk.dispute(offer)
    desk.restrict(taker)
    desk.restrict(taker, restricted=False)
    query = OfferQuery(taker.id, desk.clock.now())
    reads: dict[str, Any] = {
        "offers": lambda unit, cursor: unit.readers.offers(query, cursor, 1),
        "entries": lambda unit, cursor: unit.readers.entries(EntryQuery(ad.maker_id), cursor, 1),
        "disputes": lambda unit, cursor: unit.readers.disputes(cursor, 1),
        "acts": lambda unit, cursor: unit.readers.staff_acts(cursor, 1),
    }
    made = {name: desk.read(lambda unit, read=read: read(unit, None)).next for name, read in reads.items()}
    assert None not in made.values()
    for cursor in (*BAD_CURSORS, *(cursor for name, cursor in made.items() if name != of_list)):
        with pytest.raises(BadCursor):
            desk.read(lambda unit, cursor=cursor: reads[of_list](unit, cursor))


# What the worker looks for -------------------------------------------------------------------------------------


def test_offers_that_are_due(desk: StoreDesk) -> None:
    taker = desk.trader()
    ads = [desk.sell_ad(10, time_to_pay=minutes) for minutes in (30, 10, 20)]
    half_hour, ten, twenty = (desk.offer(ad, taker, 1) for ad in ads)
    paid = desk.offer(ads[1], taker, 1)
    desk.pay(paid)
    desk.cancel(desk.offer(ads[1], taker, 1))

    def due(limit: int = 100) -> list[int]:
        return list(desk.read(lambda unit: unit.readers.due_offers(desk.clock.now(), limit)))

    assert due() == []
    desk.clock.set(ten.deadline - TICK)
    assert due() == []
    desk.clock.set(ten.deadline)
    assert due() == [ten.id]
    desk.clock.set(half_hour.deadline)
    assert due() == [ten.id, twenty.id, half_hour.id]
    assert due(2) == [ten.id, twenty.id]
    desk.expire(ten)
    assert due() == [twenty.id, half_hour.id]


def test_ads_that_are_due(desk: StoreDesk) -> None:
    today = desk.clock.now().date()
    days = [today + timedelta(days=each) for each in range(4)]
    long, short = desk.sell_ad(end_date=days[1]), desk.sell_ad(end_date=today)
    ended, paused = desk.sell_ad(end_date=today), desk.sell_ad(end_date=today)
    desk.sell_ad()
    desk.close(ended)
    desk.pause(paused)

    def due(today: Any, limit: int = 100) -> list[int]:
        return list(desk.read(lambda unit: unit.readers.due_ads(today, limit)))

    assert due(days[0]) == []
    assert due(days[1]) == [short.id, paused.id]
    assert due(days[2]) == [short.id, paused.id, long.id]
    assert due(days[2], 1) == [short.id]
    desk.clock.advance(days=1)
    desk.expire_ad(short)
    assert due(days[1]) == [paused.id]


def test_what_moved_for_an_offer_that_was_taken_back(desk: StoreDesk) -> None:
    seller = desk.trader(usdt=10)
    offer = desk.offer(desk.buy_ad(10), seller, 2)
    desk.cancel(offer)
    kinds = [entry.kind for entry in desk.read(lambda unit: unit.readers.entries_of_offer(offer.id))]
    assert kinds == [EntryKind.OFFER_ESCROW, EntryKind.REFUND]
