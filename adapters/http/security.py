"""Who asks: the bearer token, and how the login behind it stands."""

from __future__ import annotations

import re
from datetime import datetime
from enum import StrEnum

from domain import errors
from domain.model.trader import Trader
from domain.ports.admission import Admitted
from domain.ports.logins import Standing
from domain.ports.tokens import Claims, Tokens, TokenType

from .rejections import Unauthenticated

# One scheme and one token: two headers of this name arrive joined by a comma, and are none.
_BEARER = re.compile(r"Bearer +([A-Za-z0-9._~+/=-]{1,4096})", re.ASCII | re.IGNORECASE)


class Caller(StrEnum):
    """Who may call an operation."""

    ANYONE = "anyone"
    TRADER = "trader"
    STAFF = "staff"


class VerifiedTokens:
    """A bounded memory of access tokens whose signatures were found good, since checking one takes its time.

    Only what can never change is remembered: the signature. That a token has expired is seen here each time, and
    that its login has ended or its trader is suspended is read from the store with every request.
    """

    def __init__(self, tokens: Tokens, size: int = 4096) -> None:
        self._tokens = tokens
        self._size = size
        self._known: dict[str, Claims] = {}

    def claims(self, token: str, at: datetime) -> Claims | None:
        """What an access token says, or None where it is not good at this moment."""
        known = self._known.get(token)
        if known is not None:
            return known if known.expires_at > at else None
        claims = self._tokens.verify(token, TokenType.ACCESS, at)
        if claims is not None:
            if len(self._known) >= self._size:
                # Starting anew costs one check for each live token, and needs no lock and no order of use.
                self._known.clear()
            self._known[token] = claims
        return claims


def bearer_claims(authorization: str | None, tokens: VerifiedTokens, at: datetime) -> Claims:
    """What the token in an ``Authorization`` header says. Raises ``Unauthenticated``."""
    match = _BEARER.fullmatch(authorization or "")
    claims = tokens.claims(match.group(1), at) if match else None
    if claims is None:
        raise Unauthenticated()
    return claims


def let_in(admitted: Admitted, caller: Caller) -> Trader:
    """The trader who asks, if they may. Raises ``Unauthenticated``, ``TraderSuspended`` or ``StaffOnly``."""
    if admitted.trader is None or admitted.standing is Standing.ENDED:
        raise Unauthenticated()
    if admitted.standing is Standing.SUSPENDED or admitted.trader.is_suspended:
        raise errors.TraderSuspended()
    if caller is Caller.STAFF and not admitted.trader.is_staff:
        raise errors.StaffOnly()
    return admitted.trader
