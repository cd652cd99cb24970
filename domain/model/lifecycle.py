"""The life of an offer: one table that says who may do what in which state, and what comes of it.

The table drives the model, what a caller is told they may do, the drawing in ``docs/lifecycle`` and the test over
every state, action, role and type of ad. Nothing else in the desk decides on a move.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from string import Formatter

from .. import errors
from .ledger import SettlementKind


class AdType(StrEnum):
    """What the ad's maker wants to do: sell crypto or buy it."""

    SELL = "sell"
    BUY = "buy"


class OfferState(StrEnum):
    """Where an offer stands."""

    PENDING = "pending"
    PAID = "paid"
    DISPUTED = "disputed"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"

    @property
    def is_live(self) -> bool:
        """Whether the offer's crypto is still in escrow."""
        return self in LIVE_STATES


LIVE_STATES = frozenset({OfferState.PENDING, OfferState.PAID, OfferState.DISPUTED})


class Action(StrEnum):
    """What can be done to an offer.

    A verb has one name everywhere in the code: ``indicate_payment``, ``cancel``, ``release_funds``, ``return_offer``,
    ``open_dispute``, ``withdraw_dispute``, ``resolve_for_…``, ``escalate``, ``call_off``, ``expire``; what has happened
    then is its participle (``EventKind``). The customer's document has other words, fixed for its clients and for what
    is stored. They end here, in the values of this enumeration and of ``EventKind``, ``OfferState`` and ``NoticeKind``:
    the paths are ``paid``, ``release`` and ``dispute``, the states ``paid`` and ``disputed``, the frames
    ``payment_indication``, ``offer_cancel`` and ``offer_disputed``.
    """

    INDICATE_PAYMENT = "paid"
    CANCEL = "cancel"
    RELEASE_FUNDS = "release"
    RETURN_OFFER = "return"
    OPEN_DISPUTE = "dispute"
    WITHDRAW_DISPUTE = "withdraw"
    RESOLVE_FOR_BUYER = "resolve_for_buyer"
    RESOLVE_FOR_SELLER = "resolve_for_seller"
    RESOLVE_FOR_BOTH = "resolve_for_both"
    ESCALATE = "escalate"
    CALL_OFF = "call_off"
    EXPIRE = "expire"


class Role(StrEnum):
    """What somebody is to one offer. A party has two: maker or taker, and buyer or seller."""

    MAKER = "maker"
    TAKER = "taker"
    BUYER = "buyer"
    SELLER = "seller"
    STAFF = "staff"
    DESK = "desk"


class EventKind(StrEnum):
    """What happens to an offer: its making, and what has happened when a move was made."""

    MADE = "made"
    PAYMENT_INDICATED = "paid"
    CANCELLED = "cancelled"
    CALLED_OFF = "called_off"
    FUNDS_RELEASED = "released"
    RETURNED = "returned"
    EXPIRED = "expired"
    DISPUTE_OPENED = "disputed"
    DISPUTE_RESOLVED = "resolved"
    DISPUTE_WITHDRAWN = "withdrawn"


EFFECT_PARTS = frozenset({"amount", "back", "deadline", "fee", "first", "risk", "without_account"})
"""What the words of an effect may leave open, for whoever shows them to fill in from the offer, its ad and the reader.

``amount`` is the crypto with its currency, ``back`` where it returns to, ``deadline`` the end of the time to pay. The
others are whole sentences behind a space, or nothing: ``fee`` what the desk takes of what reaches the buyer, ``first``
what to do before paying, ``risk`` that nobody said that the money was sent, ``without_account`` that nobody said where
to pay.
"""


@dataclass(frozen=True, slots=True)
class Move:
    """All there is to say of a move: who may make it, where it leads, and what comes of it.

    ``before_deadline`` moves end with the time to pay, and ``by_opener`` ones are for whoever of ``by`` opened the
    dispute. ``settlement`` is how the move settles the offer's coins; None
    while they stay in escrow. ``effect`` tells whoever may make the move what comes of it; it may leave open
    ``EFFECT_PARTS``. ``at_fault`` is against whom the end of an offer counts, nobody where it was completed as agreed.
    Raises ``ValueError`` where a move that ends an offer settles nothing or another settles
    something, and where the effect leaves open what nobody fills in.
    """

    by: frozenset[Role]
    to: OfferState
    event: EventKind
    effect: str
    settlement: SettlementKind | None = None
    before_deadline: bool = False
    at_fault: Role | None = None
    by_opener: bool = False

    def __post_init__(self) -> None:
        if self.to.is_live is not (self.settlement is None):
            raise ValueError(f"a move to {self.to.value} cannot have the settlement {self.settlement}")
        unknown = {name for _, name, _, _ in Formatter().parse(self.effect) if name is not None} - EFFECT_PARTS
        if unknown:
            raise ValueError(f"nobody fills in {sorted(unknown)} of the effect of a move to {self.to.value}")


Moves = Mapping[tuple[OfferState, Action], Move]


def _by(*roles: Role) -> frozenset[Role]:
    return frozenset(roles)


_RELEASE = "Gives the {amount} to the buyer, for good.{fee}{risk}"
_RETURN = "Gives up the offer, for good; the {amount} return to {back}. Do it only if you are owed nothing for it."
_RESOLUTION = "Gives the {amount} to the buyer, or back to {back}, or some to each, as in_favour_of says.{fee}"
"""Staff are shown all resolutions as one call with three choices, so their rows have the same words."""

MOVES: Moves = {
    (OfferState.PENDING, Action.INDICATE_PAYMENT): Move(
        by=_by(Role.BUYER),
        to=OfferState.PAID,
        before_deadline=True,
        event=EventKind.PAYMENT_INDICATED,
        effect="Tells the seller that you pay; from then on the offer can neither be cancelled nor expire.{first}",
    ),
    (OfferState.PENDING, Action.CANCEL): Move(
        by=_by(Role.TAKER),
        to=OfferState.CANCELLED,
        before_deadline=True,
        event=EventKind.CANCELLED,
        settlement=SettlementKind.CANCELLED,
        at_fault=Role.TAKER,
        effect="Ends the offer; the {amount} return to {back}.",
    ),
    (OfferState.PENDING, Action.CALL_OFF): Move(
        by=_by(Role.DESK),
        to=OfferState.CANCELLED,
        before_deadline=True,
        event=EventKind.CALLED_OFF,
        settlement=SettlementKind.CANCELLED,
        effect="Ends the offer of somebody who is shut out; the {amount} return to {back}.",
    ),
    (OfferState.PENDING, Action.RELEASE_FUNDS): Move(
        by=_by(Role.SELLER),
        to=OfferState.COMPLETED,
        before_deadline=True,
        event=EventKind.FUNDS_RELEASED,
        settlement=SettlementKind.RELEASED,
        effect=_RELEASE + "{without_account}",
    ),
    (OfferState.PENDING, Action.EXPIRE): Move(
        by=_by(Role.DESK),
        to=OfferState.EXPIRED,
        event=EventKind.EXPIRED,
        settlement=SettlementKind.EXPIRED,
        at_fault=Role.BUYER,
        effect="Unless it is marked as paid before {deadline}, the offer expires and its crypto returns to {back}."
        "{without_account}",
    ),
    (OfferState.PAID, Action.RELEASE_FUNDS): Move(
        by=_by(Role.SELLER),
        to=OfferState.COMPLETED,
        event=EventKind.FUNDS_RELEASED,
        settlement=SettlementKind.RELEASED,
        effect=_RELEASE + "{without_account}",
    ),
    (OfferState.PAID, Action.RETURN_OFFER): Move(
        by=_by(Role.BUYER),
        to=OfferState.CANCELLED,
        event=EventKind.RETURNED,
        settlement=SettlementKind.CANCELLED,
        at_fault=Role.BUYER,
        effect=_RETURN,
    ),
    (OfferState.PAID, Action.OPEN_DISPUTE): Move(
        by=_by(Role.BUYER, Role.SELLER),
        to=OfferState.DISPUTED,
        event=EventKind.DISPUTE_OPENED,
        effect="Asks staff to decide who gets the escrow; needs a reason.",
    ),
    (OfferState.PAID, Action.ESCALATE): Move(
        by=_by(Role.DESK),
        to=OfferState.DISPUTED,
        event=EventKind.DISPUTE_OPENED,
        effect="Asks staff to look at an offer whose seller has not answered for too long.",
    ),
    (OfferState.DISPUTED, Action.RELEASE_FUNDS): Move(
        by=_by(Role.SELLER),
        to=OfferState.COMPLETED,
        event=EventKind.FUNDS_RELEASED,
        settlement=SettlementKind.RELEASED,
        effect=_RELEASE + " It ends the dispute.{without_account}",
    ),
    (OfferState.DISPUTED, Action.RETURN_OFFER): Move(
        by=_by(Role.BUYER),
        to=OfferState.CANCELLED,
        event=EventKind.RETURNED,
        settlement=SettlementKind.CANCELLED,
        at_fault=Role.BUYER,
        effect=_RETURN + " It ends the dispute.",
    ),
    (OfferState.DISPUTED, Action.WITHDRAW_DISPUTE): Move(
        by=_by(Role.BUYER, Role.SELLER),
        to=OfferState.PAID,
        event=EventKind.DISPUTE_WITHDRAWN,
        by_opener=True,
        effect="Ends the dispute; the offer is paid, as it was before.",
    ),
    (OfferState.DISPUTED, Action.RESOLVE_FOR_BUYER): Move(
        by=_by(Role.STAFF),
        to=OfferState.COMPLETED,
        event=EventKind.DISPUTE_RESOLVED,
        settlement=SettlementKind.AWARDED_TO_BUYER,
        at_fault=Role.SELLER,
        effect=_RESOLUTION,
    ),
    (OfferState.DISPUTED, Action.RESOLVE_FOR_SELLER): Move(
        by=_by(Role.STAFF),
        to=OfferState.CANCELLED,
        event=EventKind.DISPUTE_RESOLVED,
        settlement=SettlementKind.AWARDED_TO_SELLER,
        at_fault=Role.BUYER,
        effect=_RESOLUTION,
    ),
    (OfferState.DISPUTED, Action.RESOLVE_FOR_BOTH): Move(
        by=_by(Role.STAFF),
        to=OfferState.COMPLETED,
        event=EventKind.DISPUTE_RESOLVED,
        settlement=SettlementKind.SPLIT,
        effect=_RESOLUTION,
    ),
}

RESOLUTIONS: Mapping[str, Action] = {
    "buyer": Action.RESOLVE_FOR_BUYER,
    "seller": Action.RESOLVE_FOR_SELLER,
    "split": Action.RESOLVE_FOR_BOTH,
}
"""How a dispute can be resolved: in whose favour, and the action that this is."""


def who_may_ever(action: Action, moves: Moves = MOVES) -> frozenset[Role]:
    """Who may do an action in some state; nobody where the table has no move for it."""
    return frozenset[Role]().union(*(move.by for (_, moved), move in moves.items() if moved is action))


def authorise(action: Action, roles: frozenset[Role], moves: Moves = MOVES) -> None:
    """Raise ``NotAuthorised`` unless one of the roles may ever do the action.

    It is asked before the state is looked at, so that a stranger learns nothing of it. Whether the action may be done
    now is another question, which ``move_for`` answers.
    """
    if not who_may_ever(action, moves) & roles:
        raise errors.NotAuthorised(action.value)


def move_for(
    state: OfferState, action: Action, roles: frozenset[Role], moves: Moves = MOVES, *, is_opener: bool = False
) -> Move:
    """The move that the action is in this state for somebody with these roles.

    ``state`` is the state at the moment of the action (a pending offer past its deadline is expired). Raises, in this
    order: ``NotAuthorised`` for roles that may never do the action; the refusal that belongs to the state;
    ``NotAuthorised`` where others may do it in this state.
    """
    authorise(action, roles, moves)
    move = moves.get((state, action))
    if move is None:
        raise refusal_for(state, action)
    if not move.by & roles or (move.by_opener and not is_opener):
        raise errors.NotAuthorised(action.value)
    return move


def allowed_actions(
    state: OfferState, roles: frozenset[Role], moves: Moves = MOVES, *, is_opener: bool = False
) -> tuple[Action, ...]:
    """What somebody with these roles may do now, in the table's order. The opener is that of the open dispute."""
    return tuple(
        action
        for (at, action), move in moves.items()
        if at is state and move.by & roles and (is_opener or not move.by_opener)
    )


@dataclass(frozen=True, slots=True)
class _Reasons:
    """Why an action is refused where it is no move: what each state says of itself, or else one reason."""

    otherwise: Callable[[], errors.Refusal]
    of_state: Mapping[OfferState, Callable[[], errors.Refusal]] = field(default_factory=dict)


_REASONS: Mapping[Action, _Reasons] = {
    Action.INDICATE_PAYMENT: _Reasons(
        errors.AlreadyMarkedPaid,
        {
            OfferState.COMPLETED: errors.AlreadyReleased,
            OfferState.CANCELLED: partial(errors.AlreadyCancelled, Action.INDICATE_PAYMENT.value),
            OfferState.EXPIRED: errors.PaymentWindowPassed,
        },
    ),
    Action.CANCEL: _Reasons(
        errors.OnlyPendingCanBeCancelled,
        {OfferState.CANCELLED: partial(errors.AlreadyCancelled, Action.CANCEL.value)},
    ),
    Action.RELEASE_FUNDS: _Reasons(
        errors.AlreadyReleased,
        {
            OfferState.CANCELLED: partial(errors.AlreadyCancelled, Action.RELEASE_FUNDS.value),
            OfferState.EXPIRED: errors.OfferHasExpired,
        },
    ),
    Action.RETURN_OFFER: _Reasons(
        errors.OnlyPaidCanBeReturned,
        {
            OfferState.COMPLETED: errors.AlreadyReleased,
            OfferState.CANCELLED: partial(errors.AlreadyCancelled, Action.RETURN_OFFER.value),
        },
    ),
    Action.OPEN_DISPUTE: _Reasons(errors.OnlyPaidCanBeDisputed, {OfferState.DISPUTED: errors.AlreadyDisputed}),
    Action.WITHDRAW_DISPUTE: _Reasons(partial(errors.NotDisputed, Action.WITHDRAW_DISPUTE.value)),
    Action.RESOLVE_FOR_BUYER: _Reasons(errors.NotDisputed),
    Action.RESOLVE_FOR_SELLER: _Reasons(errors.NotDisputed),
    Action.RESOLVE_FOR_BOTH: _Reasons(errors.NotDisputed),
    Action.ESCALATE: _Reasons(errors.NotDueYet),
    Action.CALL_OFF: _Reasons(errors.NotDueYet),
    Action.EXPIRE: _Reasons(errors.NotDueYet),
}


def refusal_for(state: OfferState, action: Action) -> errors.Refusal:
    """Why an action that is no move in this state is refused, said of the state that the offer is in."""
    reasons = _REASONS[action]
    return reasons.of_state.get(state, reasons.otherwise)()
