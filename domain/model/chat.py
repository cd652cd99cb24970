"""The chat of an offer: who may take part in it and when, and how far each of them has read.

Messages are facts, numbered for each offer. What changes is the ``Chat``: how many messages there are, and how each
member stands to them. Source: docs/contract/trading.md, "Chat".
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID

from .. import errors
from .dispute import Dispute
from .facts import Fact, Kept
from .lifecycle import OfferState
from .offer import Offer
from .parties import Actor, AnyParty, Parties
from .texts import NOT_IN_A_LINE, has_visible_character, trimmed

MESSAGE_LENGTH_LIMIT = 2000
"""Characters of a message."""
OPEN_AFTER_END = timedelta(days=30)
"""How long the parties may read and write after their offer has ended."""
ATTACHMENTS_LIMIT = 20
"""Files that one member may send in one chat."""
FILE_NAME_LENGTH_LIMIT = 100
"""Characters of the name of a file; what is longer is cut."""
NOT_IN_A_NAME = re.compile(rf"[/\\]|{NOT_IN_A_LINE.pattern}")
MAIL_AFTER = timedelta(minutes=10)
"""How long a message is unread before its reader is mailed."""
MAILS_APART = timedelta(hours=1)
"""The least between two mails to one reader about one chat."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that was sent: where it is kept, what its sender calls it, and what it is. ``size`` is in bytes."""

    file: UUID
    name: str
    content_type: str
    size: int


@dataclass(frozen=True, slots=True)
class Message(Fact):
    """What somebody wrote or sent: ``number`` counts from 1 for each offer, without gaps, in the order of commits.

    A file has no text. ``is_staff`` says that it was written as staff, and not by a party.
    """

    kept: ClassVar[Kept] = Kept(
        "chat_messages",
        key=("offer_id", "number"),
        unique=("file",),
        refers={"offer_id": "offers", "by": "traders"},
    )

    offer_id: int
    number: int
    by: UUID
    is_staff: bool
    text: str = field(repr=False)
    at: datetime
    file: UUID | None = None
    file_name: str | None = None
    content_type: str | None = None
    size: int | None = None

    @property
    def attachment(self) -> Attachment | None:
        """The file that was sent, if it was one."""
        if self.file is None or self.file_name is None or self.content_type is None or self.size is None:
            return None
        return Attachment(self.file, self.file_name, self.content_type, self.size)


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody in a chat: up to which message they have read, and which is the newest that another wrote.

    ``mail_due_at`` is when they are to be mailed that something is unread, None where nothing is or they were mailed;
    ``attached`` is how many files they have sent.
    """

    trader_id: UUID
    is_staff: bool = False
    read_up_to: int = 0
    told_up_to: int = 0
    mail_due_at: datetime | None = None
    mailed_at: datetime | None = None
    attached: int = 0

    @property
    def has_unread(self) -> bool:
        """Whether another wrote something that they have not read."""
        return self.told_up_to > self.read_up_to

    def told(self, number: int, at: datetime) -> Member:
        """Another has written. A mail is due in a while, but for one who was mailed and has not read since."""
        due = self.mail_due_at
        if not self.has_unread:
            due = at + MAIL_AFTER
            if self.mailed_at is not None:
                due = max(due, self.mailed_at + MAILS_APART)
        return replace(self, told_up_to=number, mail_due_at=due)

    def read(self, up_to: int) -> Member:
        """They have read up to this number; what was read stays so."""
        read_up_to = max(self.read_up_to, up_to)
        return replace(
            self, read_up_to=read_up_to, mail_due_at=None if read_up_to >= self.told_up_to else self.mail_due_at
        )

    def mailed(self, at: datetime) -> Member:
        """They were mailed; not again before they have read."""
        return replace(self, mail_due_at=None, mailed_at=at)


@dataclass(frozen=True, slots=True)
class Chat:
    """How many messages a chat has, ``last`` being the number of the newest, and who is in it, by their ids."""

    offer_id: int
    last: int = 0
    members: tuple[Member, ...] = field(default=())

    def member(self, trader_id: UUID) -> Member | None:
        """Somebody in it, or None."""
        return next((member for member in self.members if member.trader_id == trader_id), None)

    def having(self, *changed: Member) -> Chat:
        """The chat with these members as they are to be, new or not."""
        known = {member.trader_id: member for member in (*self.members, *changed)}
        return replace(self, members=tuple(known[key] for key in sorted(known)))


@dataclass(frozen=True, slots=True)
class ChatChange:
    """A chat before and after; without a before it is new. The write is guarded by the number of messages before."""

    before: Chat | None
    after: Chat

    @property
    def changed_members(self) -> tuple[tuple[Member | None, Member], ...]:
        """The members that are not as before, each with how they were; None for who is new."""
        known = {member.trader_id: member for member in (self.before.members if self.before else ())}
        pairs = ((known.get(member.trader_id), member) for member in self.after.members)
        return tuple((before, after) for before, after in pairs if before != after)


def file_name(given: str) -> str:
    """What a file is called, of what its sender calls it: no path, nothing that cannot be seen, 100 characters.

    Slashes and what no line may have become ``_``; one without a name is called ``file``.
    """
    name = trimmed(NOT_IN_A_NAME.sub("_", given))[:FILE_NAME_LENGTH_LIMIT]
    return name if has_visible_character(name) else "file"


def check_may_read(parties: Parties[AnyParty], offer: Offer, dispute: Dispute | None, by: Actor, at: datetime) -> None:
    """Return if somebody may read the chat now.

    A party may to the end of 30 days after the offer's end, and staff once the offer was in dispute. Raises
    ``OfferNotFound`` for all others, whom the chat is no business of, and ``ChatClosed`` for a party who comes late.
    """
    if parties.are(by):
        if offer.is_over_for(OPEN_AFTER_END, at):
            raise errors.ChatClosed()
    elif not by.is_staff or by.id is None or dispute is None:
        raise errors.OfferNotFound()


def check_may_write(parties: Parties[AnyParty], offer: Offer, dispute: Dispute | None, by: Actor, at: datetime) -> None:
    """Return if somebody may write now: who may read, and staff only for as long as the offer is in dispute.

    Raises what ``check_may_read`` does, and ``ChatIsReadOnly`` for staff after the dispute.
    """
    check_may_read(parties, offer, dispute, by, at)
    if not parties.are(by) and offer.state is not OfferState.DISPUTED:
        raise errors.ChatIsReadOnly()
