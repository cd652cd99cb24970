"""Secrets that must be read again, kept where others may look: a database, its copies, its backups."""

from __future__ import annotations

from typing import Protocol

from ..errors import Fault


class Unsealable(Fault):
    """What was kept was sealed by a key that is not here any more, for another purpose, or was changed since."""


class Sealer(Protocol):
    """Seals by a key that is kept apart from what is sealed.

    ``purpose`` says what a secret is and whose, such as ``webhook:{id}``: what was sealed for one purpose opens for no
    other, so that nothing is gained by moving it to another row.
    """

    def seal(self, secret: bytes, purpose: str) -> bytes:
        """The secret, sealed; another text each time."""
        ...

    def open(self, sealed: bytes, purpose: str) -> bytes:
        """The secret. Raises ``Unsealable``."""
        ...
