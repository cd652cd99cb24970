"""What staff do."""

from __future__ import annotations

from uuid import UUID

from domain.model.parties import Actor
from domain.use_cases.bar_trader import set_restricted, set_suspended

from ..operation import Reply
from ..requests.request import DeskRequest


def restrict(request: DeskRequest) -> Reply:
    """Bar a trader from new ads and offers in one currency. What is under way may finish."""
    fields = request.fields
    _set_restricted(request, fields["trader"], fields["crypto_currency"], True, fields["note"])
    return Reply()


def unrestrict(request: DeskRequest) -> Reply:
    """Let a trader trade in one currency again."""
    trader_id, code = UUID(request.matchdict["trader_id"]), request.matchdict["crypto_currency"].lower()
    _set_restricted(request, trader_id, code, False, _note_of_lifting(request))
    return Reply()


def suspend(request: DeskRequest) -> Reply:
    """Shut a trader out of everything until they are let in again. The note goes into the audit trail.

    With `end_trades`, their ads are closed, their pending offers called off and their paid ones disputed, each by
    itself and within two seconds; all parties are told.
    """
    _set_suspended(request, True, request.fields["note"], end_trades=request.fields["end_trades"])
    return Reply()


def reinstate(request: DeskRequest) -> Reply:
    """Let a suspended trader in again."""
    _set_suspended(request, False, _note_of_lifting(request))
    return Reply()


def audit(request: DeskRequest) -> Reply:
    """What staff and the operator did, the newest first."""
    parameters = request.parameters
    return Reply(request.unit.readers.staff_acts(parameters.get("cursor"), parameters["limit"]))


def _set_restricted(request: DeskRequest, trader_id: UUID, code: str, restricted: bool, note: str) -> None:
    services = request.services
    set_restricted(
        trader_id,
        code,
        restricted,
        Actor.of(request.caller),
        note,
        book=request.unit.book,
        traders=request.unit.traders,
        at=request.now,
        catalogue=services.catalogue,
    )


def _set_suspended(request: DeskRequest, suspended: bool, note: str, *, end_trades: bool = False) -> None:
    set_suspended(
        UUID(request.matchdict["trader_id"]),
        suspended,
        Actor.of(request.caller),
        note,
        traders=request.unit.traders,
        at=request.now,
        end_trades=end_trades,
    )


def _note_of_lifting(request: DeskRequest) -> str:
    """The note of a DELETE, in its body or else in its query; that there is one is for the domain to ask."""
    note: str = request.fields.get("note") or request.parameters.get("note", "")
    return note
