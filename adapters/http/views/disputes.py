"""What staff do with disputes."""

from __future__ import annotations

from typing import Any

import domain
from domain.model.parties import Actor
from domain.ports.readers import Page

from ..operation import Reply
from ..replies.presentation import listed
from ..requests.request import DeskRequest

PROPOSED = "A second member of staff must approve this"


def queue(request: DeskRequest) -> Reply:
    """The offers in dispute, the oldest dispute first: all, or those that the caller looks at, or of a kind."""
    parameters = request.parameters
    handled_by = request.caller.id if parameters.get("mine") else None
    page = request.unit.readers.disputes(
        parameters.get("cursor"), parameters["limit"], handled_by=handled_by, kind=parameters.get("kind")
    )
    return Reply(Page([listed(view, request.now) for view in page.items], page.next))


def take(request: DeskRequest) -> Reply:
    """Look at a dispute from now on, which the parties see. It may be another's until then."""
    domain.take_dispute(*_on(request), **_ports(request))
    return Reply()


def resolve(request: DeskRequest) -> Reply:
    """Give a disputed offer's escrow to one of its parties, or a part to each, for good. Both are told.

    Above the amounts that the desk is set to, it is a proposal that somebody else of the staff has to approve.
    """
    ruling = request.fields["in_favour_of"], request.fields["note"], request.fields.get("buyer_amount")
    ports = _ports(request) | {"second_approval": request.services.second_approval}
    offer_id, by, _ = _on(request)
    is_done = domain.resolve_dispute(offer_id, by, *ruling, **ports)
    return Reply(message=None if is_done else PROPOSED)


def approve(request: DeskRequest) -> Reply:
    """Carry out what somebody else of the staff has proposed. Both parties are told."""
    domain.approve_proposal(*_on(request), **_ports(request))
    return Reply()


def reject(request: DeskRequest) -> Reply:
    """Drop what is proposed. The dispute goes on."""
    domain.reject_proposal(*_on(request), **_ports(request))
    return Reply()


def _on(request: DeskRequest) -> tuple[int, Actor, str]:
    """The offer, who acts, and their note."""
    return request.path_id("offer_id"), Actor.of(request.caller), request.fields["note"]


def _ports(request: DeskRequest) -> dict[str, Any]:
    unit = request.unit
    return {"book": unit.book, "people": unit.people, "expected_version": request.condition.versions}
