"""The life of an offer: every state, action, person and type of ad, against a table written out by hand.

The table below is that of docs/contract/trading.md, "Moves of an offer", and not the model's: nothing here is read from
``MOVES``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import product

import pytest

from domain import (
    DESK,
    Action,
    Actor,
    Changes,
    Dispute,
    Event,
    LockedOffer,
    OfferState,
    Refusal,
    Role,
    Settlement,
    StaffAct,
    allowed_actions,
    errors,
)
from domain.model.ledger import SettlementKind
from domain.model.lifecycle import (
    MOVES,
    EventKind,
    Move,
    authorise,
    move_for,
    refusal_for,
    who_may_ever,
)
from domain.model.versions import Expected
from tests.factories import NOW, LockedOfferFactory, TraderFactory, actor

IN_TIME = NOW + timedelta(minutes=29)
DEADLINE = NOW + timedelta(minutes=30)
LATE = DEADLINE + timedelta(minutes=1)

STATES = ("pending", "late", "paid", "disputed", "completed", "cancelled", "expired")
"""``late`` is a pending offer whose deadline has passed though nobody has swept it yet."""

# What becomes of the offer when the right person acts: the state it comes to, or why not.
OUTCOMES: dict[str, tuple[str | type[Refusal], ...]] = {
    "paid": (
        "paid", errors.PaymentWindowPassed, errors.AlreadyMarkedPaid, errors.AlreadyMarkedPaid,
        errors.AlreadyReleased, errors.AlreadyCancelled, errors.PaymentWindowPassed,
    ),
    "cancel": (
        "cancelled", errors.OnlyPendingCanBeCancelled, errors.OnlyPendingCanBeCancelled,
        errors.OnlyPendingCanBeCancelled, errors.OnlyPendingCanBeCancelled, errors.AlreadyCancelled,
        errors.OnlyPendingCanBeCancelled,
    ),
    "release": (
        "completed", errors.OfferHasExpired, "completed", "completed",
        errors.AlreadyReleased, errors.AlreadyCancelled, errors.OfferHasExpired,
    ),
    "return": (
        errors.OnlyPaidCanBeReturned, errors.OnlyPaidCanBeReturned, "cancelled", "cancelled",
        errors.AlreadyReleased, errors.AlreadyCancelled, errors.OnlyPaidCanBeReturned,
    ),
    "dispute": (
        errors.OnlyPaidCanBeDisputed, errors.OnlyPaidCanBeDisputed, "disputed", errors.AlreadyDisputed,
        errors.OnlyPaidCanBeDisputed, errors.OnlyPaidCanBeDisputed, errors.OnlyPaidCanBeDisputed,
    ),
    "resolve_for_buyer": (
        errors.NotDisputed, errors.NotDisputed, errors.NotDisputed, "completed",
        errors.NotDisputed, errors.NotDisputed, errors.NotDisputed,
    ),
    "resolve_for_seller": (
        errors.NotDisputed, errors.NotDisputed, errors.NotDisputed, "cancelled",
        errors.NotDisputed, errors.NotDisputed, errors.NotDisputed,
    ),
    "resolve_for_both": (
        errors.NotDisputed, errors.NotDisputed, errors.NotDisputed, "completed",
        errors.NotDisputed, errors.NotDisputed, errors.NotDisputed,
    ),
    "withdraw": (
        errors.NotDisputed, errors.NotDisputed, errors.NotDisputed, "paid",
        errors.NotDisputed, errors.NotDisputed, errors.NotDisputed,
    ),
    "escalate": (
        errors.NotDueYet, errors.NotDueYet, "disputed", errors.NotDueYet,
        errors.NotDueYet, errors.NotDueYet, errors.NotDueYet,
    ),
    "call_off": (
        "cancelled", errors.NotDueYet, errors.NotDueYet, errors.NotDueYet,
        errors.NotDueYet, errors.NotDueYet, errors.NotDueYet,
    ),
    "expire": (
        errors.NotDueYet, "expired", errors.NotDueYet, errors.NotDueYet,
        errors.NotDueYet, errors.NotDueYet, errors.NotDueYet,
    ),
}  # fmt: skip

PEOPLE = ("maker", "taker", "stranger", "staff", "staff who made the ad", "staff who made the offer", "desk")
BUYERS = {"sell": "taker", "buy": "maker"}
SELLERS = {"sell": "maker", "buy": "taker"}


def party(person: str) -> str:
    """The party that somebody is, of the staff or not."""
    return {"staff who made the ad": "maker", "staff who made the offer": "taker"}.get(person, person)


def refusal_of_person(action: str, person: str, ad_type: str) -> type[Refusal] | None:
    """Why this person may never do this, whatever the state."""
    may = {
        "paid": {BUYERS[ad_type]},
        "cancel": {"taker"},
        "release": {SELLERS[ad_type]},
        "return": {BUYERS[ad_type]},
        "dispute": {"maker", "taker"},
        "withdraw": {"maker", "taker"},
        "escalate": {"desk"},
        "call_off": {"desk"},
        "expire": {"desk"},
    }
    if action.startswith("resolve"):
        if person in ("staff who made the ad", "staff who made the offer"):
            return errors.ArbiterIsParty
        return None if person == "staff" else errors.NotAuthorised
    return None if party(person) in may[action] else errors.NotAuthorised


def refused(action: str, person: str, ad_type: str, state: str) -> type[Refusal] | None:
    """The same, where it is a matter of the state as well: these disputes were opened by the taker."""
    if (action, state, party(person)) == ("withdraw", "disputed", "maker"):
        return errors.NotAuthorised
    return refusal_of_person(action, person, ad_type)


def offer_in(state: str, ad_type: str, person: str) -> tuple[LockedOffer, Actor, datetime]:
    """An offer in this state, somebody who is this to it, and the moment at which they act."""
    traits = {} if state in ("pending", "late") else {state: True}
    maker = TraderFactory(staff=person == "staff who made the ad")
    taker = TraderFactory(staff=person == "staff who made the offer")
    locked = LockedOfferFactory(buy=ad_type == "buy", maker=maker, taker=taker, **traits)
    others = {
        "stranger": actor(TraderFactory()),
        "staff": actor(TraderFactory(staff=True)),
        "maker": actor(maker),
        "taker": actor(taker),
        "desk": DESK,
    }
    return locked, others[party(person)], LATE if state == "late" else IN_TIME


def act(locked: LockedOffer, action: str, by: Actor, at: datetime, version: Expected = None) -> Changes:
    """Do the action as the use cases do it; for all but the desk, expiring is no use case and only the rule is left."""
    if action in ("expire", "escalate", "call_off") and by != DESK:
        authorise(Action(action), locked.parties.roles_of(by))
    doing: dict[str, Callable[[], Changes]] = {
        "paid": lambda: locked.indicate_payment(by, at, version),
        "cancel": lambda: locked.cancel(by, at, version),
        "release": lambda: locked.release_funds(by, at, version),
        "return": lambda: locked.return_offer(by, at, version),
        "dispute": lambda: locked.open_dispute(by, "No money came", at, version),
        "resolve_for_buyer": lambda: locked.resolve(by, "buyer", "Proof was shown", at, version),
        "resolve_for_seller": lambda: locked.resolve(by, "seller", "No proof was shown", at, version),
        "resolve_for_both": lambda: locked.resolve(by, "split", "Half was shown", at, version, Decimal(1)),
        "withdraw": lambda: locked.withdraw_dispute(by, at, version),
        "escalate": lambda: locked.escalate(at, timedelta(minutes=10)),
        "call_off": lambda: locked.call_off(at),
        "expire": lambda: locked.expire(at),
    }
    return doing[action]()


@pytest.mark.abuse("B2", "D1", "D5", "K6")
@pytest.mark.parametrize("ad_type", ["sell", "buy"])
@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize("action", list(OUTCOMES))
@pytest.mark.parametrize("state", STATES)
def test_every_state_action_person_and_type_of_ad(state: str, action: str, person: str, ad_type: str) -> None:
    locked, by, at = offer_in(state, ad_type, person)
    expected = refused(action, person, ad_type, state) or OUTCOMES[action][STATES.index(state)]
    if not isinstance(expected, str):
        with pytest.raises(Refusal) as caught:
            act(locked, action, by, at)
        assert type(caught.value) is expected
        if isinstance(caught.value, errors.NotAuthorised | errors.AlreadyCancelled):
            assert caught.value.action == action
        return
    changes = act(locked, action, by, at)
    assert changes.offer is not None
    after = changes.offer.after
    assert after.state is OfferState(expected)
    assert after.version == locked.offer.version + 1
    assert after.paid_at == (at if action == "paid" else locked.offer.paid_at)
    assert after.ended_at == (at if expected in ("completed", "cancelled", "expired") else None)
    assert changes.offer.before is locked.offer
    assert changes.offer.before_deadline is (state == "pending")
    assert (changes.fact(Settlement) is not None) is (after.ended_at is not None)
    assert (changes.fact(Dispute) is not None) is (action in ("dispute", "escalate"))
    assert (changes.dispute is not None) is (state == "disputed")
    event = changes.fact(Event)
    assert event is not None
    assert (event.by, event.at, event.version) == (by.id, at, after.version)
    assert (changes.fact(StaffAct) is not None) is action.startswith("resolve")


@pytest.mark.parametrize("ad_type", ["sell", "buy"])
@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize("state", STATES)
def test_what_somebody_is_told_they_may_do_is_what_they_may_do(state: str, person: str, ad_type: str) -> None:
    locked, by, at = offer_in(state, ad_type, person)
    may = {
        action
        for action, outcomes in OUTCOMES.items()
        if not refused(action, person, ad_type, state) and isinstance(outcomes[STATES.index(state)], str)
    }
    if state == "late":
        # A late offer is shown as expired, and what ends it is the desk's own business.
        may.discard("expire")
    if (state, person) == ("pending", "desk"):
        may.add("expire")
    is_opener = locked.dispute is not None and locked.dispute.opened_by == by.id
    assert set(allowed_actions(locked.offer.state_at(at), locked.parties.roles_of(by), is_opener=is_opener)) == may


def test_the_deadline_itself_is_too_late_and_the_moment_before_is_not() -> None:
    last_moment = DEADLINE - timedelta(microseconds=1)
    locked = LockedOfferFactory()
    assert locked.offer.deadline == DEADLINE
    assert locked.indicate_payment(actor(locked.buyer), last_moment)
    assert locked.cancel(actor(locked.taker), last_moment)
    assert locked.release_funds(actor(locked.seller), last_moment)
    with pytest.raises(errors.NotDueYet):
        locked.expire(last_moment)
    with pytest.raises(errors.PaymentWindowPassed):
        locked.indicate_payment(actor(locked.buyer), DEADLINE)
    with pytest.raises(errors.OnlyPendingCanBeCancelled):
        locked.cancel(actor(locked.taker), DEADLINE)
    with pytest.raises(errors.OfferHasExpired):
        locked.release_funds(actor(locked.seller), DEADLINE)
    assert locked.expire(DEADLINE)


@pytest.mark.abuse("D11")
@pytest.mark.parametrize("state", ["paid", "disputed"])
def test_the_deadline_means_nothing_once_the_offer_is_paid(state: str) -> None:
    locked = LockedOfferFactory(**{state: True})
    days_later = DEADLINE + timedelta(days=3)
    assert locked.offer.state_at(days_later) is OfferState(state)
    assert locked.release_funds(actor(locked.seller), days_later)
    with pytest.raises(errors.NotDueYet):
        locked.expire(days_later)


@pytest.mark.parametrize("action", ["paid", "cancel", "release", "return", "dispute", "resolve_for_buyer"])
def test_another_version_is_refused_after_the_role_and_before_the_state(action: str) -> None:
    people = {"release": "maker", "resolve_for_buyer": "staff"}
    locked, by, at = offer_in("completed", "sell", people.get(action, "taker"))
    with pytest.raises(errors.VersionMismatch) as refused:
        act(locked, action, by, at, version=2)
    assert refused.value.version == 3
    with pytest.raises(Refusal) as state_refused:
        act(locked, action, by, at, version=3)
    assert not isinstance(state_refused.value, errors.VersionMismatch)
    for versions in (frozenset({2, 4}), frozenset[int]()):
        with pytest.raises(errors.VersionMismatch):
            act(locked, action, by, at, version=versions)
    with pytest.raises(Refusal) as state_refused:
        act(locked, action, by, at, version=frozenset({1, 3}))
    assert not isinstance(state_refused.value, errors.VersionMismatch)
    with pytest.raises(errors.NotAuthorised):
        act(locked, action, actor(TraderFactory()), at, version=2)


def test_nothing_leads_out_of_an_end() -> None:
    ends = {OfferState.COMPLETED, OfferState.CANCELLED, OfferState.EXPIRED}
    assert {state for state in OfferState if not state.is_live} == ends
    assert not [state for state, _ in MOVES if state in ends]
    assert {state for state, _ in MOVES} == set(OfferState) - ends


def test_every_state_can_be_reached_and_every_action_does_something() -> None:
    reached = {OfferState.PENDING}
    for _ in OfferState:
        reached |= {move.to for (state, _), move in MOVES.items() if state in reached}
    assert reached == set(OfferState)
    assert {action for _, action in MOVES} == set(Action) == {action for action in Action if who_may_ever(action)}


@pytest.mark.abuse("D5")
@pytest.mark.parametrize(("state", "action"), list(product(OfferState, Action)))
def test_what_is_no_move_has_a_reason(state: OfferState, action: Action) -> None:
    if (state, action) in MOVES:
        assert move_for(state, action, MOVES[state, action].by, is_opener=True) is MOVES[state, action]
        return
    with pytest.raises(type(refusal_for(state, action))):
        move_for(state, action, who_may_ever(action))


GIVEN_UP = Move(
    by=frozenset({Role.BUYER}),
    to=OfferState.CANCELLED,
    event=EventKind.CANCELLED,
    settlement=SettlementKind.CANCELLED,
    effect="Gives up the {amount}.",
)
WITH_GIVING_UP = {**MOVES, (OfferState.PAID, Action.CANCEL): GIVEN_UP}
"""The lifecycle with one action whose roles differ by state: a taker cancels before the payment, a buyer after it."""


@pytest.mark.parametrize("ad_type", ["sell", "buy"])
@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize("action", list(Action))
@pytest.mark.parametrize("state", list(OfferState))
def test_who_may_act_is_what_the_row_of_the_state_says(
    state: OfferState, action: Action, person: str, ad_type: str
) -> None:
    locked, by, _ = offer_in("pending", ad_type, person)
    roles = locked.parties.roles_of(by)
    for moves in (MOVES, WITH_GIVING_UP):
        is_move = (state, action) in moves
        is_allowed = is_move and bool(moves[state, action].by & roles) and not moves[state, action].by_opener
        assert (action in allowed_actions(state, roles, moves)) is is_allowed
        if is_allowed:
            assert move_for(state, action, roles, moves) is moves[state, action]
            continue
        may_ever = any(move.by & roles for (_, moved), move in moves.items() if moved is action)
        is_of_the_state = may_ever and (state, action) not in moves
        expected = type(refusal_for(state, action)) if is_of_the_state else errors.NotAuthorised
        with pytest.raises(Refusal) as refused:
            move_for(state, action, roles, moves)
        assert type(refused.value) is expected


@pytest.mark.abuse("B2")
def test_a_row_gives_nobody_a_right_in_another_state() -> None:
    """By a row that lets buyers cancel paid offers, a buy ad's maker must not come to cancel a pending one."""
    pending = replace(LockedOfferFactory(buy=True), moves=WITH_GIVING_UP)
    paid = replace(LockedOfferFactory(buy=True, paid=True), moves=WITH_GIVING_UP)
    with pytest.raises(errors.NotAuthorised):
        pending.cancel(actor(pending.buyer), IN_TIME)
    with pytest.raises(errors.NotAuthorised):
        paid.cancel(actor(paid.taker), IN_TIME)
    assert pending.cancel(actor(pending.taker), IN_TIME)
    assert paid.cancel(actor(paid.buyer), IN_TIME)
    with pytest.raises(errors.OnlyPendingCanBeCancelled):
        replace(paid, moves=MOVES).cancel(actor(paid.taker), IN_TIME)


def test_a_row_is_all_that_the_model_needs_for_a_move() -> None:
    """The event, the settlement, the coins' way and the end of a dispute come from the row of the state."""
    returned = replace(GIVEN_UP, settlement=SettlementKind.AWARDED_TO_SELLER, event=EventKind.DISPUTE_RESOLVED)
    moves = {**MOVES, (OfferState.DISPUTED, Action.CANCEL): returned}
    locked = replace(LockedOfferFactory(buy=True, disputed=True), moves=moves)
    changes = locked.cancel(actor(locked.buyer), IN_TIME)
    happened = changes.fact(Event)
    assert changes.offer is not None and happened is not None
    settled = changes.fact(Settlement)
    assert settled is not None and changes.dispute is not None
    assert changes.offer.after.state is OfferState.CANCELLED
    assert happened.kind is EventKind.DISPUTE_RESOLVED
    assert settled.kind is SettlementKind.AWARDED_TO_SELLER
    assert changes.dispute.after.in_favour_of == "seller"
    (refund,) = changes.entries
    assert {posting.account.owner for posting in refund.postings} == {locked.seller.id}


def test_a_move_says_how_it_settles_the_offer_just_if_it_ends_it() -> None:
    with pytest.raises(ValueError, match="cannot have the settlement None"):
        replace(GIVEN_UP, settlement=None)
    with pytest.raises(ValueError, match="cannot have the settlement cancelled"):
        replace(GIVEN_UP, to=OfferState.DISPUTED)


def test_an_effect_leaves_open_only_what_is_filled_in() -> None:
    with pytest.raises(ValueError, match=r"nobody fills in \['price'\]"):
        replace(GIVEN_UP, effect="Costs {price} and {amount}.")
