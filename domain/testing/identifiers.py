"""Ids that nobody else has, without chance: a test that fails does so again with the same ones."""

from hashlib import sha256
from itertools import count
from uuid import UUID

_numbers = count()


class CountedIdentifiers:
    """The port ``Identifiers`` for tests: one after another, spread as random ones are.

    No two of a process give the same, and any number of threads may ask.
    """

    def new(self) -> UUID:
        """A fresh id."""
        return UUID(bytes=_spread()[:16], version=4)

    def secret(self) -> str:
        """A fresh secret: 64 hexadecimal digits."""
        return _spread().hex()


def fresh_id() -> UUID:
    """An id of nobody and nothing so far."""
    return CountedIdentifiers().new()


def _spread() -> bytes:
    return sha256(str(next(_numbers)).encode()).digest()
