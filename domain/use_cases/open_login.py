"""A trader logs in, and stays so."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

from .. import errors
from ..model.trader import Trader
from ..ports.identifiers import Identifiers
from ..ports.keys import Keys
from ..ports.logins import Login, Logins
from ..ports.tokens import Claims, Tokens, TokenType
from ..ports.traders import Traders

EXCHANGED_AGAIN = timedelta(seconds=10)
"""How long after its exchange a refresh token gets the same pair once more: two tabs of one browser may both send it.
Later it is theft. Source: docs/contract/accounts.md, "Tokens"."""


@dataclass(frozen=True, slots=True)
class TokenLifetimes:
    """How long an access token, a refresh token and a whole login are good; a login is, refreshed or not."""

    access: timedelta
    refresh: timedelta
    login: timedelta


@dataclass(frozen=True, slots=True)
class TokenPair:
    """What a login gives out. ``expires_in`` is the access token's life in seconds."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    expires_in: int


@dataclass(frozen=True, slots=True)
class LoginRevoked:
    """A login has been ended just now, since one of its refresh tokens was used twice: somebody may have stolen it.

    It is a result and no refusal, because a refusal undoes what was written: let this commit, and refuse then.
    """

    login_id: UUID


def open_login(
    trader: Trader,
    *,
    logins: Logins,
    tokens: Tokens,
    at: datetime,
    identifiers: Identifiers,
    lifetimes: TokenLifetimes,
    address: str = "",
    client: str = "",
) -> TokenPair:
    """Open a login for a trader whose password was verified before.

    Raises ``TraderSuspended``, and ``WrongCredentials`` where they have gone meanwhile.

    ``at`` is the moment by the store's clock, here and below: another may be wrong. ``address`` and ``client`` say
    where it was opened from, and by which program as that says of itself.
    """
    if trader.is_suspended:
        raise errors.TraderSuspended()
    login = Login(
        identifiers.new(),
        trader.id,
        identifiers.new(),
        at,
        at + min(lifetimes.refresh, lifetimes.login),
        used_at=at,
        access_id=identifiers.new(),
        address=address,
        client=client,
    )
    try:
        logins.open(login)
    except errors.TraderNotFound:
        raise errors.WrongCredentials() from None
    return _pair(login, tokens, lifetimes)


def refresh_login(
    refresh_token: str,
    *,
    logins: Logins,
    traders: Traders,
    tokens: Tokens,
    at: datetime,
    identifiers: Identifiers,
    lifetimes: TokenLifetimes,
) -> TokenPair | LoginRevoked:
    """Exchange a refresh token for a new pair. A token that was used before ends the whole login (``LoginRevoked``).

    One that was used a moment ago (``EXCHANGED_AGAIN``) gets the very pair that it got then. Raises ``LoginEnded`` for
    any other token that is not good, and ``TraderSuspended``.
    """
    claims = tokens.verify(refresh_token, TokenType.REFRESH, at)
    if claims is None:
        raise errors.LoginEnded()
    try:
        trader = traders.by_id(claims.trader_id)
    except errors.TraderNotFound:
        raise errors.LoginEnded() from None
    if trader.is_suspended:
        raise errors.TraderSuspended()
    login = _live(claims.login_id, logins, at)
    exchanged = replace(
        login,
        refresh_id=identifiers.new(),
        exchanged_id=claims.token_id,
        access_id=identifiers.new(),
        used_at=at,
        expires_at=min(at + lifetimes.refresh, login.created_at + lifetimes.login),
    )
    if logins.rotate(claims.token_id, exchanged):
        return _pair(exchanged, tokens, lifetimes)
    # Of two that were sent at once, the second is told what the first one was given.
    login = _live(claims.login_id, logins, at)
    if claims.token_id == login.exchanged_id and login.used_at is not None and at - login.used_at < EXCHANGED_AGAIN:
        return _pair(login, tokens, lifetimes)
    logins.end(claims.login_id, at)
    return LoginRevoked(claims.login_id)


def _live(login_id: UUID, logins: Logins, at: datetime) -> Login:
    login = logins.by_id(login_id)
    if login is None or not login.is_live(at):
        raise errors.LoginEnded()
    return login


def end_own_login(login_id: UUID, trader: Trader, *, logins: Logins, keys: Keys, at: datetime) -> None:
    """End one of a trader's logins that is good.

    Raises ``LoginNotFound``, of another's as of none at all, and of what stands behind a key: that ends as a key.
    """
    login = logins.by_id(login_id)
    if login is None or login.trader_id != trader.id or not login.is_live(at) or keys.by_id(login_id) is not None:
        raise errors.LoginNotFound()
    logins.end(login_id, at)


def logins_to_leave(proofs: Iterable[Claims], *, logins: Logins) -> frozenset[UUID]:
    """The logins that verified tokens, of either type, are proof enough to end: those that have not ended.

    Whether their trader is suspended is not looked at: whoever is shut out may leave, and is out for good then. Nor
    is whether a refresh token was exchanged before: it could end its login at the exchange, too.
    """
    found = ((claims, logins.by_id(claims.login_id)) for claims in proofs)
    return frozenset(
        login.id
        for claims, login in found
        if login is not None and login.trader_id == claims.trader_id and login.ended_at is None
    )


def _pair(login: Login, tokens: Tokens, lifetimes: TokenLifetimes) -> TokenPair:
    """What a login gave out last, the same to the letter each time."""
    assert login.used_at is not None and login.access_id is not None
    at = login.used_at
    access = Claims(TokenType.ACCESS, login.trader_id, login.id, login.access_id, at + lifetimes.access)
    refresh = Claims(TokenType.REFRESH, login.trader_id, login.id, login.refresh_id, login.expires_at)
    return TokenPair(tokens.sign(access, at), tokens.sign(refresh, at), int(lifetimes.access.total_seconds()))
