"""One's own data: to have it, and to have it erased."""

from __future__ import annotations

from typing import Any

from domain.use_cases.delete_account import delete_account
from domain.use_cases.export_data import export_data

from ..operation import Reply
from ..requests.guessing import check_password, note_right, require_login
from ..requests.one_time import given_otp, otp_as_field
from ..requests.request import DeskRequest


def export(request: DeskRequest) -> Reply:
    """All that is kept about the caller. Left out are secrets, such as digests of keys and what passwords became."""
    return Reply(export_data(request.caller.id, request.unit, request.now))


def delete(request: DeskRequest) -> Reply:
    """Leave for good. Nothing may be held or under way; the name, the address and all that is of a person are erased.

    What moved stays in the books under the id. The address can register anew.
    """
    attempt = check_password(request, request.fields["password"])
    note_right(request, attempt)
    require_login(request)
    with otp_as_field(request):
        given_otp(request).check(request.caller, request.now)
    unit = request.unit
    ports: dict[str, Any] = {"own_data": unit.own_data, "traders": unit.traders, "attempts": unit.attempts}
    delete_account(request.caller.id, **ports, at=request.now)
    return Reply()
