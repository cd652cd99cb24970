"""What people know of each other."""

from __future__ import annotations

from uuid import UUID

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


def _trader_id(request: DeskRequest) -> UUID:
    return UUID(request.matchdict["trader_id"])
