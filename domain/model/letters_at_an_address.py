"""How many letters an address got lately, whatever accounts come and go there.

Source: docs/contract/notices.md, "Which letters go first".
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from .slowing import WINDOW, WrongTries

A_DAY = timedelta(hours=24)


def digest_at(word: str, email: str) -> bytes:
    """The 32 bytes under which what ``word`` names is counted for an email address, however its case is spelled."""
    return hashlib.sha256(f"{word} {email.casefold()}".encode()).digest()


def letters_digest(email: str) -> bytes:
    """The 32 bytes under which the letters are counted that went to accounts which have left this email address."""
    return digest_at("letter", email)


def letters_lately(left: WrongTries, at: datetime) -> int:
    """How many of the letters that earlier accounts left behind were sent in the day up to this moment."""
    return sum(moment > at - A_DAY for moment in left.moments)


def with_letters(left: WrongTries, moments: Sequence[datetime], at: datetime, most: int) -> WrongTries:
    """The letters left behind before, with those of one more account: the newest ``most`` of the last day.

    ``moments`` says when they were sent. One that is just being sent counts by when the claim on it ends, which is
    yet to come.
    """
    kept = tuple(sorted(moment for moment in (*left.moments, *moments) if moment > at - A_DAY)[-most:])
    # Nobody has to wait until then. A store keeps what was counted until a while after this moment, here for a day.
    return WrongTries(kept, until=kept[-1] + A_DAY - WINDOW) if kept else WrongTries()
