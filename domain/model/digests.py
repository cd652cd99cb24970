"""Digests of things of several parts, which nobody can read in two ways.

Each part is written behind its length in bytes, as a netstring, so that no two lists of parts are the same bytes.
Source: docs/contract/books.md, "What is hashed".
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from hashlib import sha256

NO_DIGEST = ""
"""What stands where there is nothing before."""


def digest_of(parts: Iterable[object]) -> str:
    """The SHA-256 of the parts, each as text in UTF-8, in 64 hexadecimal digits. The first says what they are."""
    encoded = (str(part).encode() for part in parts)
    return sha256(b"".join(b"%d:%b," % (len(text), text) for text in encoded)).hexdigest()


def exact_moment(moment: datetime) -> str:
    """A moment as it is hashed: in UTC, with its microseconds."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
