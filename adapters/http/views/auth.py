"""Joining, logging in and out."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from uuid import UUID

from domain import errors
from domain.model.texts import trimmed
from domain.model.trader import Profile, Trader
from domain.ports.codes import Purpose
from domain.ports.readers import Page
from domain.ports.store import Unit
from domain.ports.tokens import Claims, TokenType
from domain.use_cases.at_an_address import Done, counted
from domain.use_cases.guess_secret import Attempt, Secret, was_right
from domain.use_cases.note_address import note_login
from domain.use_cases.open_login import (
    LoginRevoked,
    TokenPair,
    end_own_login,
    logins_to_leave,
    open_login,
    refresh_login,
)
from domain.use_cases.passwords import still_known
from domain.use_cases.register_trader import register_trader, registration_problems
from domain.use_cases.tickets import TICKET_LIFETIME_SECONDS, issue_ticket

from ..operation import Reply
from ..replies.presentation import ShownLogin
from ..replies.rejections import InvalidInput, NothingToLeaveBy, NoTokenToLeaveBy, Unauthenticated
from ..requests.by_age import part_of
from ..requests.client import client_address, client_program
from ..requests.cookies import keep_refresh_cookie, refresh_cookie
from ..requests.guessing import let_guess, network_of, note_right, note_wrong, used_from
from ..requests.mailing import mail_code
from ..requests.one_time import given_otp
from ..requests.request import DeskRequest
from ..requests.security import Caller, bearer_token, credentials
from ..schemas.fields import REQUIRED


def register(request: DeskRequest) -> Reply:
    """Become a trader of the desk. The answer is the new profile; to log in is another request.

    A code goes to the address, to be given to `/auth/verify/confirm/`.
    """
    # The password is hashed before the unit of work has begun.
    services, fields = request.services, dict(request.fields)
    desk_name, is_common = services.desk_name, services.passwords.is_common
    problems = registration_problems(**fields, desk_name=desk_name, is_common=is_common)
    if problems:
        raise errors.InvalidFields(problems)
    password_hash = services.passwords.hash(fields.pop("password"))
    traders, identifiers = request.unit.traders, services.identifiers
    ports: dict[str, Any] = {"traders": traders, "at": request.now, "identifiers": identifiers}
    trader = register_trader(**fields, password_hash=password_hash, desk_name=desk_name, **ports)
    attempts = request.unit.attempts
    with counted(Done.JOINED, trader.email, attempts=attempts, at=request.now), suppress(errors.TooManyAttempts):
        mail_code(request, trader, Purpose.VERIFY)
    attempts.note_address(trader.id, network_of(request), request.now)
    return Reply(Profile(trader))


def log_in(request: DeskRequest) -> Reply:
    """Open a login: an access token, good for a while, and a refresh token to exchange for the next pair.

    With `cookie` the refresh token is the cookie `p2p_refresh`, which refreshing and logging out without a body use.
    """
    services = request.services
    trader, password_hash, attempt = _known(request, trimmed(request.fields["email"]))
    is_right = services.passwords.verify(password_hash, request.fields["password"])
    if trader is None or not is_right:
        note_wrong(request, Secret.PASSWORD, trader)
        raise errors.WrongCredentials()
    note_right(request, attempt)
    _check_otp(trader, request)
    # Read before the password was verified, which takes its time; a new one may have been set meanwhile.
    trader = still_known(trader, password_hash, traders=request.unit.traders)
    note_login(trader, used_from(request), book=request.unit.book, at=request.now)
    pair = open_login(
        trader,
        logins=request.unit.logins,
        tokens=services.tokens,
        at=request.now,
        identifiers=services.identifiers,
        lifetimes=services.lifetimes,
        address=client_address(request.environ, services.trusted_proxies),
        client=client_program(request.environ),
    )
    return Reply(_as_cookie(pair, request) if request.fields.get("cookie") else pair)


def _check_otp(trader: Trader, request: DeskRequest) -> None:
    """Ask for a one-time password where the trader has turned them on.

    A wrong one counts by account and address, as a password does, though the answer is no; what is given elsewhere
    counts for itself. So whoever knows the password from elsewhere makes nobody wait but themselves.
    """
    given, secret = given_otp(request), Secret.ONE_TIME_PASSWORD
    if not given.is_judged(trader):
        given.check(trader, request.now)
        return
    attempt = let_guess(request, secret, trader.email, trader, request.unit)
    try:
        given.check(trader, request.now, counts=False)
    except errors.OneTimePasswordWrong:
        note_wrong(request, secret, trader)
        request.commits_failure = True
        raise
    was_right(attempt, attempts=request.unit.attempts)


def _as_cookie(pair: TokenPair, request: DeskRequest) -> Mapping[str, Any]:
    """What a page is answered: the refresh token is where no script can read it."""
    keep_refresh_cookie(request, pair.refresh, request.services.lifetimes.refresh)
    return {"access": pair.access, "refresh": None, "expires_in": pair.expires_in}


def _known(request: DeskRequest, email: str) -> tuple[Trader | None, str | None, Attempt]:
    """A trader and their password's hash, read in a unit of work that ends before the hash is used.

    The try is counted in it. Raises ``TooManyAttempts``.
    """

    def look(unit: Unit) -> tuple[Trader | None, str | None, Attempt]:
        trader, password_hash = None, None
        with suppress(errors.TraderNotFound):
            trader = unit.traders.by_email(email)
            password_hash = unit.traders.password_hash(trader.id)
        return trader, password_hash, let_guess(request, Secret.PASSWORD, email, trader, unit)

    return request.services.store.run(look, writes=True)


def refresh(request: DeskRequest) -> Reply:
    """Exchange a refresh token for a new pair. One that was used before ends its login.

    Without one in the body, that of the cookie `p2p_refresh` is exchanged, and the cookie renewed.
    """
    given = request.fields.get("refresh")
    token = refresh_cookie(request) if given is None else given
    if token is None:
        raise InvalidInput([("refresh", REQUIRED)])
    try:
        pair = _exchanged(token, request)
    except errors.LoginEnded:
        if given is None:
            keep_refresh_cookie(request, None)
        raise
    return Reply(_as_cookie(pair, request) if given is None else pair)


def _exchanged(token: str, request: DeskRequest) -> TokenPair:
    """The pair that a refresh token is exchanged for. The end of a login is kept though the answer is no."""
    services = request.services
    answer = refresh_login(
        token,
        logins=request.unit.logins,
        traders=request.unit.traders,
        tokens=services.tokens,
        at=request.now,
        identifiers=services.identifiers,
        lifetimes=services.lifetimes,
    )
    if isinstance(answer, LoginRevoked):
        request.commits_failure = True
        raise errors.LoginEnded()
    return answer


def log_out(request: DeskRequest) -> Reply:
    """End the login that a token belongs to, and no other: leaving is never harder than staying in.

    A good access token is proof enough, whatever ``refresh`` is beside it, and so is a good refresh token, with an
    access token that is no good or none. Two good tokens of two logins are refused. Where there is no ``refresh`` in
    the body, that of the cookie `p2p_refresh` is as good, and ends with the access token's login; the cookie is taken
    away whatever the answer. The key of a program ends no login, whatever comes with it.
    """
    logins, kept = request.unit.logins, refresh_cookie(request)
    if kept is not None:
        keep_refresh_cookie(request, None)
    _refuse_programs(request)
    given = request.fields.get("refresh")
    proofs = (_access(request), _refresh(request, kept if given is None else given))
    standing = logins_to_leave(filter(None, proofs), logins=logins)
    if not standing:
        raise NothingToLeaveBy() if _came_with_a_token(request) or kept else NoTokenToLeaveBy()
    if len(standing) > 1 and given is not None:
        raise InvalidInput([("refresh", "This is not the refresh token of this login.")])
    for login_id in sorted(standing):
        logins.end(login_id, request.now)
    return Reply()


def _refuse_programs(request: DeskRequest) -> None:
    """Raise ``ScopeMissing`` or ``TraderSuspended`` where the key of a program stands in place of a token.

    One that is no good is as good as any other token that is not.
    """
    with suppress(Unauthenticated):
        asking = credentials(request.environ.get("HTTP_AUTHORIZATION"), request.registry.verified_tokens)
        if asking.key_digest is not None:
            asking.let_in(asking.admitted(request.unit.admission), Caller.TRADER, None)


def _came_with_a_token(request: DeskRequest) -> bool:
    return bool(request.environ.get("HTTP_AUTHORIZATION")) or "refresh" in request.fields


def _access(request: DeskRequest) -> Claims | None:
    try:
        token = bearer_token(request.environ.get("HTTP_AUTHORIZATION"), request.registry.verified_tokens)
    except Unauthenticated:
        return None
    return token.claims_at(request.now)


def _refresh(request: DeskRequest, token: str | None) -> Claims | None:
    return None if token is None else request.services.tokens.verify(token, TokenType.REFRESH, request.now)


def logins(request: DeskRequest) -> Reply:
    """The caller's logins that are good, newest first, and from where and by which program each was opened.

    `last_used_at` is when it last gave out tokens.
    """
    live, trader_id = request.unit.logins.live, request.caller.id
    page = part_of(
        request,
        lambda most, behind: live(trader_id, request.now, most, behind),
        lambda login: (login.created_at, login.id),
    )
    return Reply(Page([ShownLogin(login, login.id == request.login_id) for login in page.items], page.next))


def end_login(request: DeskRequest) -> Reply:
    """End one of the caller's logins and all its tokens; a websocket that it opened is closed within seconds."""
    unit, login_id = request.unit, UUID(request.matchdict["login_id"])
    end_own_login(login_id, request.caller, logins=unit.logins, keys=unit.keys, at=request.now)
    return Reply()


def ticket(request: DeskRequest) -> Reply:
    """Get a ticket that opens one websocket in place of an access token, for clients that put none into an address."""
    logins, identifiers = request.unit.logins, request.services.identifiers
    secret = issue_ticket(request.login_id, logins=logins, at=request.now, identifiers=identifiers)
    return Reply({"ticket": secret, "expires_in": TICKET_LIFETIME_SECONDS})


def me(request: DeskRequest) -> Reply:
    """The public profile of the caller, and what only they see of it."""
    return Reply(request.unit.traders.profile(request.caller.id))
