"""What staff do with a dispute: taking, splitting, proposing, approving, and who must not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from domain import (
    DESK,
    Account,
    Actor,
    Changes,
    Dispute,
    DisputeChange,
    DisputeKind,
    EntryKind,
    Fault,
    FieldProblem,
    LockedOffer,
    Problem,
    Purse,
    Ruling,
    Settlement,
    SettlementKind,
    StaffAct,
    errors,
)
from domain.errors import InvalidFields, Named
from domain.model.arbitration import Arbitration
from domain.model.ledger import Posting, Side
from domain.model.lifecycle import MOVES, Action, OfferState, Role
from domain.model.money import EXACT
from tests.factories import NOW, DisputeFactory, LockedOfferFactory, TraderFactory, actor

AT = NOW + timedelta(minutes=20)
ADA, BEN = actor(TraderFactory(staff=True)), actor(TraderFactory(staff=True))
ABOVE = {"btc": Decimal("1.99999999")}
"""The offers here are of two btc."""


def disputed(ad_type: str = "sell", **traits: object) -> LockedOffer:
    return LockedOfferFactory(buy=ad_type == "buy", disputed=True, at=AT, **traits)


def after(locked: LockedOffer, changes: Changes) -> LockedOffer:
    """The offer once what became of its dispute was written."""
    assert changes.dispute is not None
    assert changes.dispute.before == locked.dispute
    offer = changes.offer.after if changes.offer else locked.offer
    return replace(locked, offer=offer, dispute=changes.dispute.after)


def proposed(locked: LockedOffer, ruling: Ruling, by: Actor = ADA) -> LockedOffer:
    changes = Arbitration(locked, by).resolve(ruling, ABOVE)
    assert (changes.offer, changes.entries, changes.balances, changes.notices) == (None, (), (), ())
    return after(locked, changes)


# Taking --------------------------------------------------------------------------------------------------------


def test_a_dispute_is_taken_and_taken_over_and_nobody_is_told() -> None:
    locked = disputed()
    for by in (ADA, BEN):
        changes = Arbitration(locked, by).take(" \n")
        act = StaffAct(by.id, AT, "dispute.take", f"offer:{locked.offer.id}", "")
        assert (changes.facts, changes.notices, changes.offer) == ((act,), (), None)
        locked = after(locked, changes)
        assert locked.dispute is not None
        assert (locked.dispute.handled_by, locked.dispute.is_open) == (by.id, True)


@pytest.mark.abuse("K1")
@pytest.mark.parametrize("role", ["buyer", "seller"])
def test_staff_who_are_a_party_do_none_of_it(role: str) -> None:
    locked = disputed(maker__staff=True, taker__staff=True)
    party = actor(getattr(locked, role))
    ready = proposed(locked, Ruling("buyer", "So."))
    deeds: list[Callable[[], Changes]] = [
        lambda: Arbitration(locked, party).take(""),
        lambda: Arbitration(locked, party).resolve(Ruling("buyer", "So."), {}),
        lambda: Arbitration(locked, party).resolve(Ruling("buyer", "So."), ABOVE),
        lambda: Arbitration(ready, party).approve("So."),
        lambda: Arbitration(ready, party).reject("So."),
    ]
    for deed in deeds:
        with pytest.raises(errors.ArbiterIsParty):
            deed()


@pytest.mark.abuse("K1")
def test_staff_who_are_kept_from_a_party_do_none_of_it_whatever_the_state() -> None:
    for locked in (disputed(), proposed(disputed(), Ruling("buyer", "So."))):
        apart = Arbitration(replace(locked, arbiter_is_apart=True), ADA)
        deeds: list[Callable[[], Changes]] = [
            lambda apart=apart: apart.take(""),  # type: ignore[misc]
            lambda apart=apart: apart.resolve(Ruling("buyer", "So."), {}),  # type: ignore[misc]
            lambda apart=apart: apart.resolve(Ruling("buyer", "So."), ABOVE),  # type: ignore[misc]
            lambda apart=apart: apart.approve("So."),  # type: ignore[misc]
            lambda apart=apart: apart.reject("So.", 99),  # type: ignore[misc]
        ]
        for deed in deeds:
            with pytest.raises(errors.ArbiterIsApart):
                deed()


def test_the_desk_itself_takes_and_resolves_nothing() -> None:
    locked = disputed()
    for deed in (
        lambda: Arbitration(locked, DESK).take(""),
        lambda: Arbitration(locked, DESK).resolve(Ruling("buyer", ""), ABOVE),
        lambda: Arbitration(proposed(locked, Ruling("buyer", "So.")), DESK).approve(""),
    ):
        with pytest.raises(errors.NotAuthorised):
            deed()


# Splitting -----------------------------------------------------------------------------------------------------


@pytest.mark.abuse("K3")
@pytest.mark.parametrize("ad", ["live", "closed"])
@pytest.mark.parametrize("ad_type", ["sell", "buy"])
@pytest.mark.parametrize("part", ["0.00000001", "0.5", "1.99999999"])
def test_the_parts_of_a_split_are_the_whole_of_it(ad_type: str, ad: str, part: str) -> None:
    locked = disputed(ad_type, ad_closed=ad == "closed")
    changes = Arbitration(locked, ADA).resolve(Ruling("split", "Half came.", Decimal(part)), {})
    escrow, sellers = (Account(locked.seller.id, "btc", purse) for purse in (Purse.ESCROW, Purse.P2P))
    buyers = Account(locked.buyer.id, "btc", Purse.P2P)
    (entry,) = changes.entries
    rest = EXACT.subtract(Decimal(2), Decimal(part))
    assert (entry.kind, entry.reference, entry.at) == (EntryKind.SPLIT, f"offer:{locked.offer.id}", AT)
    assert entry.postings == (
        Posting(escrow, Side.DEBIT, Decimal(2)),
        Posting(buyers, Side.CREDIT, Decimal(part)),
        Posting(sellers, Side.CREDIT, rest),
    )
    # What was there stays there: an award adds to a balance.
    before = {change.account: change.before or Decimal(0) for change in changes.balances}
    moved = {change.account: EXACT.subtract(change.after, before[change.account]) for change in changes.balances}
    assert moved == {escrow: Decimal(-2), buyers: Decimal(part), sellers: rest}
    assert changes.fact(Settlement) == Settlement(locked.offer.id, SettlementKind.SPLIT, entry)
    assert changes.offer is not None and changes.ad is not None and changes.dispute is not None
    assert changes.offer.after.state.value == "completed"
    assert (changes.ad.after.sold, changes.ad.after.reserved) == (2, 0)
    ended = changes.dispute.after
    assert (ended.in_favour_of, ended.buyer_amount, ended.resolved_by) == ("split", Decimal(part), ADA.id)


WRONG_PARTS = [
    (None, FieldProblem("buyer_amount", Problem.MISSING)),
    ("0", FieldProblem("buyer_amount", Problem.ZERO)),
    ("2", FieldProblem("buyer_amount", Problem.NOT_BELOW, Named(Decimal(2), "btc"))),
    ("2.5", FieldProblem("buyer_amount", Problem.NOT_BELOW, Named(Decimal(2), "btc"))),
    ("0.000000001", FieldProblem("buyer_amount", Problem.TOO_MANY_DECIMALS, 8)),
]


@pytest.mark.abuse("K3")
@pytest.mark.parametrize("above", [{}, ABOVE])
@pytest.mark.parametrize(("part", "problem"), WRONG_PARTS)
def test_a_part_is_above_zero_and_below_the_whole(
    part: str | None, problem: FieldProblem, above: dict[str, Decimal]
) -> None:
    ruling = Ruling("split", "Half came.", None if part is None else Decimal(part))
    with pytest.raises(InvalidFields) as refused:
        Arbitration(disputed(), ADA).resolve(ruling, above)
    assert refused.value.problems == (problem,)


def test_only_a_split_has_a_part() -> None:
    with pytest.raises(InvalidFields) as refused:
        Arbitration(disputed(), ADA).resolve(Ruling("buyer", "So.", Decimal(1)), {})
    assert refused.value.problems == (FieldProblem("buyer_amount", Problem.ONLY_IN_A_SPLIT),)


# A second approval ---------------------------------------------------------------------------------------------


def test_up_to_the_amount_one_is_enough() -> None:
    for above in ({}, {"btc": Decimal(2)}, {"usdt": Decimal(0)}):
        assert Arbitration(disputed(), ADA).resolve(Ruling("buyer", "So."), above).offer is not None


@pytest.mark.abuse("K5")
@pytest.mark.parametrize(
    "ruling", [Ruling("buyer", "So."), Ruling("seller", "So."), Ruling("split", "So.", Decimal("0.5"))]
)
def test_what_somebody_proposes_another_carries_out(ruling: Ruling) -> None:
    ready = proposed(disputed(), ruling)
    assert ready.dispute is not None
    proposal = ready.dispute.proposal
    assert proposal is not None
    assert (proposal.by, proposal.at, proposal.ruling) == (ADA.id, AT, ruling)
    changes = Arbitration(ready, BEN).approve("I agree.")
    alone = disputed().resolve(BEN, ruling.in_favour_of, "So.", AT, None, ruling.buyer_amount)
    settled, as_alone = changes.fact(Settlement), alone.fact(Settlement)
    assert settled is not None and as_alone is not None
    assert settled.kind is as_alone.kind
    assert changes.dispute is not None
    ended = changes.dispute.after
    assert (ended.resolved_by, ended.proposed_by, ended.note) == (BEN.id, ADA.id, "So.")
    assert (ended.in_favour_of, ended.buyer_amount) == (ruling.in_favour_of, ruling.buyer_amount)
    act = changes.fact(StaffAct)
    assert act is not None
    assert (act.by, act.note) == (BEN.id, "I agree.")
    assert ended.proposal is None


@pytest.mark.abuse("K1")
def test_whoever_proposed_it_does_not_approve_it_and_may_reject_it() -> None:
    ready = proposed(disputed(), Ruling("buyer", "So."))
    with pytest.raises(errors.SomebodyElseMustApprove):
        Arbitration(ready, ADA).approve("So.")
    changes = Arbitration(ready, ADA).reject("I was wrong.")
    assert changes.fact(StaffAct) == StaffAct(ADA.id, AT, "dispute.reject", f"offer:{ready.offer.id}", "I was wrong.")
    dropped = after(ready, changes)
    with pytest.raises(errors.NothingToApprove):
        Arbitration(dropped, BEN).approve("So.")


def test_another_proposal_takes_the_place_of_the_first() -> None:
    first = proposed(disputed(), Ruling("split", "So.", Decimal("0.5")))
    second = proposed(first, Ruling("seller", "No."), BEN)
    assert second.dispute is not None
    proposal = second.dispute.proposal
    assert proposal is not None
    assert (proposal.by, proposal.ruling) == (BEN.id, Ruling("seller", "No."))
    with pytest.raises(errors.SomebodyElseMustApprove):
        Arbitration(second, BEN).approve("So.")


ENDS: dict[str, Callable[[LockedOffer], Changes]] = {
    "released": lambda locked: locked.release_funds(actor(locked.seller), AT),
    "returned": lambda locked: locked.return_offer(actor(locked.buyer), AT),
    "withdrawn": lambda locked: locked.withdraw_dispute(actor(locked.taker), AT),
}


@pytest.mark.parametrize("end", ENDS)
def test_a_dispute_that_ended_otherwise_has_nothing_to_approve(end: str) -> None:
    ready = proposed(disputed(), Ruling("buyer", "So."))
    moved_on = after(ready, ENDS[end](ready))
    assert moved_on.dispute is not None
    dropped = moved_on.dispute
    assert (dropped.proposed_by, dropped.proposed_at, dropped.proposed_for, dropped.proposed_note) == (
        None, None, None, "",
    )  # fmt: skip
    for judge in (Arbitration(moved_on, BEN).approve, Arbitration(moved_on, BEN).reject):
        with pytest.raises(errors.NothingToApprove):
            judge("So.")


def test_a_proposal_of_an_earlier_dispute_is_not_one_of_the_next() -> None:
    ready = proposed(disputed(), Ruling("buyer", "So."))
    withdrawn = after(ready, ready.withdraw_dispute(actor(ready.taker), AT))
    changes = withdrawn.open_dispute(actor(ready.taker), "Again.", AT)
    assert changes.offer is not None
    again = replace(withdrawn, offer=changes.offer.after, dispute=changes.fact(Dispute))
    with pytest.raises(errors.NothingToApprove):
        Arbitration(again, BEN).approve("So.")


@pytest.mark.parametrize("deed", ["approve", "reject"])
def test_judging_a_proposal_needs_a_note_and_the_version_that_was_seen(deed: str) -> None:
    ready = proposed(disputed(), Ruling("buyer", "So."))
    judge = getattr(Arbitration(ready, BEN), deed)
    with pytest.raises(InvalidFields) as refused:
        judge(" ")
    assert refused.value.problems == (FieldProblem("note", Problem.MISSING),)
    with pytest.raises(errors.VersionMismatch):
        judge("So.", 2)
    assert judge("So.", 3)


# Disputes of parties and of the desk ---------------------------------------------------------------------------


def test_a_dispute_is_of_a_kind_that_parties_have() -> None:
    locked = LockedOfferFactory(paid=True)
    changes = locked.open_dispute(actor(locked.buyer), "Why?", AT, None, DisputeKind.CRYPTO_NOT_RELEASED)
    opened = changes.fact(Dispute)
    assert opened is not None
    assert (opened.kind, opened.version) == (DisputeKind.CRYPTO_NOT_RELEASED, 3)
    with pytest.raises(InvalidFields) as refused:
        locked.open_dispute(actor(locked.buyer), "Why?", AT, None, DisputeKind.NO_ANSWER)
    assert refused.value.problems == (FieldProblem("kind", Problem.UNKNOWN_CHOICE),)


def test_a_dispute_waits_for_its_time_and_for_all_that_is_refused_before() -> None:
    locked, again, wait = LockedOfferFactory(paid=True), disputed(), timedelta(minutes=10)
    possible_from = NOW + timedelta(minutes=15)
    buyer = actor(locked.buyer)
    with pytest.raises(errors.DisputeTooEarly) as refused:
        locked.open_dispute(buyer, "Why?", possible_from - timedelta(microseconds=1), dispute_after=wait)
    assert refused.value.possible_from == possible_from
    assert locked.open_dispute(buyer, "Why?", possible_from, dispute_after=wait)
    with pytest.raises(errors.AlreadyDisputed):
        again.open_dispute(actor(again.buyer), "Why?", NOW, dispute_after=wait)


def test_the_desk_waits_from_the_payment_or_from_the_withdrawal_of_a_dispute() -> None:
    paid, day = LockedOfferFactory(paid=True), timedelta(hours=24)
    paid_at = NOW + timedelta(minutes=5)
    with pytest.raises(errors.NotDueYet):
        paid.escalate(paid_at + day - timedelta(microseconds=1), day)
    opened = paid.escalate(paid_at + day, day).fact(Dispute)
    assert opened is not None
    assert (opened.kind, opened.opened_by) == (DisputeKind.NO_ANSWER, None)
    withdrawn_at = paid_at + timedelta(hours=30)
    dispute = DisputeFactory(offer_id=paid.offer.id).ended(paid.taker.id, withdrawn_at, None)
    again = replace(paid, dispute=dispute)
    with pytest.raises(errors.NotDueYet):
        again.escalate(withdrawn_at + day - timedelta(microseconds=1), day)
    assert again.escalate(withdrawn_at + day, day)


def test_no_party_withdraws_what_the_desk_has_opened() -> None:
    locked = disputed(dispute=DisputeFactory(opened_by=None, kind=DisputeKind.NO_ANSWER))
    for party in (locked.maker, locked.taker):
        with pytest.raises(errors.NotAuthorised):
            locked.withdraw_dispute(actor(party), AT)


def test_how_a_dispute_was_opened_never_changes_and_all_else_is_counted() -> None:
    opened: Dispute = DisputeFactory()
    taken = opened.taken_by(ADA.id) if ADA.id else opened
    assert DisputeChange(opened, taken)
    for wrong in (replace(taken, reason="Another."), replace(taken, changes=2), opened):
        with pytest.raises(Fault):
            DisputeChange(opened, wrong)


def test_a_split_without_the_buyer_s_part_is_a_fault() -> None:
    """Whoever makes a move of it past the rulings, as a lifecycle of one's own can, is told so."""
    split = MOVES[OfferState.DISPUTED, Action.RESOLVE_FOR_BOTH]
    moves = {**MOVES, (OfferState.DISPUTED, Action.RELEASE_FUNDS): replace(split, by=frozenset({Role.SELLER}))}
    locked = replace(disputed(), moves=moves)
    with pytest.raises(Fault, match="needs the buyer's part"):
        locked.release_funds(actor(locked.seller), AT)
