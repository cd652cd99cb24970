"""Ids and secrets from the operating system's source of chance."""

from __future__ import annotations

import secrets
import uuid
from uuid import UUID

SECRET_BYTES = 32


class RandomIdentifiers:
    """``Identifiers`` that nobody can guess."""

    def new(self) -> UUID:
        """A fresh random UUID (version 4)."""
        return uuid.uuid4()

    def secret(self) -> str:
        """A fresh URL-safe secret of 256 bits."""
        return secrets.token_urlsafe(SECRET_BYTES)
