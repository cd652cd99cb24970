"""How a request is let in: does the login stand, and was this very request answered before?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from ..model.trader import Trader
from .keys import Scope
from .logins import Standing

ANSWERS_KEPT = timedelta(hours=24)
"""How long a repeated request gets its first answer. Source: docs/contract/http.md, "Idempotency"."""


@dataclass(frozen=True, slots=True)
class RequestKey:
    """A trader's idempotency key, and the SHA-256 digest of the path and canonical body it was sent with."""

    trader_id: UUID
    key: str
    fingerprint: bytes


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """The first answer to a request: to be sent again byte for byte."""

    fingerprint: bytes
    status: int
    body: bytes
    location: str | None


@dataclass(frozen=True, slots=True)
class Admitted:
    """Who asks, how their login stands, and what is known of the request's key.

    ``in_flight`` says that another unit of work holds the key right now; ``answer`` is what was answered before.
    ``trader`` is None where no such trader exists. ``at`` is the moment by the store's clock at which this was read:
    what the request decides outside a locked read, the token's expiry included, is decided by it. ``scopes`` are those
    of the key that asks, and None where it is no key. ``login_address`` is where the login was opened from.
    """

    trader: Trader | None
    standing: Standing
    at: datetime
    answer: StoredAnswer | None = None
    in_flight: bool = False
    scopes: frozenset[Scope] | None = None
    login_address: str = ""


class Admission(Protocol):
    """One round trip at the start of a request, and one at its end where it carried a key."""

    def admit(
        self, trader_id: UUID, login_id: UUID, key: RequestKey | None = None, api_key_digest: bytes | None = None
    ) -> Admitted:
        """Read the login and the trader; with a key, try to lock it and look its answer up.

        With ``api_key_digest`` the login must be that behind the program's key of this digest: else it has ended.
        The lock is a try: it never waits where the engine can tell at once, and is held until the unit ends.
        Answers older than ``ANSWERS_KEPT`` by the store's clock are as if they had never been. Raises ``ClockIsOff``.
        """
        ...

    def record(self, key: RequestKey, answer: StoredAnswer, at: datetime) -> None:
        """Keep the answer, in the transaction of the effect. Raises ``ConcurrentChange`` if the key is there."""
        ...

    def forget(self, before: datetime, limit: int) -> int:
        """Delete answers kept before this moment, at most ``limit``; tell how many."""
        ...
