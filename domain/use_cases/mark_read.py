"""A trader has read what they were told."""

from __future__ import annotations

from uuid import UUID

from ..ports.inbox import Inbox


def mark_read(trader_id: UUID, up_to: int, *, inbox: Inbox) -> int:
    """Mark notices up to number ``up_to`` as read, and return the number up to which they now are.

    A number behind the newest notice means all there are, a lower one than before changes nothing. Raises
    ``TraderNotFound``.
    """
    return inbox.mark_read(trader_id, up_to)
