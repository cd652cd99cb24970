"""Chats to read, over dicts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from domain.model.chat import Message
from domain.ports.chats import MessageView

from .facts import facts_of
from .tables import existing
from .unit import Session


class MemoryChats:
    """The port ``Chats``."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def messages(self, offer_id: int, since: int, limit: int) -> Sequence[MessageView]:
        """The messages of an offer after a number, in order."""
        with self._session.reading() as tables:
            # They are numbered from 1 without a gap.
            found = facts_of(tables, Message, (offer_id,), None)[max(0, since) :][:limit]
            return [MessageView(each, existing(tables.traders, each.by, "trader").fullname) for each in found]

    def mark_read(self, offer_id: int, trader_id: UUID, up_to: int) -> None:
        """Note that a member has read up to this number."""
        tables = self._session.writing()
        chat = tables.chats.get(offer_id)
        member = None if chat is None else chat.member(trader_id)
        if chat is not None and member is not None and member.read_up_to < up_to:
            tables.chats.put(offer_id, chat.having(member.read(up_to)))

    def due_mails(self, at: datetime, limit: int) -> Sequence[tuple[int, UUID]]:
        """The offers and members whose mail is due, the longest due first."""
        with self._session.reading() as tables:
            due = sorted(
                (member.mail_due_at, chat.offer_id, member.trader_id)
                for chat in tables.chats.values()
                for member in chat.members
                if member.mail_due_at is not None and member.mail_due_at <= at
            )
        return [(offer_id, trader_id) for _, offer_id, trader_id in due[:limit]]

    def kept_files(self, files: Iterable[UUID]) -> frozenset[UUID]:
        """Those of the files that a message has."""
        with self._session.reading() as tables:
            return frozenset(file for file in files if (Message.kept.table, "file", file) in tables.unique_values)
