"""What the author of a store could else find out only by reading ours: each promise of a port, held on every store."""

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain import (
    Ad,
    AdChange,
    AdType,
    Changes,
    ConcurrentChange,
    Currency,
    Offer,
    OfferChange,
    StaffAct,
    close_ad,
)
from domain.model.changes import AD_PROGRESS, OFFER_PROGRESS
from domain.ports.readers import BoardQuery
from domain.ports.store import Store, Unit
from tests.factories import BankDetailsFactory, OfferProposalFactory
from tests.integration.contracts.invariants import every
from tests.integration.desk import Desk


@pytest.fixture
def loose(store: Store) -> Desk:
    """A desk whose books nobody checks afterwards: here they are changed past every rule."""
    return Desk(store)


def another(value: Any) -> Any:
    """Another value of the same kind."""
    match value:
        case bool() | None:
            return "something else"
        case AdType():
            return AdType.BUY if value is AdType.SELL else AdType.SELL
        case Currency():
            return Currency("btc" if value.code != "btc" else "usdt", value.decimals)
        case Decimal() | int():
            return value + 1
        case str():
            return value + "!"
    if hasattr(value, "year"):
        return value + timedelta(days=1)
    return uuid4() if hasattr(value, "hex") else BankDetailsFactory(bank_name="Another Bank")


def written(desk: Desk, change: Callable[[], Changes]) -> bool:
    """Whether the store, or the change itself, let it through."""
    try:
        desk.apply(change())
    except Exception:  # noqa: BLE001 (each store and each rule has an error of its own for it)
        return False
    return True


@pytest.mark.parametrize("name", sorted({field.name for field in fields(Offer)} - OFFER_PROGRESS))
def test_what_is_no_progress_of_an_offer_is_kept_or_refused_and_never_dropped(loose: Desk, name: str) -> None:
    offer = loose.offer(loose.sell_ad(), loose.trader())
    after = replace(offer, version=2, **{name: another(getattr(offer, name))})
    is_written = written(loose, lambda: Changes(offer=OfferChange(offer, after, loose.clock.now())))
    assert loose.read(lambda unit: unit.readers.offer(offer.id)).offer == (after if is_written else offer)


@pytest.mark.parametrize("name", sorted({field.name for field in fields(Ad)} - AD_PROGRESS))
def test_what_is_no_progress_of_an_ad_is_kept_or_refused_and_never_dropped(loose: Desk, name: str) -> None:
    ad = loose.sell_ad()
    if name == "crypto_amount":
        after = replace(ad, version=2, crypto_amount=ad.crypto_amount + 1, available=ad.available + 1)
    else:
        after = replace(ad, version=2, **{name: another(getattr(ad, name))})
    is_written = written(loose, lambda: Changes(ad=AdChange(ad, after)))
    assert loose.read(lambda unit: unit.readers.ad(ad.id)).ad == (after if is_written else ad)


def test_an_id_of_an_ad_that_was_taken_is_a_change_meanwhile(desk: Desk) -> None:
    ad, other = desk.sell_ad(), desk.trader()
    terms = desk.terms(ad_type=AdType.BUY)
    wallet = desk.write(lambda unit: unit.book.lock_wallet(other.id, "usdt"))
    stale = replace(wallet, next_ad_id=ad.id).post_ad(terms, desk.catalogue, wallet.at, 30)
    with pytest.raises(ConcurrentChange):
        desk.apply(stale)
    assert desk.read(lambda unit: unit.readers.ad(ad.id)).ad == ad


def test_an_id_of_an_offer_that_was_taken_is_a_change_meanwhile(desk: Desk) -> None:
    taken, ad, taker = desk.offer(desk.sell_ad(), desk.trader()), desk.sell_ad(), desk.trader()
    locked = desk.write(lambda unit: unit.book.ad_for_offer(ad.id, taker.id))
    stale = replace(locked, next_offer_id=taken.id).make_offer(OfferProposalFactory(), locked.at, desk.catalogue)
    with pytest.raises(ConcurrentChange):
        desk.apply(stale)
    assert desk.read(lambda unit: unit.readers.offer(taken.id)).offer == taken


# Cursors -------------------------------------------------------------------------------------------------------


def test_a_cursor_of_the_board_outlives_its_ad(desk: Desk) -> None:
    ads = [desk.sell_ad() for _ in range(3)]
    query = BoardQuery(desk.clock.now().date(), desk.catalogue)
    first = desk.read(lambda unit: unit.readers.board(query, None, 1))
    gone = first.items[0].ad
    desk.write(lambda unit: close_ad(gone.id, gone.maker_id, book=unit.book))
    rest = desk.read(lambda unit: unit.readers.board(query, first.next, 10))
    assert {view.ad.id for view in rest.items} == {ad.id for ad in ads} - {gone.id}


def test_a_cursor_of_the_disputes_outlives_its_dispute(desk: Desk) -> None:
    ad, taker = desk.sell_ad(), desk.trader()
    offers = [desk.offer(ad, taker) for _ in range(3)]
    for offer in offers:
        desk.pay(offer)
        desk.dispute(offer)
        desk.clock.advance(seconds=1)
    first = desk.read(lambda unit: unit.readers.disputes(None, 1))
    desk.resolve(first.items[0].offer, desk.staff(), "buyer")
    rest = desk.read(lambda unit: unit.readers.disputes(first.next, 10))
    assert [view.offer.id for view in rest.items] == [offer.id for offer in offers[1:]]


# The audit trail -----------------------------------------------------------------------------------------------


def acts(desk: Desk, limit: int = 100) -> list[StaffAct]:
    lines = list(every(lambda cursor: desk.read(lambda unit: unit.readers.staff_acts(cursor, limit))))
    numbers = [line.id for line in lines]
    assert numbers == sorted(numbers, reverse=True)
    return [line.act for line in lines]


def test_a_line_of_the_audit_trail_is_found_by_who_did_what_to_what_and_when(desk: Desk) -> None:
    ada, ben, at = desk.staff(), desk.staff(), desk.clock.now()
    lines = (
        StaffAct(ada.id, at, "bank_details.read", "offer:7"),
        StaffAct(None, at + timedelta(seconds=1), "bank_details.read", "offer:8"),
    )
    desk.write(lambda unit: unit.book.apply(Changes(facts=lines)))

    def has(by: UUID, act: str, subject: str, since: datetime) -> bool:
        return desk.read(lambda unit: unit.readers.has_act(by, act, subject, since))

    assert has(ada.id, "bank_details.read", "offer:7", at)
    assert has(ada.id, "bank_details.read", "offer:7", at - timedelta(days=1))
    assert not has(ada.id, "bank_details.read", "offer:7", at + timedelta(seconds=1))
    assert not has(ben.id, "bank_details.read", "offer:7", at)
    assert not has(ada.id, "dispute.take", "offer:7", at)
    assert not has(ada.id, "bank_details.read", "offer:8", at)


@pytest.mark.parametrize("limit", [1, 2, 100])
def test_every_act_is_in_the_audit_trail_the_newest_first(desk: Desk, limit: int) -> None:
    staff, trader = desk.staff(), desk.trader()
    kept: list[StaffAct] = []
    for number, name in enumerate(("trader.restrict", "trader.unrestrict", "trader.suspend", "trader.unsuspend")):
        by = staff.id if number % 2 else None
        act = StaffAct(by, desk.clock.advance(seconds=1), name, f"trader:{trader.id}", f"Reason {number}.\nAnd more.")
        desk.write(lambda unit, number=number, act=act: _do(unit, trader.id, number, act))
        kept.insert(0, act)
    assert acts(desk, limit) == kept


def _do(unit: Unit, trader_id: Any, number: int, act: StaffAct) -> None:
    if number < 2:
        unit.traders.set_restricted(trader_id, "usdt", number == 0, act)
    else:
        unit.traders.set_suspended(trader_id, number == 2, act)


def test_an_act_that_changes_nothing_is_kept_all_the_same(desk: Desk) -> None:
    trader = desk.trader()
    for _ in range(2):
        desk.suspend(trader, suspended=False)
        desk.restrict(trader, restricted=False)
    assert [act.act for act in acts(desk)] == ["trader.unrestrict", "trader.unsuspend"] * 2


@pytest.mark.parametrize("in_favour_of", ["buyer", "seller"])
def test_a_resolved_dispute_is_in_the_audit_trail(desk: Desk, in_favour_of: str) -> None:
    staff, offer = desk.staff(), desk.offer(desk.sell_ad(), desk.trader())
    desk.pay(offer)
    desk.dispute(offer)
    desk.resolve(offer, staff, in_favour_of, "The receipt is real.")
    expected = StaffAct(
        staff.id,
        desk.clock.now(),
        f"dispute.resolve_for_{in_favour_of}",
        f"offer:{offer.id}",
        "The receipt is real.",
    )
    assert acts(desk) == [expected]


@pytest.mark.abuse("K9")
def test_an_act_that_was_rolled_back_never_was(desk: Desk) -> None:
    trader = desk.trader()
    act = StaffAct(None, desk.clock.now(), "trader.suspend", f"trader:{trader.id}")
    desk.undo(lambda unit: unit.traders.set_suspended(trader.id, True, act))
    assert acts(desk) == []
