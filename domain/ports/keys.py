"""Keys of programs that act for a trader."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID


class Scope(StrEnum):
    """What a key may do; none of them holds another."""

    READ = "read"
    TRADE = "trade"
    RELEASE = "release"


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key, by its SHA-256 digest. A login of the same id stands behind it, and ends when the key does.

    ``expires_at`` is None where it is good until it is ended.
    """

    id: UUID
    trader_id: UUID
    name: str
    scopes: frozenset[Scope]
    digest: bytes
    created_at: datetime
    expires_at: datetime | None = None


class Keys(Protocol):
    """Keys of programs. One is ended by ending the login behind it."""

    def count_locked(self, trader_id: UUID, at: datetime) -> int:
        """How many a trader has that are good, while nobody else adds one until the unit ends.

        Raises ``TraderNotFound``, also of who has gone.
        """
        ...

    def add(self, key: ApiKey) -> None:
        """Keep a key whose login was opened just before."""
        ...

    def by_id(self, key_id: UUID) -> ApiKey | None:
        """A key, ended or not, or None."""
        ...

    def live(self, trader_id: UUID, at: datetime, limit: int) -> Sequence[ApiKey]:
        """The keys of a trader that have neither ended nor expired, newest first."""
        ...
