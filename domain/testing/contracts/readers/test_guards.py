"""The guards of the one write: what was decided on rows that have changed since is not written."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from .... import (
    Account,
    Actor,
    Ad,
    BalanceChange,
    Changes,
    ConcurrentChange,
    Dispute,
    DisputeChange,
    DisputeKind,
    Entry,
    EntryKind,
    Event,
    EventKind,
    Fault,
    Money,
    NoticeKind,
    Offer,
    OfferChange,
    OfferProposal,
    OfferState,
    Posting,
    Purse,
    Settlement,
    SettlementKind,
    Side,
    close_ad,
    pause_ad,
)
from ....model.ledger import movement
from ....model.notices import About, LetterAlone, Notice
from ....ports.readers import EntryQuery, OfferView
from ...books import Tier
from ...factories import BankDetailsFactory
from ...identifiers import fresh_id
from ...store_desk import StoreDesk
from ..lists_are_right import ads_of, entries_of, offers_of


@pytest.fixture
def offer(desk: StoreDesk) -> Offer:
    return desk.offer(desk.sell_ad(), desk.trader())


def decide(desk: StoreDesk, offer: Offer, decision: str) -> Changes:
    """What a move would write, decided now and not written."""
    locked = desk.write(lambda unit: unit.book.lock_offer(offer.id))
    by = {"release_funds": locked.seller.id, "indicate_payment": locked.buyer.id, "cancel": locked.taker.id}[decision]
    changes: Changes = getattr(locked, decision)(Actor(by), desk.clock.now())
    return changes


# What a database refuses by a CHECK or a foreign key keeps the error that its driver has for it.
A_FAULT = Exception


def assert_nothing_is_written(desk: StoreDesk, changes: Changes, fault: type[Exception] = ConcurrentChange) -> None:
    before = picture(desk)
    with pytest.raises(fault):
        desk.apply(changes)
    assert picture(desk) == before


def picture(desk: StoreDesk) -> object:
    """All that a trader can see of the desk, and what is to be sent to them."""
    ids = [trader.id for trader in desk.traders]
    return desk.read(
        lambda unit: (
            ads_of(desk, unit),
            offers_of(desk, unit),
            entries_of(desk, unit),
            [unit.readers.wallet(owner) for owner in ids],
            [unit.readers.notices(owner, 0, 1000) for owner in ids],
            list(desk.store.outbox.waiting(1000)) if Tier.DELIVERY in desk.books.tiers else [],
        )
    )


@pytest.mark.abuse("D10")
@pytest.mark.parametrize("decision", ["release_funds", "indicate_payment", "cancel"])
@pytest.mark.parametrize("meanwhile", ["release", "pay", "cancel"])
def test_an_offer_that_has_moved_meanwhile(desk: StoreDesk, offer: Offer, decision: str, meanwhile: str) -> None:
    stale = decide(desk, offer, decision)
    getattr(desk, meanwhile)(offer)
    assert_nothing_is_written(desk, stale)


@pytest.mark.parametrize("decision", ["release_funds", "indicate_payment", "cancel"])
def test_the_same_decision_twice(desk: StoreDesk, offer: Offer, decision: str) -> None:
    changes = decide(desk, offer, decision)
    desk.apply(changes)
    assert_nothing_is_written(desk, changes)


def test_an_offer_of_another_version_in_the_same_state(desk: StoreDesk, offer: Offer) -> None:
    changes = decide(desk, offer, "indicate_payment")
    assert changes.offer is not None
    ahead = replace(changes.offer, before=replace(offer, version=2), after=replace(changes.offer.after, version=3))
    assert_nothing_is_written(desk, replace(changes, offer=ahead))


def test_an_offer_of_another_state_in_the_same_version(desk: StoreDesk, offer: Offer) -> None:
    changes = decide(desk, offer, "indicate_payment")
    assert changes.offer is not None
    other = replace(changes.offer, before=replace(offer, state=OfferState.PAID))
    assert_nothing_is_written(desk, replace(changes, offer=other))


@pytest.mark.abuse("D4")
@pytest.mark.parametrize("decision", ["release_funds", "indicate_payment", "cancel"])
@pytest.mark.parametrize("late_by", [timedelta(0), timedelta(microseconds=1), timedelta(days=1)])
def test_a_move_that_the_deadline_has_overtaken(
    desk: StoreDesk, offer: Offer, decision: str, late_by: timedelta
) -> None:
    changes = decide(desk, offer, decision)
    assert changes.offer is not None
    assert changes.offer.before_deadline
    late = replace(changes.offer, at=offer.deadline + late_by)
    assert_nothing_is_written(desk, replace(changes, offer=late))


def test_a_move_at_the_last_microsecond(desk: StoreDesk, offer: Offer) -> None:
    changes = decide(desk, offer, "indicate_payment")
    assert changes.offer is not None
    in_time = replace(changes.offer, at=offer.deadline - timedelta(microseconds=1))
    desk.apply(replace(changes, offer=in_time))
    assert desk.state_of(offer) is OfferState.PAID


def test_a_move_that_no_deadline_ends(desk: StoreDesk, offer: Offer) -> None:
    desk.pay(offer)
    changes = decide(desk, offer, "release_funds")
    assert changes.offer is not None
    desk.apply(replace(changes, offer=replace(changes.offer, at=offer.deadline + timedelta(days=1))))
    assert desk.state_of(offer) is OfferState.COMPLETED


def test_an_ad_that_has_changed_meanwhile(desk: StoreDesk, offer: Offer) -> None:
    ad = desk.read(lambda unit: unit.readers.ad(offer.ad_id)).ad
    stale = desk.write(lambda unit: unit.book.lock_ad(ad.id)).close(ad.maker_id, desk.clock.now())
    desk.offer(ad, desk.trader(), 1)
    assert_nothing_is_written(desk, stale)


def pause(desk: StoreDesk, ad: Ad) -> None:
    desk.write(lambda unit: pause_ad(ad.id, ad.maker_id, book=unit.book))


def close(desk: StoreDesk, ad: Ad) -> None:
    desk.write(lambda unit: close_ad(ad.id, ad.maker_id, book=unit.book))


def take_too_much(desk: StoreDesk, ad: Ad) -> None:
    desk.offer(ad, desk.trader(), ad.available - Decimal("1.999999"))


@pytest.mark.parametrize("meanwhile", [pause, close, take_too_much])
def test_an_ad_that_can_no_longer_give_what_an_offer_was_decided_to_take(
    desk: StoreDesk, meanwhile: Callable[[StoreDesk, Ad], None]
) -> None:
    ad, taker = desk.sell_ad(), desk.trader()
    proposal = OfferProposal(Decimal(2), None, BankDetailsFactory())
    decided_on = desk.write(lambda unit: unit.book.ad_for_offer(ad.id, taker.id))
    stale = decided_on.make_offer(proposal, desk.clock.now(), desk.catalogue)
    meanwhile(desk, ad)
    assert_nothing_is_written(desk, stale)


def test_a_rest_that_has_grown_since_all_of_it_was_to_be_taken(desk: StoreDesk) -> None:
    """An offer for the rest may be under the ad's least, and only as long as it is for the rest."""
    ad, taker = desk.sell_ad(min_limit=Decimal(4)), desk.trader()
    taken = desk.offer(ad, desk.trader(), ad.available - 1)
    proposal = OfferProposal(Decimal(1), None, BankDetailsFactory())
    decided_on = desk.write(lambda unit: unit.book.ad_for_offer(ad.id, taker.id))
    stale = decided_on.make_offer(proposal, desk.clock.now(), desk.catalogue)
    desk.cancel(taken)
    assert_nothing_is_written(desk, stale)


@pytest.mark.abuse("D10")
def test_a_balance_that_has_changed_meanwhile(desk: StoreDesk) -> None:
    trader = desk.trader(usdt=10)
    wallet = desk.write(lambda unit: unit.book.lock_wallet(trader.id, "usdt"))
    ends = wallet.purse(Purse.P2P), wallet.purse(Purse.MAIN)
    stale = wallet.move(EntryKind.TRANSFER, "stale", *ends, Money(Decimal(10), "usdt"), desk.clock.now())
    desk.transfer(trader, Decimal("0.000001"), Purse.P2P, Purse.MAIN)
    assert_nothing_is_written(desk, stale)


def test_an_account_that_was_opened_meanwhile(desk: StoreDesk) -> None:
    trader = desk.trader()
    account = Account(trader.id, "usdt", Purse.MAIN)
    opening = Changes(balances=(BalanceChange(account, None, Decimal(0)),))
    desk.apply(opening)
    assert_nothing_is_written(desk, opening)


def test_an_account_that_is_not_there(desk: StoreDesk) -> None:
    account = Account(desk.trader().id, "usdt", Purse.MAIN)
    assert_nothing_is_written(desk, Changes(balances=(BalanceChange(account, Decimal(0), Decimal(0)),)))


def moved(desk: StoreDesk, reference: str, before: Decimal, after: Decimal) -> Changes:
    """A deposit that claims these balances."""
    owner = desk.traders[0].id
    outside, main = Account(None, "usdt", Purse.OUTSIDE), Account(owner, "usdt", Purse.MAIN)
    entry = movement(EntryKind.DEPOSIT, reference, desk.clock.now(), outside, main, Money(Decimal(1), "usdt"))
    return Changes(entries=(entry,), balances=(BalanceChange(main, before, after),))


def test_an_entry_of_the_same_kind_and_reference(desk: StoreDesk) -> None:
    trader = desk.trader()
    desk.deposit(trader, Decimal(1), purse=Purse.MAIN, reference="wire 1")
    assert_nothing_is_written(desk, moved(desk, "wire 1", Decimal(1), Decimal(2)))


@pytest.mark.abuse("D9")
def test_a_balance_below_zero(desk: StoreDesk) -> None:
    desk.deposit(desk.trader(), Decimal(1), purse=Purse.MAIN)
    assert_nothing_is_written(desk, moved(desk, "wire 2", Decimal(1), Decimal("-0.000001")), A_FAULT)


def test_a_balance_that_no_account_can_hold(desk: StoreDesk) -> None:
    desk.deposit(desk.trader(), Decimal(1), purse=Purse.MAIN)
    assert_nothing_is_written(desk, moved(desk, "wire 3", Decimal(1), Decimal(10) ** 18), A_FAULT)


@pytest.mark.abuse("K2")
def test_a_second_settlement_of_one_offer(desk: StoreDesk, offer: Offer) -> None:
    """The key of the settlements stands even where every guard lets the move through."""
    desk.cancel(offer)
    ended = desk.read(lambda unit: unit.readers.offer(offer.id)).offer
    again = replace(ended, state=OfferState.COMPLETED, version=ended.version + 1)
    move = OfferChange(ended, again, desk.clock.now())
    event = Event(EventKind.FUNDS_RELEASED, offer.id, again.version, again.state, desk.clock.now(), None)
    settlement = Settlement(offer.id, SettlementKind.RELEASED, None)
    assert_nothing_is_written(desk, Changes(offer=move, facts=(settlement, event)))


def test_a_second_event_of_one_version(desk: StoreDesk, offer: Offer) -> None:
    event = Event(EventKind.PAYMENT_INDICATED, offer.id, 1, OfferState.PAID, desk.clock.now(), None)
    assert_nothing_is_written(desk, Changes(facts=(event,)))


def test_an_entry_that_settles_must_be_written_with_it(desk: StoreDesk, offer: Offer) -> None:
    ad = desk.read(lambda unit: unit.readers.ad(offer.ad_id)).ad
    entry = desk.read(lambda unit: unit.readers.entries(EntryQuery(ad.maker_id), None, 1)).items[0]
    settlement = Settlement(offer.id, SettlementKind.RELEASED, entry)
    assert_nothing_is_written(desk, Changes(facts=(settlement,)), Fault)


def test_a_dispute_that_is_not_open_does_not_end(desk: StoreDesk, offer: Offer) -> None:
    at = desk.clock.now()
    opened = Dispute(offer.id, 3, DisputeKind.OTHER, offer.taker_id, "?", at)
    change = DisputeChange(opened, opened.ended(offer.taker_id, at, None))
    assert_nothing_is_written(desk, Changes(dispute=change))


# What names a row that is not there ----------------------------------------------------------------------------


def unknown_trader(desk: StoreDesk, view: OfferView) -> Changes:
    notice = Notice(fresh_id(), NoticeKind.AUTO_REPLY, {"message": "?"}, {}, desk.clock.now(), About(view.offer.id, 2))
    return Changes(notices=(notice,))


def unknown_addressee(desk: StoreDesk, view: OfferView) -> Changes:
    return Changes(letters=(LetterAlone(fresh_id(), fresh_id(), NoticeKind.AUTO_REPLY, {}, view.offer.created_at),))


def unknown_subject(desk: StoreDesk, view: OfferView) -> Changes:
    about = About(10**9, 2)
    return Changes(notices=(Notice(view.ad.maker_id, NoticeKind.AUTO_REPLY, {}, {}, desk.clock.now(), about),))


def unknown_taker(desk: StoreDesk, view: OfferView) -> Changes:
    locked = desk.write(lambda unit: unit.book.ad_for_offer(view.ad.id, view.ad.maker_id))
    offer = replace(view.offer, id=locked.next_offer_id, taker_id=fresh_id())
    return Changes(offer=OfferChange(None, offer, desk.clock.now()))


def unknown_ad(desk: StoreDesk, view: OfferView) -> Changes:
    locked = desk.write(lambda unit: unit.book.ad_for_offer(view.ad.id, view.ad.maker_id))
    offer = replace(view.offer, id=locked.next_offer_id, ad_id=10**9)
    return Changes(offer=OfferChange(None, offer, desk.clock.now()))


def unknown_offer(desk: StoreDesk, view: OfferView) -> Changes:
    return Changes(facts=(Event(EventKind.MADE, 10**9, 1, OfferState.PENDING, desk.clock.now(), None),))


def unknown_account(desk: StoreDesk, view: OfferView) -> Changes:
    accounts = [Account(fresh_id(), "usdt", Purse.MAIN) for _ in range(2)]
    postings = (Posting(accounts[0], Side.DEBIT, Decimal(1)), Posting(accounts[1], Side.CREDIT, Decimal(1)))
    return Changes(entries=(Entry(EntryKind.TRANSFER, "nowhere", desk.clock.now(), postings),))


@pytest.mark.parametrize(
    "name",
    [unknown_trader, unknown_addressee, unknown_subject, unknown_taker, unknown_ad, unknown_offer, unknown_account],
)
def test_a_row_that_is_not_there(
    desk: StoreDesk, offer: Offer, name: Callable[[StoreDesk, OfferView], Changes]
) -> None:
    view = desk.read(lambda unit: unit.readers.offer(offer.id))
    assert_nothing_is_written(desk, name(desk, view), A_FAULT)
