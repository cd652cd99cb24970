"""Who asks: the bearer token, and how the login behind it stands."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from domain import errors
from domain.model.trader import Trader
from domain.ports.admission import Admission, Admitted, RequestKey
from domain.ports.keys import Scope
from domain.ports.logins import Standing
from domain.ports.tokens import Signed, Tokens, TokenType
from domain.use_cases.api_keys import read_key

from ..replies.rejections import NoToken, ScopeMissing, Unauthenticated

# One scheme and one token: two headers of this name arrive joined by a comma, and are none.
_BEARER = re.compile(r"Bearer +([A-Za-z0-9._~+/=-]{1,4096})", re.ASCII | re.IGNORECASE)


class Caller(StrEnum):
    """Who may call an operation."""

    ANYONE = "anyone"
    TRADER = "trader"
    STAFF = "staff"


class VerifiedTokens:
    """A bounded memory of access tokens whose signatures were found good, since checking one takes its time.

    Only what can never change is remembered: the signature. Whether a token has expired, its login has ended or its
    trader is suspended is judged with every request, by what the store tells.
    """

    def __init__(self, tokens: Tokens, size: int = 4096) -> None:
        self._tokens = tokens
        self._size = size
        self._known: dict[str, Signed] = {}

    def read(self, token: str) -> Signed | None:
        """What an access token says, or None where its signature is not good or it is none."""
        known = self._known.get(token)
        if known is not None:
            return known
        signed = self._tokens.read(token, TokenType.ACCESS)
        if signed is not None:
            if len(self._known) >= self._size:
                # Starting anew costs one check for each live token, and needs no lock and no order of use.
                self._known.clear()
            self._known[token] = signed
        return signed


def bearer_token(authorization: str | None, tokens: VerifiedTokens) -> Signed:
    """The token in an ``Authorization`` header, which may have expired. Raises ``NoToken`` or ``Unauthenticated``."""
    if not authorization:
        raise NoToken()
    match = _BEARER.fullmatch(authorization)
    signed = tokens.read(match.group(1)) if match else None
    if signed is None:
        raise Unauthenticated()
    return signed


@dataclass(frozen=True, slots=True)
class Credentials:
    """What an ``Authorization`` header holds: the access token of a person, or the key of a program."""

    trader_id: UUID
    login_id: UUID
    token: Signed | None = None
    key_digest: bytes | None = None

    def admitted(self, admission: Admission, key: RequestKey | None = None) -> Admitted:
        """What the store tells of who asks."""
        return admission.admit(self.trader_id, self.login_id, key, self.key_digest)

    def let_in(self, admitted: Admitted, caller: Caller, scope: Scope | None) -> Trader:
        """The trader who asks, if they may.

        A program needs ``scope``; where that is None, no key will do. A token is judged at the moment of the admission,
        which is the store's: a process whose clock is wrong would keep tokens good that have expired, or refuse good
        ones. Raises ``Unauthenticated``, ``TraderSuspended``, ``StaffOnly`` or ``ScopeMissing``.
        """
        if self.token is not None and self.token.claims_at(admitted.at) is None:
            raise Unauthenticated()
        trader = _standing(admitted)
        if self.token is None and (scope is None or admitted.scopes is None or scope not in admitted.scopes):
            raise ScopeMissing()
        if caller is Caller.STAFF and not trader.is_staff:
            raise errors.StaffOnly()
        return trader


def credentials(authorization: str | None, tokens: VerifiedTokens) -> Credentials:
    """What the header holds, good or not by now. Raises ``NoToken`` or ``Unauthenticated``."""
    match = _BEARER.fullmatch(authorization or "")
    program = read_key(match.group(1)) if match else None
    if program is not None:
        return Credentials(program.trader_id, program.key_id, key_digest=program.digest)
    token = bearer_token(authorization, tokens)
    return Credentials(token.unjudged.trader_id, token.unjudged.login_id, token)


def _standing(admitted: Admitted) -> Trader:
    if admitted.trader is None or admitted.standing is Standing.ENDED:
        raise Unauthenticated()
    if admitted.standing is Standing.SUSPENDED or admitted.trader.is_suspended:
        raise errors.TraderSuspended()
    return admitted.trader
