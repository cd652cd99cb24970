"""Signed tokens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID


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


class Tokens(Protocol):
    """Makes and reads signed tokens. Whether the login still stands is told by ``Logins``, not here."""

    def sign(self, claims: Claims, issued_at: datetime) -> str:
        """The token of these claims."""
        ...

    def verify(self, token: str, type: TokenType, at: datetime) -> Claims | None:
        """The claims, or None where the token is forged, malformed, of another type, or expired at this moment."""
        ...
