"""Chats to read: their messages, who has read them, and whom to mail. They are written through the book."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from ..model.chat import Message


@dataclass(frozen=True, slots=True)
class MessageView:
    """A message and the name of who wrote it."""

    message: Message
    fullname: str


class Chats(Protocol):
    """The messages of offers. Nothing here waits for a lock on an offer or an ad."""

    def messages(self, offer_id: int, since: int, limit: int) -> Sequence[MessageView]:
        """The messages of an offer after number ``since``, in order, at most ``limit``. Whoever sees one number sees
        all lower ones."""
        ...

    def mark_read(self, offer_id: int, trader_id: UUID, up_to: int) -> None:
        """Note that a member has read up to this number. Nothing happens to one who is no member or read more before.

        ``up_to`` is a number that was read, so that what was written meanwhile stays unread.
        """
        ...

    def due_mails(self, at: datetime, limit: int) -> Sequence[tuple[int, UUID]]:
        """The offers and members whose mail about what they have not read is due, the longest due first."""
        ...

    def kept_files(self, files: Iterable[UUID]) -> frozenset[UUID]:
        """Those of the files that a message has."""
        ...
