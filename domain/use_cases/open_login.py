"""A trader logs in, and stays so."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from .. import errors
from ..model.trader import Trader
from ..ports.identifiers import Identifiers
from ..ports.logins import Login, Logins
from ..ports.tokens import Claims, Tokens, TokenType
from ..ports.traders import Traders


@dataclass(frozen=True, slots=True)
class TokenLifetimes:
    """How long an access token and a refresh token are good."""

    access: timedelta
    refresh: timedelta


@dataclass(frozen=True, slots=True)
class TokenPair:
    """What a login gives out. ``expires_in`` is the access token's life in seconds."""

    access: str
    refresh: str
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
) -> TokenPair:
    """Open a login for a trader whose password was verified before. Raises ``TraderSuspended``.

    ``at`` is the moment by the store's clock, here and below: another may be wrong.
    """
    if trader.is_suspended:
        raise errors.TraderSuspended()
    login = Login(identifiers.new(), trader.id, identifiers.new(), at, at + lifetimes.refresh)
    logins.open(login)
    return _pair(login.id, trader.id, login.refresh_id, at, tokens, identifiers, lifetimes)


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

    Raises ``LoginEnded`` for any other token that is not good, and ``TraderSuspended``.
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
    fresh = identifiers.new()
    if logins.rotate(claims.login_id, claims.token_id, fresh, at + lifetimes.refresh):
        return _pair(claims.login_id, claims.trader_id, fresh, at, tokens, identifiers, lifetimes)
    logins.end(claims.login_id, at)
    return LoginRevoked(claims.login_id)


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


def _pair(
    login_id: UUID,
    trader_id: UUID,
    refresh_id: UUID,
    at: datetime,
    tokens: Tokens,
    identifiers: Identifiers,
    lifetimes: TokenLifetimes,
) -> TokenPair:
    access = Claims(TokenType.ACCESS, trader_id, login_id, identifiers.new(), at + lifetimes.access)
    refresh = Claims(TokenType.REFRESH, trader_id, login_id, refresh_id, at + lifetimes.refresh)
    return TokenPair(tokens.sign(access, at), tokens.sign(refresh, at), int(lifetimes.access.total_seconds()))
