"""The life of an offer: one table that says who may do what in which state, and what comes of it.

The table drives the model, what a caller is told they may do, the drawing in ``docs/lifecycle`` and the test over
every state, action, role and type of ad. Nothing else in the desk decides on a move.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from .. import errors


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
    """What can be done to an offer. The first four are the words of the paths a client calls."""

    PAID = "paid"
    CANCEL = "cancel"
    RELEASE = "release"
    DISPUTE = "dispute"
    RESOLVE_FOR_BUYER = "resolve_for_buyer"
    RESOLVE_FOR_SELLER = "resolve_for_seller"
    EXPIRE = "expire"


class Role(StrEnum):
    """What somebody is to one offer. A party has two: maker or taker, and buyer or seller."""

    MAKER = "maker"
    TAKER = "taker"
    BUYER = "buyer"
    SELLER = "seller"
    STAFF = "staff"
    DESK = "desk"


@dataclass(frozen=True, slots=True)
class Move:
    """Who may make a move and where it leads. ``before_deadline`` moves end with the time to pay."""

    by: frozenset[Role]
    to: OfferState
    before_deadline: bool = False


def _by(*roles: Role) -> frozenset[Role]:
    return frozenset(roles)


MOVES: Mapping[tuple[OfferState, Action], Move] = {
    (OfferState.PENDING, Action.PAID): Move(_by(Role.BUYER), OfferState.PAID, before_deadline=True),
    (OfferState.PENDING, Action.CANCEL): Move(_by(Role.TAKER), OfferState.CANCELLED, before_deadline=True),
    (OfferState.PENDING, Action.RELEASE): Move(_by(Role.SELLER), OfferState.COMPLETED, before_deadline=True),
    (OfferState.PENDING, Action.EXPIRE): Move(_by(Role.DESK), OfferState.EXPIRED),
    (OfferState.PAID, Action.RELEASE): Move(_by(Role.SELLER), OfferState.COMPLETED),
    (OfferState.PAID, Action.DISPUTE): Move(_by(Role.BUYER, Role.SELLER), OfferState.DISPUTED),
    (OfferState.DISPUTED, Action.RELEASE): Move(_by(Role.SELLER), OfferState.COMPLETED),
    (OfferState.DISPUTED, Action.RESOLVE_FOR_BUYER): Move(_by(Role.STAFF), OfferState.COMPLETED),
    (OfferState.DISPUTED, Action.RESOLVE_FOR_SELLER): Move(_by(Role.STAFF), OfferState.CANCELLED),
}

AUTHORISED: Mapping[Action, frozenset[Role]] = {
    action: frozenset().union(*(move.by for (_, moved), move in MOVES.items() if moved is action)) for action in Action
}
"""Who may ever do an action: checked before the state is looked at, so that a stranger learns nothing of it."""


def roles_of(ad_type: AdType, *, is_maker: bool, is_taker: bool) -> frozenset[Role]:
    """What a party is to an offer, from the ad's type; nobody else has a role."""
    if is_maker:
        return _by(Role.MAKER, Role.SELLER if ad_type is AdType.SELL else Role.BUYER)
    if is_taker:
        return _by(Role.TAKER, Role.BUYER if ad_type is AdType.SELL else Role.SELLER)
    return frozenset()


def move_for(state: OfferState, action: Action, roles: frozenset[Role]) -> Move:
    """The move that the action is in this state for somebody with these roles.

    ``state`` is the state at the moment of the action (a pending offer past its deadline is expired). Raises
    ``NotAuthorised`` first, then the refusal that belongs to the state.
    """
    authorise(action, roles)
    move = MOVES.get((state, action))
    if move is None:
        raise refusal_for(state, action)
    return move


def authorise(action: Action, roles: frozenset[Role]) -> None:
    """Raise ``NotAuthorised`` unless one of the roles may ever do the action."""
    if not AUTHORISED[action] & roles:
        raise errors.NotAuthorised(action.value)


def allowed_actions(state: OfferState, roles: frozenset[Role]) -> tuple[Action, ...]:
    """What somebody with these roles may do now, in the table's order."""
    return tuple(action for (at, action), move in MOVES.items() if at is state and move.by & roles)


def refusal_for(state: OfferState, action: Action) -> errors.Refusal:
    """Why an action that is no move in this state is refused, said of the state that the offer is in."""
    if action is Action.EXPIRE:
        return errors.NotDueYet()
    if action in (Action.RESOLVE_FOR_BUYER, Action.RESOLVE_FOR_SELLER):
        return errors.NotDisputed()
    if action is Action.DISPUTE:
        return errors.AlreadyDisputed() if state is OfferState.DISPUTED else errors.OnlyPaidCanBeDisputed()
    if state is OfferState.CANCELLED:
        return errors.AlreadyCancelled(action.value)
    if action is Action.CANCEL:
        return errors.OnlyPendingCanBeCancelled()
    if state is OfferState.COMPLETED:
        return errors.AlreadyReleased()
    if state is OfferState.EXPIRED:
        return errors.PaymentWindowPassed() if action is Action.PAID else errors.OfferHasExpired()
    return errors.AlreadyMarkedPaid()
