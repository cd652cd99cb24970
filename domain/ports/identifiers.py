"""Names for new things."""

from __future__ import annotations

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
