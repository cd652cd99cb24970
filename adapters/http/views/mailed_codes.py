"""Codes by mail, and new passwords."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from domain import errors
from domain.model.texts import trimmed
from domain.ports.codes import Purpose
from domain.use_cases.mail_codes import send_code, use_code
from domain.use_cases.passwords import set_password, wrong_password
from domain.use_cases.register_trader import new_password_problem

from ..operation import Reply
from ..requests.request import DeskRequest


def send_verification(request: DeskRequest) -> Reply:
    """Mail the caller a code, in place of the one before. One goes out every 60 seconds, and five in an hour."""
    if request.caller.email_verified:
        raise errors.AlreadyVerified()
    _send(request, request.caller.id, Purpose.VERIFY)
    return Reply()


def verify(request: DeskRequest) -> Reply:
    """Give the code back that was mailed last. It is good for 15 minutes and for five tries, and once."""
    _use(request, request.caller.id, Purpose.VERIFY)
    request.unit.traders.set_email_verified(request.caller.id, request.now)
    return Reply()


def ask_for_reset(request: DeskRequest) -> Reply:
    """Have a code mailed with which a new password can be set. Whether the address is known is not told."""
    # As much time is spent on an address that nobody has, and far more than finding and mailing takes.
    request.services.passwords.verify(None, request.fields["email"])
    try:
        trader = request.unit.traders.by_email(trimmed(request.fields["email"]))
        _send(request, trader.id, Purpose.RESET)
    except (errors.TraderNotFound, errors.TooManyAttempts):
        pass
    return Reply()


def reset_password(request: DeskRequest) -> Reply:
    """Set a new password by the code that was mailed last. All logins end; one-time passwords stay as they are."""
    _refuse_easy(request, "password", request.fields["email"])
    # Hashed before the unit of work has begun, whether or not the code is right.
    password_hash = request.services.passwords.hash(request.fields["password"])
    try:
        trader = request.unit.traders.by_email(trimmed(request.fields["email"]))
    except errors.TraderNotFound:
        raise errors.WrongCode() from None
    _use(request, trader.id, Purpose.RESET)
    # Whose name it is made of is told to nobody without the code, which this does not use up.
    _refuse_easy(request, "password", trader.fullname)
    _set_password(request, trader.id, password_hash)
    return Reply()


def change_password(request: DeskRequest) -> Reply:
    """Set another password, by the one there is. All other logins end."""
    passwords, unit = request.services.passwords, request.unit
    _refuse_easy(request, "new_password", request.caller.email, request.caller.fullname)
    if not passwords.verify(unit.traders.password_hash(request.caller.id), request.fields["password"]):
        raise wrong_password()
    _set_password(request, request.caller.id, passwords.hash(request.fields["new_password"]), stay_in=request.login_id)
    return Reply()


def _refuse_easy(request: DeskRequest, field: str, *own: str) -> None:
    problem = new_password_problem(request.fields[field], own, request.services.passwords.is_common)
    if problem is not None:
        raise errors.InvalidFields((replace(problem, field=field),))


def _send(request: DeskRequest, trader_id: UUID, purpose: Purpose) -> None:
    unit = request.unit
    identifiers = request.services.identifiers
    send_code(trader_id, purpose, codes=unit.codes, book=unit.book, identifiers=identifiers, at=request.now)


def _use(request: DeskRequest, trader_id: UUID, purpose: Purpose) -> None:
    """Use a code up. A wrong one counts, though the answer is no."""
    if not use_code(trader_id, purpose, request.fields["code"], codes=request.unit.codes, at=request.now):
        request.commits_failure = True
        raise errors.WrongCode()


def _set_password(request: DeskRequest, trader_id: UUID, password_hash: str, stay_in: UUID | None = None) -> None:
    unit = request.unit
    set_password(
        trader_id,
        password_hash,
        traders=unit.traders,
        logins=unit.logins,
        book=unit.book,
        identifiers=request.services.identifiers,
        at=request.now,
        stay_in=stay_in,
    )
