"""What staff do."""

from __future__ import annotations

from uuid import UUID

from domain.errors import FieldProblem, InvalidFields, Problem
from domain.model.changes import StaffAct
from domain.model.escrow import Actor
from domain.ports.readers import Page
from domain.use_cases.resolve_dispute import resolve_dispute

from ..operation import Reply
from ..presentation import listed
from ..request import DeskRequest


def restrict(request: DeskRequest) -> Reply:
    """Bar a trader from new ads and offers in one currency."""
    fields = request.fields
    trader_id, code = fields["trader"], fields["crypto_currency"]
    if code not in request.services.catalogue.crypto:
        raise InvalidFields((FieldProblem("crypto_currency", Problem.UNKNOWN_CHOICE),))
    act = _act(request, "trader.restrict", f"trader:{trader_id}:{code}", fields["reason"])
    request.unit.traders.set_restricted(trader_id, code, True, act)
    return Reply()


def unrestrict(request: DeskRequest) -> Reply:
    """Let a trader trade in one currency again."""
    trader_id, code = UUID(request.matchdict["trader_id"]), request.matchdict["crypto_currency"].lower()
    act = _act(request, "trader.unrestrict", f"trader:{trader_id}:{code}")
    request.unit.traders.set_restricted(trader_id, code, False, act)
    return Reply()


def suspend(request: DeskRequest) -> Reply:
    """Shut a trader out."""
    trader_id = UUID(request.matchdict["trader_id"])
    act = _act(request, "trader.suspend", f"trader:{trader_id}", request.fields["reason"])
    request.unit.traders.set_suspended(trader_id, True, act)
    return Reply()


def reinstate(request: DeskRequest) -> Reply:
    """Let a suspended trader in again."""
    trader_id = UUID(request.matchdict["trader_id"])
    request.unit.traders.set_suspended(trader_id, False, _act(request, "trader.unsuspend", f"trader:{trader_id}"))
    return Reply()


def disputes(request: DeskRequest) -> Reply:
    """The offers in dispute, the oldest dispute first."""
    parameters = request.parameters
    page = request.unit.readers.disputes(parameters.get("cursor"), parameters["limit"])
    return Reply(Page([listed(view, request.now) for view in page.items], page.next))


def resolve(request: DeskRequest) -> Reply:
    """Give a disputed offer's escrow to one of its parties."""
    fields = request.fields
    resolve_dispute(
        request.path_id("offer_id"),
        Actor.of(request.caller),
        fields["in_favour_of"],
        fields["note"],
        book=request.unit.book,
        clock=request.services.clock,
        expected_version=request.expected_version,
    )
    return Reply()


def _act(request: DeskRequest, act: str, subject: str, note: str = "") -> StaffAct:
    """The line that this leaves in the audit trail."""
    return StaffAct(request.caller.id, request.now, act, subject, note)
