"""Codes by mail, and new passwords."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from uuid import UUID

from domain import errors
from domain.model.texts import trimmed
from domain.model.trader import Trader
from domain.ports.codes import Purpose
from domain.ports.store import Unit
from domain.use_cases.guess_secret import Attempt, Secret, was_right
from domain.use_cases.mail_codes import use_code
from domain.use_cases.passwords import set_password
from domain.use_cases.register_trader import new_password_problem

from ..operation import Reply
from ..requests.guessing import check_password, hold_login, let_guess, note_wrong
from ..requests.mailing import mail_code
from ..requests.request import DeskRequest


def send_verification(request: DeskRequest) -> Reply:
    """Mail the caller a code, in place of the one before. One goes out every 60 seconds, and five in an hour
    with those for a new password.
    """
    if request.caller.email_verified:
        raise errors.AlreadyVerified()
    mail_code(request, request.caller, Purpose.VERIFY)
    return Reply()


def verify(request: DeskRequest) -> Reply:
    """Give the code back that was mailed last. It is good for 15 minutes and for five tries, and once."""
    caller, attempts = request.caller, request.unit.attempts
    attempt = let_guess(request, Secret.VERIFY_CODE, caller.email, caller, request.unit)
    _use(request, Secret.VERIFY_CODE, caller, Purpose.VERIFY)
    was_right(attempt, attempts=attempts)
    request.unit.traders.set_email_verified(request.caller.id, request.now)
    return Reply()


def ask_for_reset(request: DeskRequest) -> Reply:
    """Have a code mailed with which a new password can be set. Whether the address is known is not told."""
    # As much time is spent on an address that nobody has, and far more than finding and mailing takes.
    request.services.passwords.verify(None, request.fields["email"])
    try:
        trader = request.unit.traders.by_email(trimmed(request.fields["email"]))
        mail_code(request, trader, Purpose.RESET)
    except (errors.TraderNotFound, errors.TooManyAttempts):
        pass
    return Reply()


def reset_password(request: DeskRequest) -> Reply:
    """Set a new password by the code that was mailed last. All logins end; one-time passwords stay as they are."""
    _refuse_easy(request, "password", request.fields["email"])
    trader, attempt = _whose(request, trimmed(request.fields["email"]))
    # Hashed between two units of work, whether or not the code is right.
    password_hash = request.services.passwords.hash(request.fields["password"])
    if trader is None:
        note_wrong(request, Secret.RESET_CODE, trader)
        raise errors.WrongCode()
    # Whose name it is made of is told to nobody without the code, which this does not use up.
    easy = _easy(request, "password", trader.email, trader.fullname)
    _use(request, Secret.RESET_CODE, trader, Purpose.RESET, uses_up=easy is None)
    was_right(attempt, attempts=request.unit.attempts)
    if easy is not None:
        # The code was right all the same, and whoever gave it has guessed nothing.
        request.commits_failure = True
        raise easy
    _set_password(request, trader.id, password_hash)
    return Reply()


def change_password(request: DeskRequest) -> Reply:
    """Set another password, by the one there is. All other logins end."""
    _refuse_easy(request, "new_password", request.caller.email, request.caller.fullname)
    # Both are hashed between two units of work; that the login still stands is looked at once more behind them.
    attempt = check_password(request, request.fields["password"])
    password_hash = request.services.passwords.hash(request.fields["new_password"])
    hold_login(request)
    was_right(attempt, attempts=request.unit.attempts)
    _set_password(request, request.caller.id, password_hash, stay_in=request.login_id)
    return Reply()


def _whose(request: DeskRequest, email: str) -> tuple[Trader | None, Attempt]:
    """Who has an address, in a unit of work of its own, in which the try is counted. Raises ``TooManyAttempts``."""

    def look(unit: Unit) -> tuple[Trader | None, Attempt]:
        trader = None
        with suppress(errors.TraderNotFound):
            trader = unit.traders.by_email(email)
        return trader, let_guess(request, Secret.RESET_CODE, email, trader, unit)

    return request.services.store.run(look, writes=True)


def _easy(request: DeskRequest, field: str, *own: str) -> errors.InvalidFields | None:
    """The refusal of a new password, given what is known of whoever is to have it; None where it is taken."""
    problem = new_password_problem(request.fields[field], own, request.services.passwords.is_common)
    return None if problem is None else errors.InvalidFields((replace(problem, field=field),))


def _refuse_easy(request: DeskRequest, field: str, *own: str) -> None:
    refusal = _easy(request, field, *own)
    if refusal is not None:
        raise refusal


def _use(request: DeskRequest, secret: Secret, trader: Trader, purpose: Purpose, *, uses_up: bool = True) -> None:
    """Use a code up. A wrong one counts, though the answer is no."""
    given, codes = request.fields["code"], request.unit.codes
    if not use_code(trader.id, purpose, given, codes=codes, at=request.now, uses_up=uses_up):
        note_wrong(request, secret, trader)
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
