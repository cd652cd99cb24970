"""The Message-ID of a letter: fixed when its notice is written, so that every copy of a letter has the same."""

from __future__ import annotations

from uuid import UUID


def message_id(number: int, trader_id: UUID, domain: str) -> str:
    """The Message-ID of a trader's notice of this number."""
    return f"<notice.{number}.{trader_id}@{domain}>"
