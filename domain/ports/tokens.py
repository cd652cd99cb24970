"""Signed tokens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

ISSUED_AHEAD_SECONDS = 60
"""How far in the future a token may seem to be made: a database that takes another's place may be behind it."""


class TokenType(StrEnum):
    """What a token is for. None passes for another."""

    ACCESS = "access"
    REFRESH = "refresh"


@dataclass(frozen=True, slots=True)
class Claims:
    """What a verified token says. ``token_id`` is its own, ``login_id`` that of the login it belongs to."""

    type: TokenType
    trader_id: UUID
    login_id: UUID
    token_id: UUID
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Signed:
    """What a token says whose signature is good, before anybody has looked at the time.

    The moment to judge it by is the store's, and to ask the store one has to know whose token it is: so ``unjudged``
    is for asking, and nothing may be done for its bearer before ``claims_at``.
    """

    unjudged: Claims
    issued_at: datetime

    def claims_at(self, at: datetime) -> Claims | None:
        """The claims, or None where the token has expired at this moment, or was made too long after it."""
        if self.unjudged.expires_at <= at or (self.issued_at - at).total_seconds() > ISSUED_AHEAD_SECONDS:
            return None
        return self.unjudged


class Tokens(Protocol):
    """Makes and reads signed tokens. Whether the login still stands is told by ``Logins``, not here."""

    def sign(self, claims: Claims, issued_at: datetime) -> str:
        """The token of these claims."""
        ...

    def read(self, token: str, type: TokenType) -> Signed | None:
        """What the token says, or None where it is forged, malformed or of another type."""
        ...

    def verify(self, token: str, type: TokenType, at: datetime) -> Claims | None:
        """The claims, or None where the token is forged, malformed, of another type, or expired at this moment."""
        ...
