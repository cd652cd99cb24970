"""Codes that are mailed, to show that an address is one's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol
from uuid import UUID

CODES_KEPT = timedelta(hours=1)
"""How long codes are kept: longer than any is good."""


class Purpose(StrEnum):
    """What a code is good for, and for nothing else."""

    VERIFY = "verify"
    RESET = "reset"


@dataclass(frozen=True, slots=True)
class MailCode:
    """A code that was mailed, by its SHA-256 digest; ``tries`` counts how often one was given in its place."""

    id: UUID
    trader_id: UUID
    purpose: Purpose
    digest: bytes
    created_at: datetime
    tries: int = 0
    used_at: datetime | None = None


class Codes(Protocol):
    """The codes of the last hour or so."""

    def lock(self, trader_id: UUID, purpose: Purpose, since: datetime) -> Sequence[MailCode]:
        """A trader's codes for a purpose, from a moment on, newest first.

        Until the unit ends, whoever else asks for those of this trader waits. Raises ``TraderNotFound``, also of
        who has gone.
        """
        ...

    def add(self, code: MailCode) -> None:
        """Keep a new code."""
        ...

    def put_down(self, code: MailCode) -> None:
        """Keep the tries of a code that is there, and whether it was used."""
        ...

    def forget(self, before: datetime, limit: int) -> int:
        """Delete codes made before this moment, at most ``limit``; tell how many."""
        ...
