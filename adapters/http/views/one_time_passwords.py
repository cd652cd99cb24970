"""One-time passwords."""

from __future__ import annotations

from typing import Any

from domain.use_cases.one_time_passwords import begin_totp, confirm_totp, disable_totp

from ..operation import Reply
from ..replies.qr_codes import qr_code
from ..requests.guessing import check_password, note_right, require_login
from ..requests.one_time import given_otp, otp_as_field
from ..requests.request import DeskRequest


def begin(request: DeskRequest) -> Reply:
    """Get a secret for an authenticator, in place of one that was not confirmed. It counts once it is."""
    services = request.services
    secret = begin_totp(
        request.caller,
        factors=request.unit.second_factors,
        authenticator=services.authenticator,
        identifiers=services.identifiers,
        at=request.now,
    )
    uri = services.authenticator.uri(secret, request.caller.email)
    return Reply({"secret": secret, "uri": uri, "qr": qr_code(uri)})


def confirm(request: DeskRequest) -> Reply:
    """Turn one-time passwords on by the first of them, which is used up. This answer alone has the recovery codes."""
    ports: dict[str, Any] = {"book": request.unit.book, "identifiers": request.services.identifiers, "at": request.now}
    with otp_as_field(request):
        codes = confirm_totp(request.caller, given_otp(request), **ports)
    return Reply({"recovery_codes": codes})


def disable(request: DeskRequest) -> Reply:
    """Turn one-time passwords off, by the password and one of them or a recovery code."""
    services = request.services
    attempt = check_password(request, request.fields["password"])
    note_right(request, attempt)
    require_login(request)
    ports: dict[str, Any] = {"book": request.unit.book, "identifiers": services.identifiers, "at": request.now}
    with otp_as_field(request):
        disable_totp(request.caller, given_otp(request), **ports)
    return Reply()


def state(request: DeskRequest) -> Reply:
    """Whether one-time passwords are on."""
    return Reply({"is_on": request.caller.has_totp})
