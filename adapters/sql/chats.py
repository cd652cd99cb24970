"""Chats to read, on a database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, case, select, update
from sqlalchemy.engine import Connection

from domain.model.chat import Message
from domain.model.facts import fact_of
from domain.ports.chats import MessageView

from .lists.parts import Part, Parts
from .lists.statements import Statement
from .schema.mapping import Row, labelled
from .schema.tables import chat_members, chat_messages, traders
from .schema.types import BIG, Id, Moment

_OF_OFFER = bindparam("of_offer", type_=BIG)
_PARTS = Parts(
    Part(chat_messages, labelled(chat_messages, ""), lambda row: fact_of(Message, _message_values(row), {})),
    Part(traders, [traders.c.fullname.label("fullname")], lambda row: row["fullname"]),
)
_MESSAGES = {
    on: Statement(
        select(*_PARTS.columns(postgresql=on == "postgresql"))
        .select_from(chat_messages.join(traders, traders.c.id == chat_messages.c.by))
        .where(chat_messages.c.offer_id == _OF_OFFER, chat_messages.c.number > bindparam("since", type_=BIG))
        .order_by(chat_messages.c.number)
        .limit(bindparam("most", type_=BIG))
    )
    for on in ("postgresql", "sqlite")
}


def _message_values(row: Row) -> dict[str, Any]:
    return {column.name: row[column.name] for column in chat_messages.c}


_UP_TO = bindparam("up_to", type_=BIG)
_MARK = (
    update(chat_members)
    .where(
        chat_members.c.offer_id == _OF_OFFER,
        chat_members.c.trader_id == bindparam("of_trader", type_=Id),
        chat_members.c.read_up_to < _UP_TO,
    )
    .values(
        read_up_to=_UP_TO,
        mail_due_at=case((chat_members.c.told_up_to > _UP_TO, chat_members.c.mail_due_at), else_=None),
    )
)
_DUE = (
    select(chat_members.c.offer_id, chat_members.c.trader_id)
    .where(chat_members.c.mail_due_at <= bindparam("at", type_=Moment))
    .order_by(chat_members.c.mail_due_at, chat_members.c.offer_id, chat_members.c.trader_id)
    .limit(bindparam("most"))
)


class SqlChats:
    """The port ``Chats``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def messages(self, offer_id: int, since: int, limit: int) -> Sequence[MessageView]:
        """The messages of an offer after a number, in order.

        Numbers are given out under a lock that is held to the commit, so who sees one number sees all lower ones.
        """
        asked = {"of_offer": offer_id, "since": since, "most": limit}
        engine = self._connection.dialect.name
        found = _MESSAGES[engine].rows(self._connection, asked)
        return [MessageView(*made) for made in _PARTS.found(found, postgresql=engine == "postgresql")]

    def mark_read(self, offer_id: int, trader_id: UUID, up_to: int) -> None:
        """Note that a member has read up to this number."""
        self._connection.execute(_MARK, {"of_offer": offer_id, "of_trader": trader_id, "up_to": up_to})

    def due_mails(self, at: datetime, limit: int) -> Sequence[tuple[int, UUID]]:
        """The offers and members whose mail is due, the longest due first."""
        return [tuple(row) for row in self._connection.execute(_DUE, {"at": at, "most": limit})]

    def kept_files(self, files: Iterable[UUID]) -> frozenset[UUID]:
        """Those of the files that a message has."""
        statement = select(chat_messages.c.file).where(chat_messages.c.file.in_(list(files)))
        return frozenset(self._connection.execute(statement).scalars())
