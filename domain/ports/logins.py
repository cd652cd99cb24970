"""Logins: what stands behind a trader's tokens."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Login:
    """One login and the family of tokens that it gave out. ``refresh_id`` names the refresh token that is good.

    ``exchanged_id`` names the one that was exchanged for it, ``access_id`` the access token that came with it, and
    ``used_at`` when that was: so the same pair can be given out again. ``address`` and ``client`` are those that logged
    in, for the trader to know them by; empty where that is not known.
    """

    id: UUID
    trader_id: UUID
    refresh_id: UUID
    created_at: datetime
    expires_at: datetime
    ended_at: datetime | None = None
    used_at: datetime | None = None
    exchanged_id: UUID | None = None
    access_id: UUID | None = None
    address: str = ""
    client: str = ""

    def is_live(self, at: datetime) -> bool:
        """Whether it has neither ended nor expired at a moment."""
        return self.ended_at is None and at < self.expires_at


class Standing(StrEnum):
    """Whether a login's tokens are still good."""

    GOOD = "good"
    ENDED = "ended"
    SUSPENDED = "suspended"


class Logins(Protocol):
    """Logins and the single-use tickets that were given out on them."""

    def open(self, login: Login) -> None:
        """Keep a new login. Raises ``TraderNotFound``, also of who has gone."""
        ...

    def by_id(self, login_id: UUID) -> Login | None:
        """A login, ended or not, or None."""
        ...

    def rotate(self, from_refresh_id: UUID, exchanged: Login) -> bool:
        """Keep a login as it is after an exchange, if the good refresh token is still the one named and it stands.

        Tell whether it was.
        """
        ...

    def end(self, login_id: UUID, at: datetime) -> None:
        """End a login and all its tokens. Ending it twice is harmless."""
        ...

    def end_all(self, trader_id: UUID, at: datetime, *, but: UUID | None = None) -> None:
        """End all logins of a trader, but for one where that is named, and for those behind keys of programs."""
        ...

    def live(
        self, trader_id: UUID, at: datetime, limit: int, behind: tuple[datetime, UUID] | None = None
    ) -> Sequence[Login]:
        """The logins of a trader that have neither ended nor expired, newest first; none that is behind a key.

        ``behind`` is when the last one of those that are known was opened, and its id: what is older follows.
        """
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
