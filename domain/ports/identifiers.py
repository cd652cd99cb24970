"""Names for new things."""

from __future__ import annotations

import hashlib
from typing import Protocol
from uuid import UUID


class Identifiers(Protocol):
    """A source of ids that nobody can guess and that never repeat."""

    def new(self) -> UUID:
        """A fresh random UUID (version 4)."""
        ...

    def secret(self) -> str:
        """A fresh URL-safe secret of at least 256 bits."""
        ...


def random_bytes(identifiers: Identifiers, size: int = 32) -> bytes:
    """So many fresh bytes, at most 32, that nobody can guess."""
    return hashlib.sha256(identifiers.secret().encode()).digest()[:size]
