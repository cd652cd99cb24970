"""The guards of the one write: what was decided on rows that have changed since is not written."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from .... import (
    About,
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
    Feedback,
    LockedOffer,
    Money,
    Notice,
    NoticeKind,
    Offer,
    OfferChange,
    OfferState,
    Posting,
    Purse,
    Ruling,
    Settlement,
    SettlementKind,
    Side,
    StaffAct,
)
from ....model.ledger import movement
from ....model.notices import LetterAlone
from ...books import Tier
from ...desk import BookDesk
from ...identifiers import fresh_id
from ...store_desk import StoreDesk
from ..books_are_right import balances
from ..lists_are_right import all_that_is_seen

# What no row may be is refused with an error of the store's own.
A_FAULT = Exception
DECISIONS = ("indicate_payment", "release_funds", "cancel")


@pytest.fixture
def offer(desk: BookDesk) -> Offer:
    return desk.offer(desk.sell_ad(), desk.trader())


def decide(desk: BookDesk, offer: Offer, decision: str) -> Changes:
    """What a move would write, decided now and not written."""
    locked = desk.offer_now(offer.id)
    by = {"release_funds": locked.seller, "indicate_payment": locked.buyer, "cancel": locked.taker}[decision]
    changes: Changes = getattr(locked, decision)(Actor.of(by), locked.at)
    return changes


def assert_nothing_is_written(desk: BookDesk, changes: Changes, fault: type[Exception] = ConcurrentChange) -> None:
    before = picture(desk)
    with pytest.raises(fault):
        desk.apply(changes)
    assert picture(desk) == before


def picture(desk: BookDesk) -> object:
    """All that can be seen of the desk, by readers as well where there are any."""
    offers = [desk.offer_now(offer_id) for offer_id in desk.offers]
    return (
        [desk.ad_now(ad_id) for ad_id in desk.ads],
        [(locked.offer, locked.dispute) for locked in offers],
        balances(desk),
        [list(desk.books.notices(trader.id)) for trader in desk.traders],
        all_that_is_seen(StoreDesk.of(desk)) if Tier.READERS in desk.books.tiers else None,
    )


@pytest.mark.abuse("D10")
@pytest.mark.parametrize("decision", DECISIONS)
@pytest.mark.parametrize("meanwhile", ["release", "pay", "cancel"])
def test_an_offer_that_has_moved_meanwhile(desk: BookDesk, offer: Offer, decision: str, meanwhile: str) -> None:
    stale = decide(desk, offer, decision)
    getattr(desk, meanwhile)(offer)
    assert_nothing_is_written(desk, stale)
    # Nor the move alone: neither its ad nor the key of the offer's history stands in for the guard.
    assert_nothing_is_written(desk, Changes(offer=stale.offer))


@pytest.mark.parametrize("decision", DECISIONS)
def test_the_same_decision_twice(desk: BookDesk, offer: Offer, decision: str) -> None:
    changes = decide(desk, offer, decision)
    desk.apply(changes)
    assert_nothing_is_written(desk, changes)


def test_an_offer_of_another_version_in_the_same_state(desk: BookDesk, offer: Offer) -> None:
    changes = decide(desk, offer, "indicate_payment")
    assert changes.offer is not None
    ahead = replace(changes.offer, before=replace(offer, version=2), after=replace(changes.offer.after, version=3))
    assert_nothing_is_written(desk, replace(changes, offer=ahead))


def test_an_offer_of_another_state_in_the_same_version(desk: BookDesk, offer: Offer) -> None:
    changes = decide(desk, offer, "indicate_payment")
    assert changes.offer is not None
    other = replace(changes.offer, before=replace(offer, state=OfferState.PAID))
    assert_nothing_is_written(desk, replace(changes, offer=other))


@pytest.mark.abuse("D4")
@pytest.mark.parametrize("decision", DECISIONS)
@pytest.mark.parametrize("late_by", [timedelta(0), timedelta(microseconds=1), timedelta(days=1)])
def test_a_move_that_the_deadline_has_overtaken(
    desk: BookDesk, offer: Offer, decision: str, late_by: timedelta
) -> None:
    changes = decide(desk, offer, decision)
    assert changes.offer is not None
    assert changes.offer.before_deadline
    late = replace(changes.offer, at=offer.deadline + late_by)
    assert_nothing_is_written(desk, replace(changes, offer=late))


def test_a_move_at_the_last_microsecond(desk: BookDesk, offer: Offer) -> None:
    changes = decide(desk, offer, "indicate_payment")
    assert changes.offer is not None
    in_time = replace(changes.offer, at=offer.deadline - timedelta(microseconds=1))
    desk.apply(replace(changes, offer=in_time))
    assert desk.offer_now(offer.id).offer.state is OfferState.PAID


def test_a_move_that_no_deadline_ends(desk: BookDesk, offer: Offer) -> None:
    desk.pay(offer)
    changes = decide(desk, offer, "release_funds")
    assert changes.offer is not None
    desk.apply(replace(changes, offer=replace(changes.offer, at=offer.deadline + timedelta(days=1))))
    assert desk.offer_now(offer.id).offer.state is OfferState.COMPLETED


def test_an_ad_that_has_changed_meanwhile(desk: BookDesk, offer: Offer) -> None:
    locked = desk.write(lambda book: book.lock_ad(offer.ad_id))
    stale = locked.close(locked.maker.id, locked.at)
    desk.offer(locked.ad, desk.trader(), 1)
    assert_nothing_is_written(desk, stale)


def pause(desk: BookDesk, ad: Ad) -> None:
    desk.pause(ad)


def close(desk: BookDesk, ad: Ad) -> None:
    desk.close(ad)


def ask_another_price(desk: BookDesk, ad: Ad) -> None:
    desk.edit(ad, price_per_unit=ad.price_per_unit + 1)


def take_too_much(desk: BookDesk, ad: Ad) -> None:
    desk.offer(ad, desk.trader(), ad.available - Decimal("1.999999"))


@pytest.mark.abuse("D7")
@pytest.mark.parametrize("meanwhile", [pause, close, ask_another_price, take_too_much])
def test_an_ad_that_can_no_longer_give_what_an_offer_was_decided_to_take(
    desk: BookDesk, meanwhile: Callable[[BookDesk, Ad], None]
) -> None:
    ad, taker = desk.sell_ad(), desk.trader()
    decided_on = desk.write(lambda book: book.ad_for_offer(ad.id, taker.id))
    stale = decided_on.make_offer(desk.proposal(), decided_on.at, desk.catalogue)
    meanwhile(desk, ad)
    assert_nothing_is_written(desk, stale)


def test_a_rest_that_has_grown_since_all_of_it_was_to_be_taken(desk: BookDesk) -> None:
    """An offer for the rest may be under the ad's least, and only as long as it is for the rest."""
    ad, taker = desk.sell_ad(min_limit=Decimal(4)), desk.trader()
    taken = desk.offer(ad, desk.trader(), ad.available - 1)
    decided_on = desk.write(lambda book: book.ad_for_offer(ad.id, taker.id))
    stale = decided_on.make_offer(desk.proposal(1), decided_on.at, desk.catalogue)
    desk.cancel(taken)
    assert_nothing_is_written(desk, stale)


def test_an_id_that_was_taken_meanwhile(desk: BookDesk) -> None:
    """A book may give each locked read an id of its own, or guard the one that several were told."""
    ad, taker = desk.sell_ad(), desk.trader()
    decided_on = desk.write(lambda book: book.ad_for_offer(ad.id, taker.id))
    first = decided_on.make_offer(desk.proposal(1), decided_on.at, desk.catalogue)
    desk.apply(first)
    assert first.offer is not None
    desk.offers.append(first.offer.after.id)
    again = desk.write(lambda book: book.ad_for_offer(ad.id, taker.id))
    second = replace(again, next_offer_id=first.offer.after.id).make_offer(desk.proposal(1), again.at, desk.catalogue)
    assert_nothing_is_written(desk, second)


@pytest.mark.abuse("D10")
def test_a_balance_that_has_changed_meanwhile(desk: BookDesk) -> None:
    trader = desk.trader(usdt=10)
    # With both purses there, so that no key of one that was opened meanwhile stands in for the guard.
    desk.transfer(trader, Decimal(1), Purse.P2P, Purse.MAIN)
    wallet = desk.wallet(trader)
    ends = wallet.purse(Purse.P2P), wallet.purse(Purse.MAIN)
    stale = wallet.move(EntryKind.TRANSFER, "stale", *ends, Money(Decimal(9), "usdt"), wallet.at)
    desk.transfer(trader, Decimal("0.000001"), Purse.P2P, Purse.MAIN)
    assert_nothing_is_written(desk, stale)
    assert desk.write(lambda book: book.posted(EntryKind.TRANSFER, "stale")) is None


def test_an_account_that_was_opened_meanwhile(desk: BookDesk) -> None:
    trader = desk.trader()
    account = Account(trader.id, "usdt", Purse.MAIN)
    opening = Changes(balances=(BalanceChange(account, None, Decimal(0)),))
    desk.apply(opening)
    assert desk.wallet(trader).balances == {account: 0}
    assert_nothing_is_written(desk, opening)


def test_an_account_that_is_not_there(desk: BookDesk) -> None:
    account = Account(desk.trader().id, "usdt", Purse.MAIN)
    assert_nothing_is_written(desk, Changes(balances=(BalanceChange(account, Decimal(0), Decimal(0)),)))


def moved(desk: BookDesk, reference: str, before: Decimal, after: Decimal) -> Changes:
    """A deposit that claims these balances."""
    owner = desk.traders[0].id
    outside, main = Account(None, "usdt", Purse.OUTSIDE), Account(owner, "usdt", Purse.MAIN)
    entry = movement(EntryKind.DEPOSIT, reference, desk.clock.now(), outside, main, Money(Decimal(1), "usdt"))
    return Changes(entries=(entry,), balances=(BalanceChange(main, before, after),))


def test_an_entry_of_the_same_kind_and_reference(desk: BookDesk) -> None:
    trader = desk.trader()
    desk.deposit(trader, Decimal(1), purse=Purse.MAIN, reference="wire 1")
    assert_nothing_is_written(desk, moved(desk, "wire 1", Decimal(1), Decimal(2)))


@pytest.mark.abuse("D9")
def test_a_balance_below_zero(desk: BookDesk) -> None:
    desk.deposit(desk.trader(), Decimal(1), purse=Purse.MAIN)
    assert_nothing_is_written(desk, moved(desk, "wire 2", Decimal(1), Decimal("-0.000001")), A_FAULT)


def test_a_balance_that_no_account_can_hold(desk: BookDesk) -> None:
    desk.deposit(desk.trader(), Decimal(1), purse=Purse.MAIN)
    assert_nothing_is_written(desk, moved(desk, "wire 3", Decimal(1), Decimal(10) ** 18), A_FAULT)


@pytest.mark.abuse("K2")
def test_a_second_settlement_of_one_offer(desk: BookDesk, offer: Offer) -> None:
    """The key of the settlements stands even where every guard lets the move through."""
    desk.cancel(offer)
    ended = desk.offer_now(offer.id).offer
    again = replace(ended, state=OfferState.COMPLETED, version=ended.version + 1)
    settlement = Settlement(offer.id, SettlementKind.RELEASED, None)
    event = Event(EventKind.FUNDS_RELEASED, offer.id, again.version, again.state, desk.clock.now(), None)
    changes = Changes(offer=OfferChange(ended, again, desk.clock.now()), facts=(settlement, event))
    assert_nothing_is_written(desk, changes)


def test_a_second_event_of_one_version(desk: BookDesk, offer: Offer) -> None:
    event = Event(EventKind.PAYMENT_INDICATED, offer.id, 1, OfferState.PAID, desk.clock.now(), None)
    assert_nothing_is_written(desk, Changes(facts=(event,)))


def test_a_second_dispute_on_one_offer(desk: BookDesk, offer: Offer) -> None:
    desk.pay(offer)
    desk.dispute(offer)
    again = Dispute(offer.id, 3, DisputeKind.OTHER, offer.taker_id, "It did come.", desk.clock.now())
    assert_nothing_is_written(desk, Changes(facts=(again,)))


def test_one_fact_that_is_there_already_keeps_all_others_from_being_written(desk: BookDesk, offer: Offer) -> None:
    said = Feedback(offer.id, offer.taker_id, desk.ad_now(offer.ad_id).maker_id, True, 5, "", desk.clock.now())
    back = replace(said, by=said.whom, whom=said.by)
    desk.apply(Changes(facts=(said,)))
    assert_nothing_is_written(desk, Changes(facts=(back, said)))
    desk.apply(Changes(facts=(back,)))


def test_facts_that_nothing_tells_from_each_other_are_all_kept(desk: BookDesk) -> None:
    act = StaffAct(None, desk.clock.now(), "trader.restrict", "trader:1")
    desk.apply(Changes(facts=(act, act)))


def test_a_settlement_by_an_entry_that_is_not_written_with_it(desk: BookDesk, offer: Offer) -> None:
    desk.deposit(desk.traders[0], Decimal(1), reference="wire 4")
    earlier = desk.write(lambda book: book.posted(EntryKind.DEPOSIT, "wire 4"))
    settlement = Settlement(offer.id, SettlementKind.CANCELLED, earlier)
    assert_nothing_is_written(desk, Changes(facts=(settlement,)), Fault)


# What becomes of a dispute ------------------------------------------------------------------------------------------


def change_of(desk: BookDesk, offer: Offer) -> DisputeChange:
    """The end of the dispute that there is, or of one that there might have been."""
    might = Dispute(offer.id, 3, DisputeKind.OTHER, offer.taker_id, "It did come.", desk.clock.now())
    opened = desk.offer_now(offer.id).dispute or might
    return DisputeChange(opened, opened.ended(desk.staff().id, desk.clock.now(), Ruling("buyer", "So.")))


def test_a_dispute_that_nobody_opened_does_not_end(desk: BookDesk, offer: Offer) -> None:
    assert_nothing_is_written(desk, Changes(dispute=change_of(desk, offer)))


def test_a_dispute_that_has_ended_does_not_end_again(desk: BookDesk, offer: Offer) -> None:
    desk.pay(offer)
    desk.dispute(offer)
    desk.resolve(offer, desk.staff(), "seller")
    assert_nothing_is_written(desk, Changes(dispute=change_of(desk, offer)))


def test_a_dispute_that_was_taken_meanwhile_does_not_end_as_it_was_before(desk: BookDesk, offer: Offer) -> None:
    desk.pay(offer)
    desk.dispute(offer)
    read_before = change_of(desk, offer)
    desk.take(offer, desk.staff())
    assert_nothing_is_written(desk, Changes(dispute=read_before))
    desk.resolve(offer, desk.staff(), "seller")


def test_what_becomes_of_one_dispute_changes_no_earlier_one(desk: BookDesk, offer: Offer) -> None:
    desk.pay(offer)
    desk.dispute(offer)
    read_before = change_of(desk, offer)
    desk.withdraw_dispute(offer)
    desk.dispute(offer, "It still has not come.")
    assert_nothing_is_written(desk, Changes(dispute=read_before))
    now = desk.offer_now(offer.id).dispute
    assert now is not None
    assert (now.version, now.reason, now.is_open) == (5, "It still has not come.", True)


# What names a row that is not there ---------------------------------------------------------------------------------


def unknown_trader(desk: BookDesk, locked: LockedOffer) -> Changes:
    about = About(locked.offer.id, locked.offer.version)
    return Changes(notices=(Notice(fresh_id(), NoticeKind.AUTO_REPLY, {"message": "?"}, {}, desk.clock.now(), about),))


def unknown_addressee(desk: BookDesk, locked: LockedOffer) -> Changes:
    return Changes(letters=(LetterAlone(fresh_id(), fresh_id(), NoticeKind.AUTO_REPLY, {}, locked.offer.created_at),))


def unknown_subject(desk: BookDesk, locked: LockedOffer) -> Changes:
    about = About(10**9, 2)
    return Changes(notices=(Notice(locked.maker.id, NoticeKind.AUTO_REPLY, {}, {}, desk.clock.now(), about),))


def unknown_taker(desk: BookDesk, locked: LockedOffer) -> Changes:
    found = desk.write(lambda book: book.ad_for_offer(locked.ad.id, locked.ad.maker_id))
    offer = replace(locked.offer, id=found.next_offer_id, taker_id=fresh_id())
    return Changes(offer=OfferChange(None, offer, desk.clock.now()))


def unknown_ad(desk: BookDesk, locked: LockedOffer) -> Changes:
    found = desk.write(lambda book: book.ad_for_offer(locked.ad.id, locked.ad.maker_id))
    offer = replace(locked.offer, id=found.next_offer_id, ad_id=10**9)
    return Changes(offer=OfferChange(None, offer, desk.clock.now()))


def unknown_offer(desk: BookDesk, locked: LockedOffer) -> Changes:
    return Changes(facts=(Event(EventKind.MADE, 10**9, 1, OfferState.PENDING, desk.clock.now(), None),))


def unknown_account(desk: BookDesk, locked: LockedOffer) -> Changes:
    accounts = [Account(fresh_id(), "usdt", Purse.MAIN) for _ in range(2)]
    postings = (Posting(accounts[0], Side.DEBIT, Decimal(1)), Posting(accounts[1], Side.CREDIT, Decimal(1)))
    return Changes(entries=(Entry(EntryKind.TRANSFER, "nowhere", desk.clock.now(), postings),))


@pytest.mark.parametrize(
    "name",
    [unknown_trader, unknown_addressee, unknown_subject, unknown_taker, unknown_ad, unknown_offer, unknown_account],
)
def test_a_row_that_is_not_there(
    desk: BookDesk, offer: Offer, name: Callable[[BookDesk, LockedOffer], Changes]
) -> None:
    assert_nothing_is_written(desk, name(desk, desk.offer_now(offer.id)), A_FAULT)
