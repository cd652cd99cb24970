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
    """Under what is counted what ``word`` names at an email address, in whatever case that is spelled. 32 bytes."""
    return hashlib.sha256(f"{word} {email.casefold()}".encode()).digest()


def letters_digest(email: str) -> bytes:
    """Under what the letters of accounts are kept that have left this email address."""
    return digest_at("letter", email)


def letters_lately(left: WrongTries, at: datetime) -> int:
    """How many letters, of those that accounts left behind at their address, were sent in the day up to this moment."""
    return sum(moment > at - A_DAY for moment in left.moments)


def with_letters(left: WrongTries, moments: Sequence[datetime], at: datetime, most: int) -> WrongTries:
    """What is left behind, and the letters of one account more, by when they were sent: the newest ``most`` of a day.

    A letter that is just being sent counts from when it is too late to send it, which is to come yet.
    """
    kept = tuple(sorted(moment for moment in (*left.moments, *moments) if moment > at - A_DAY)[-most:])
    # Nothing waits until then: it is what such moments are kept for.
    return WrongTries(kept, until=kept[-1] + A_DAY - WINDOW) if kept else WrongTries()
