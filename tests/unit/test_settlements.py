"""What the end of an offer does to the money and the ad: every end, on both types of ad, live and ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

import pytest

from domain import (
    Account,
    AdStatus,
    BalanceChange,
    Changes,
    Dispute,
    EntryKind,
    LockedOffer,
    Purse,
    Settlement,
    SettlementKind,
    StaffAct,
    errors,
)
from domain.model.ledger import movement
from domain.model.money import Money
from domain.model.parties import Actor
from tests.factories import NOW, DisputeFactory, LockedOfferFactory, TraderFactory, actor

AT = NOW + timedelta(minutes=10)
LATE = NOW + timedelta(hours=1)
TO_BUYER = ("release", "release paid", "release disputed", "resolve for buyer")
TO_SELLER = ("cancel", "return paid", "return disputed", "expire", "resolve for seller")

KINDS = {
    "release": SettlementKind.RELEASED,
    "release paid": SettlementKind.RELEASED,
    "release disputed": SettlementKind.RELEASED,
    "resolve for buyer": SettlementKind.AWARDED_TO_BUYER,
    "cancel": SettlementKind.CANCELLED,
    "return paid": SettlementKind.CANCELLED,
    "return disputed": SettlementKind.CANCELLED,
    "expire": SettlementKind.EXPIRED,
    "resolve for seller": SettlementKind.AWARDED_TO_SELLER,
}


@dataclass(frozen=True)
class Expected:
    """Which entry is written between whose purses, and the ad's parts: available, reserved, sold, withdrawn."""

    entry: tuple[EntryKind, str, str] | None
    parts: tuple[int, int, int, int]


# An ad of ten, with an offer of two on it that ends, and another of three that does not. The entry goes from
# somebody's escrow to somebody's p2p purse.
EXPECTED = {
    ("sell", "live", "to buyer"): Expected((EntryKind.RELEASE, "maker", "taker"), (5, 3, 2, 0)),
    ("sell", "live", "to seller"): Expected(None, (7, 3, 0, 0)),
    ("sell", "closed", "to buyer"): Expected((EntryKind.RELEASE, "maker", "taker"), (0, 3, 2, 5)),
    ("sell", "closed", "to seller"): Expected((EntryKind.REFUND, "maker", "maker"), (0, 3, 0, 7)),
    ("buy", "live", "to buyer"): Expected((EntryKind.RELEASE, "taker", "maker"), (5, 3, 2, 0)),
    ("buy", "live", "to seller"): Expected((EntryKind.REFUND, "taker", "taker"), (7, 3, 0, 0)),
    ("buy", "closed", "to buyer"): Expected((EntryKind.RELEASE, "taker", "maker"), (0, 3, 2, 5)),
    ("buy", "closed", "to seller"): Expected((EntryKind.REFUND, "taker", "taker"), (0, 3, 0, 7)),
}


def end(locked: LockedOffer, how: str, judge: Actor) -> Changes:
    if how.startswith("release"):
        return locked.release_funds(actor(locked.seller), AT)
    if how.startswith("return"):
        return locked.return_offer(actor(locked.buyer), AT)
    if how.startswith("resolve"):
        return locked.resolve(judge, how.rpartition(" ")[2], "Both were heard", AT)
    return locked.cancel(actor(locked.taker), AT) if how == "cancel" else locked.expire(LATE)


def offer_to_end(how: str, ad_type: str = "sell", ad: str = "live") -> LockedOffer:
    state = how.rpartition(" ")[2] if how.endswith(("paid", "disputed")) else None
    if how.startswith("resolve"):
        state = "disputed"
    traits = {state: True} if state else {}
    return LockedOfferFactory(buy=ad_type == "buy", ad_closed=ad == "closed", ad__reserved=Decimal(5), **traits)


@pytest.mark.abuse("C8")
@pytest.mark.parametrize("ad", ["live", "closed"])
@pytest.mark.parametrize("ad_type", ["sell", "buy"])
@pytest.mark.parametrize("how", [*TO_BUYER, *TO_SELLER])
def test_every_end_settles_once_and_moves_what_it_must(how: str, ad_type: str, ad: str) -> None:
    locked = offer_to_end(how, ad_type, ad)
    changes = end(locked, how, actor(TraderFactory(staff=True)))
    expected = EXPECTED[ad_type, ad, "to buyer" if how in TO_BUYER else "to seller"]
    people = {"maker": locked.maker.id, "taker": locked.taker.id}
    at = LATE if how == "expire" else AT
    entry = None
    if expected.entry is not None:
        kind, giver, getter = expected.entry
        source = Account(people[giver], "btc", Purse.ESCROW)
        target = Account(people[getter], "btc", Purse.P2P)
        entry = movement(kind, f"offer:{locked.offer.id}", at, source, target, Money(Decimal(2), "btc"))
        assert set(changes.balances) == {
            BalanceChange(source, locked.balances[source], locked.balances[source] - 2),
            BalanceChange(target, Decimal(0), Decimal(2)),
        }
    else:
        assert changes.balances == ()
    assert changes.entries == ((entry,) if entry else ())
    settlement = changes.fact(Settlement)
    assert settlement is not None
    settled = (settlement.offer_id, settlement.kind, settlement.entry)
    assert settled == (locked.offer.id, KINDS[how], entry)
    assert changes.ad is not None
    after = changes.ad.after
    assert (after.available, after.reserved, after.sold, after.withdrawn) == expected.parts
    assert (after.status, after.version) == (locked.ad.status, locked.ad.version + 1)
    assert changes.ad.before is locked.ad


@pytest.mark.parametrize("ad_type", ["sell", "buy"])
def test_while_an_offer_lives_nothing_moves(ad_type: str) -> None:
    pending = LockedOfferFactory(buy=ad_type == "buy")
    paid = LockedOfferFactory(buy=ad_type == "buy", paid=True)
    for changes in (
        pending.indicate_payment(actor(pending.buyer), AT),
        paid.open_dispute(actor(paid.seller), "No money", AT),
    ):
        nothing = (changes.ad, changes.fact(Settlement), changes.entries, changes.balances, changes.fact(StaffAct))
        assert nothing == (None, None, (), (), None)


def test_the_last_release_completes_a_sell_ad_and_returns_what_cannot_be_paid_for() -> None:
    locked = LockedOfferFactory(amount=Decimal("9.99999"), ad__crypto_amount=Decimal(10))
    assert locked.ad.available == Decimal("0.00001")
    changes = locked.release_funds(actor(locked.maker), AT)
    escrow, p2p = (Account(locked.maker.id, "btc", purse) for purse in (Purse.ESCROW, Purse.P2P))
    reference = f"ad:{locked.ad.id}"
    rest = movement(EntryKind.AD_RETURN, reference, AT, escrow, p2p, Money(Decimal("0.00001"), "btc"))
    assert [entry.kind for entry in changes.entries] == [EntryKind.RELEASE, EntryKind.AD_RETURN]
    assert changes.entries[1] == rest
    settlement = changes.fact(Settlement)
    assert settlement is not None
    assert settlement.entry == changes.entries[0]
    after = {change.account: change.after for change in changes.balances}
    taken = Account(locked.taker.id, "btc", Purse.P2P)
    assert after == {escrow: Decimal(0), p2p: Decimal("0.00001"), taken: Decimal("9.99999")}
    assert changes.ad is not None
    assert (changes.ad.after.status, changes.ad.after.trade_completed_at) == (AdStatus.COMPLETED, AT)
    assert changes.ad.after.withdrawn == Decimal("0.00001")


def test_the_last_release_completes_a_buy_ad_and_has_nothing_to_return() -> None:
    locked = LockedOfferFactory(buy=True, amount=Decimal("9.99999"), ad__crypto_amount=Decimal(10))
    changes = locked.release_funds(actor(locked.taker), AT)
    assert [entry.kind for entry in changes.entries] == [EntryKind.RELEASE]
    assert changes.ad is not None
    assert changes.ad.after.status is AdStatus.COMPLETED


def test_an_ad_sold_to_its_last_unit_returns_nothing() -> None:
    locked = LockedOfferFactory(amount=Decimal(10))
    changes = locked.release_funds(actor(locked.maker), AT)
    assert [entry.kind for entry in changes.entries] == [EntryKind.RELEASE]


@pytest.mark.parametrize(("sold_before", "is_sold_out"), [(8, True), (7, False)])
def test_an_ad_that_was_closed_is_sold_out_with_its_last_offer(sold_before: int, is_sold_out: bool) -> None:
    """It stays closed, and what was withdrawn when it was closed was not sold."""
    withdrawn = Decimal(8 - sold_before)
    locked = LockedOfferFactory(
        amount=Decimal(2), ad__closed=True, ad__sold=Decimal(sold_before), ad__withdrawn=withdrawn
    )
    changes = locked.release_funds(actor(locked.maker), AT)
    assert changes.ad is not None
    ad = changes.ad.after
    assert (ad.status, ad.trade_completed_at) == (AdStatus.CLOSED, AT if is_sold_out else None)


def test_a_release_that_the_buyers_purse_cannot_hold_is_refused() -> None:
    locked = LockedOfferFactory()
    full = {**locked.balances, Account(locked.taker.id, "btc", Purse.P2P): Decimal("999999999999999999")}
    with pytest.raises(errors.BalanceTooLarge):
        LockedOffer(locked.offer, locked.ad, locked.maker, locked.taker, full, AT).release_funds(
            actor(locked.maker), AT
        )


@pytest.mark.parametrize("opener", ["maker", "taker"])
def test_a_dispute_says_who_opened_it_when_and_why(opener: str) -> None:
    locked = LockedOfferFactory(paid=True)
    by = getattr(locked, opener)
    changes = locked.open_dispute(actor(by), "The money never came", AT)
    expected = DisputeFactory(offer_id=locked.offer.id, opened_by=by.id, reason="The money never came", opened_at=AT)
    assert (changes.fact(Dispute), changes.dispute) == (expected, None)


@pytest.mark.parametrize("winner", ["buyer", "seller"])
def test_a_verdict_ends_the_dispute_and_is_in_the_audit_trail(winner: str) -> None:
    locked, judge = LockedOfferFactory(disputed=True), TraderFactory(staff=True)
    changes = locked.resolve(actor(judge), winner, "Proof was shown", AT)
    assert changes.dispute is not None
    dispute = changes.dispute.after
    assert (dispute.resolved_by, dispute.in_favour_of) == (judge.id, winner)
    assert (dispute.note, dispute.resolved_at) == ("Proof was shown", AT)
    act = f"dispute.resolve_for_{winner}"
    assert changes.fact(StaffAct) == StaffAct(judge.id, AT, act, f"offer:{locked.offer.id}", "Proof was shown")


def test_a_release_by_the_seller_ends_the_dispute_in_favour_of_the_buyer() -> None:
    locked = LockedOfferFactory(disputed=True)
    changes = locked.release_funds(actor(locked.seller), AT)
    assert changes.dispute is not None
    assert (changes.dispute.after.resolved_by, changes.dispute.after.in_favour_of) == (locked.seller.id, "buyer")
    assert (changes.dispute.after.resolved_at, changes.fact(StaffAct)) == (AT, None)


def test_a_return_by_the_buyer_ends_the_dispute_in_favour_of_the_seller() -> None:
    locked = LockedOfferFactory(disputed=True)
    changes = locked.return_offer(actor(locked.buyer), AT)
    assert changes.dispute is not None
    assert (changes.dispute.after.resolved_by, changes.dispute.after.in_favour_of) == (locked.buyer.id, "seller")
    assert (changes.dispute.after.resolved_at, changes.fact(StaffAct)) == (AT, None)


@pytest.mark.parametrize(
    ("reason", "problem", "bound"),
    [
        ("", errors.Problem.MISSING, None),
        (" \n", errors.Problem.MISSING, None),
        ("x" * 2001, errors.Problem.TOO_LONG, 2000),
    ],
)
def test_a_dispute_needs_a_reason_of_bounded_length(reason: str, problem: errors.Problem, bound: int | None) -> None:
    locked = LockedOfferFactory(paid=True)
    with pytest.raises(errors.InvalidFields) as refused:
        locked.open_dispute(actor(locked.taker), reason, AT)
    assert refused.value.problems == (errors.FieldProblem("reason", problem, bound),)
    assert locked.open_dispute(actor(locked.taker), "x" * 2000, AT)


def test_a_verdict_is_for_one_of_the_two_and_its_note_is_bounded() -> None:
    locked, judge = LockedOfferFactory(disputed=True), actor(TraderFactory(staff=True))
    for verdict, note, problem in (
        ("both", "So.", errors.FieldProblem("in_favour_of", errors.Problem.UNKNOWN_CHOICE)),
        ("buyer", "x" * 2001, errors.FieldProblem("note", errors.Problem.TOO_LONG, 2000)),
    ):
        with pytest.raises(errors.InvalidFields) as refused:
            locked.resolve(judge, verdict, note, AT)
        assert refused.value.problems == (problem,)
    assert locked.resolve(judge, "buyer", "x" * 2000, AT)
    with pytest.raises(errors.InvalidFields):
        locked.resolve(judge, "seller", "", AT)
