"""Somebody gives a password or a code: whether it may be judged at all, and what came of it.

Source: docs/contract/accounts.md, "Slowing down".
"""

from __future__ import annotations

import logging
from contextlib import suppress
from uuid import UUID

from domain.errors import TraderNotFound, TraderSuspended
from domain.model.trader import Trader
from domain.ports.logins import Standing
from domain.ports.store import Unit
from domain.use_cases.guess_secret import Attempt, Secret, may_guess, was_right
from domain.use_cases.note_address import UsedFrom
from domain.use_cases.passwords import wrong_password

from ..replies.rejections import Unauthenticated
from .client import client_network, network_of_address
from .request import DeskRequest

logger = logging.getLogger(__name__)

_NOBODY = UUID(int=0)


def let_guess(request: DeskRequest, secret: Secret, account: str, trader: Trader | None, unit: Unit) -> Attempt:
    """Count a try of this client at an account, whether or not it is anybody's. Raises ``TooManyAttempts``.

    As much is asked of the store for an account that nobody has.
    """
    attempts, address = unit.attempts, network_of(request)
    is_known = attempts.has_used(_NOBODY if trader is None else trader.id, address)
    return may_guess(secret, account, address, attempts=attempts, at=unit.now(), is_known=is_known)


def check_password(request: DeskRequest, password: str) -> Attempt:
    """Judge the password of a caller who has logged in, in a unit of work that ends before it is hashed.

    To be called before the request's own unit has begun: on SQLite the two would wait for each other. Raises
    ``InvalidFields`` and ``TooManyAttempts``.
    """
    caller = request.caller

    def look(unit: Unit) -> tuple[str, Attempt]:
        return unit.traders.password_hash(caller.id), let_guess(request, Secret.PASSWORD, caller.email, caller, unit)

    password_hash, attempt = request.services.store.run(look, writes=True)
    if not request.services.passwords.verify(password_hash, password):
        note_wrong(request, Secret.PASSWORD, caller)
        raise wrong_password()
    return attempt


def note_right(request: DeskRequest, attempt: Attempt) -> None:
    """Take a try back that was right, in a unit of its own: whatever becomes of the rest, it was.

    To be called, too, before the request's own unit has begun.
    """
    request.services.store.run(lambda unit: was_right(attempt, attempts=unit.attempts), writes=True)


def require_login(request: DeskRequest) -> None:
    """Raise ``Unauthenticated`` where the caller's login has ended since it was looked at, while something was hashed,
    and ``TraderSuspended``.
    """
    standing = request.unit.logins.standing([request.login_id], request.unit.now())[request.login_id]
    if standing is Standing.SUSPENDED:
        raise TraderSuspended()
    if standing is Standing.ENDED:
        raise Unauthenticated()


def hold_login(request: DeskRequest) -> None:
    """The same, while nobody can set another password, which would end the login, until the unit ends.

    Whoever is setting one already is waited for.
    """
    with suppress(TraderNotFound):
        request.unit.traders.hold_password_hash(request.caller.id)
    require_login(request)


def network_of(request: DeskRequest) -> str:
    """From where the request comes, as far as that tells one client from another."""
    return client_network(request.environ, request.services.trusted_proxies)


def used_from(request: DeskRequest) -> UsedFrom:
    """From where the request comes, to be noted."""
    return UsedFrom(network_of(request), request.unit.attempts, request.services.identifiers)


def used_from_elsewhere(request: DeskRequest) -> UsedFrom | None:
    """The same, where the caller's login was opened from another address; None else, since that one is noted."""
    found = used_from(request)
    return None if found.address == network_of_address(request.login_address) else found


def note_wrong(request: DeskRequest, secret: Secret, trader: Trader | None) -> None:
    """Have the operator know that somebody guessed: at which account, and from where."""
    whose = "nobody's account" if trader is None else f"account {trader.id}"
    logger.warning("request %s: a wrong %s for %s from %s", request.id, secret.value, whose, network_of(request) or "-")
