"""Logins: what stands behind a trader's tokens."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Login:
    """One login and the family of tokens that it gave out. ``refresh_id`` names the refresh token that is good."""

    id: UUID
    trader_id: UUID
    refresh_id: UUID
    created_at: datetime
    expires_at: datetime
    ended_at: datetime | None = None


class Standing(StrEnum):
    """Whether a login's tokens are still good."""

    GOOD = "good"
    ENDED = "ended"
    SUSPENDED = "suspended"


class Logins(Protocol):
    """Logins and the single-use tickets that were given out on them."""

    def open(self, login: Login) -> None:
        """Keep a new login."""
        ...

    def by_id(self, login_id: UUID) -> Login | None:
        """A login, ended or not, or None."""
        ...

    def rotate(self, login_id: UUID, from_refresh_id: UUID, to_refresh_id: UUID, expires_at: datetime) -> bool:
        """Replace the good refresh token, if it is still the one named and the login stands; tell whether it was."""
        ...

    def end(self, login_id: UUID, at: datetime) -> None:
        """End a login and all its tokens. Ending it twice is harmless."""
        ...

    def standing(self, login_ids: Iterable[UUID], at: datetime) -> Mapping[UUID, Standing]:
        """How each of these logins stands; one that is not known has ended."""
        ...

    def add_ticket(self, digest: bytes, login_id: UUID, expires_at: datetime) -> None:
        """Keep a ticket by its SHA-256 digest; the ticket itself is never stored."""
        ...

    def forget(self, at: datetime, limit: int) -> int:
        """Delete tickets and logins that had expired by then, at most ``limit`` of each; tell how many altogether."""
        ...

    def use_ticket(self, digest: bytes, at: datetime) -> Login | None:
        """Use a ticket up and return its login; None where it is unknown, used, or expired."""
        ...
