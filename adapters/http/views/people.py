"""What people know of each other."""

from __future__ import annotations

from uuid import UUID

from domain.model.parties import Actor
from domain.use_cases.block_trader import block_trader, unblock_trader

from ..operation import Reply
from ..requests.request import DeskRequest


def trader(request: DeskRequest) -> Reply:
    """A trader as others see them: the public profile, and what their past offers say of them."""
    return Reply(request.unit.people.public_record(_trader_id(request)))


def feedback(request: DeskRequest) -> Reply:
    """What the other parties of a trader's completed offers said of them, the newest first."""
    parameters = request.parameters
    about = _trader_id(request), parameters.get("cursor"), parameters["limit"]
    return Reply(request.unit.people.feedback_about(*about))


def blocked(request: DeskRequest) -> Reply:
    """Whom the caller has blocked, the last one first."""
    parameters = request.parameters
    return Reply(request.unit.people.blocked_by(request.caller.id, parameters.get("cursor"), parameters["limit"]))


def block(request: DeskRequest) -> Reply:
    """Keep a trader away: neither sees the other's ads on the board or makes an offer on them. Nobody is told."""
    block_trader(Actor.of(request.caller), _trader_id(request), people=request.unit.people, at=request.now)
    return Reply()


def unblock(request: DeskRequest) -> Reply:
    """Take one's own block back."""
    unblock_trader(Actor.of(request.caller), _trader_id(request), people=request.unit.people)
    return Reply()


def _trader_id(request: DeskRequest) -> UUID:
    return UUID(request.matchdict["trader_id"])
