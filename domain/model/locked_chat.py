"""What is done in a chat: writing, sending a file, and mailing whoever has not read.

The chat is locked, and nothing else is: whoever trades waits for nobody who writes, and nobody who writes for a trade.
So the offer is as it was when this was read, which is all that a chat needs to know of it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from .. import errors
from .ad import Ad
from .changes import Changes
from .chat import (
    ATTACHMENTS_LIMIT,
    MESSAGE_LENGTH_LIMIT,
    Attachment,
    Chat,
    ChatChange,
    Member,
    Message,
    check_may_write,
)
from .dispute import Dispute
from .frames import FrameValue
from .notices import NOTICE_KINDS, About, FactValue, LetterAlone, Notice, NoticeKind
from .offer import Offer
from .parties import Actor, Parties
from .telling import facts_of_offer
from .texts import check_text
from .trader import Trader
from .versions import Expected, is_expected


@dataclass(frozen=True, slots=True)
class LockedChat:
    """The chat of an offer, locked; None before the first message. ``trader`` is whom it was asked for."""

    chat: Chat | None
    offer: Offer
    ad: Ad
    maker: Trader
    taker: Trader
    trader: Trader
    at: datetime
    dispute: Dispute | None = None

    @property
    def parties(self) -> Parties[Trader]:
        """Who is who to the offer."""
        return Parties(self.ad.ad_type, self.maker, self.taker)

    def _check_may_write(self, by: Actor, at: datetime, expected_version: Expected) -> None:
        check_may_write(self.parties, self.offer, self.dispute, by, at)
        if not is_expected(self.offer.version, expected_version):
            raise errors.VersionMismatch(self.offer.version)

    def write(self, by: Actor, text: str, at: datetime, expected_version: Expected = None) -> tuple[Message, Changes]:
        """A message, and what it changes.

        Raises what ``check_may_write`` does, then ``VersionMismatch`` and ``InvalidFields``.
        """
        self._check_may_write(by, at, expected_version)
        check_text("text", text, MESSAGE_LENGTH_LIMIT, required=True)
        return self._say(by, Message(self.offer.id, self._next, self.trader.id, self._is_staff(by), text, at))

    def send(
        self, by: Actor, attachment: Attachment, at: datetime, expected_version: Expected = None
    ) -> tuple[Message, Changes]:
        """A file as a message.

        Raises what ``check_may_write`` does, then ``VersionMismatch`` and ``TooManyAttachments``.
        """
        self._check_may_write(by, at, expected_version)
        member = self._known.member(self.trader.id)
        if member is not None and member.attached >= ATTACHMENTS_LIMIT:
            raise errors.TooManyAttachments(ATTACHMENTS_LIMIT)
        message = Message(
            self.offer.id,
            self._next,
            self.trader.id,
            self._is_staff(by),
            "",
            at,
            attachment.file,
            attachment.name,
            attachment.content_type,
            attachment.size,
        )
        return self._say(by, message)

    def mail_unread(self, letter_id: UUID, at: datetime) -> Changes:
        """Mail the trader that something is unread, without its text. Raises ``NotDueYet`` where that is not due."""
        member = None if self.chat is None else self.chat.member(self.trader.id)
        if self.chat is None or member is None or member.mail_due_at is None or at < member.mail_due_at:
            raise errors.NotDueYet()
        facts: dict[str, FactValue] = {
            **facts_of_offer(self.offer, self.ad, self.maker, self.taker, self.dispute),
            "reader": self._reader(),
        }
        letter = LetterAlone(letter_id, self.trader.id, NoticeKind.CHAT_MESSAGE, facts, at)
        return Changes(chat=ChatChange(self.chat, self.chat.having(member.mailed(at))), letters=(letter,))

    @property
    def _known(self) -> Chat:
        """The chat; where nobody has written yet, both parties are in it, and whoever took the dispute always is."""
        known = self.chat or Chat(self.offer.id).having(Member(self.maker.id), Member(self.taker.id))
        handler = None if self.dispute is None else self.dispute.handled_by
        if handler is None or known.member(handler) is not None:
            return known
        return known.having(Member(handler, is_staff=True))

    @property
    def _next(self) -> int:
        return self._known.last + 1

    def _is_staff(self, by: Actor) -> bool:
        return not self.parties.are(by)

    def _reader(self) -> str:
        if self.trader.id == self.parties.buyer.id:
            return "buyer"
        return "seller" if self.trader.id == self.parties.seller.id else "staff"

    def _say(self, by: Actor, message: Message) -> tuple[Message, Changes]:
        """Everything that a message writes: itself, how the members stand then, and what the others are told."""
        known = self._known
        writer = known.member(message.by) or Member(message.by, self._is_staff(by))
        writer = replace(writer, attached=writer.attached + (message.file is not None))
        others = [member for member in known.members if member.trader_id != message.by]
        told = (member.told(message.number, message.at) for member in others)
        after = replace(known, last=message.number).having(writer, *told)
        notices = tuple(self._notice(member.trader_id, message) for member in others)
        return message, Changes(chat=ChatChange(self.chat, after), facts=(message,), notices=notices)

    def _notice(self, whom: UUID, message: Message) -> Notice:
        kind, fullname = NoticeKind.CHAT_MESSAGE, self.trader.fullname
        frame: dict[str, FrameValue] = {
            "message": NOTICE_KINDS[kind].message.format(fullname=fullname),
            "type": kind.value,
            "offer_id": self.offer.id,
            "from": str(message.by),
            "text": message.text,
        }
        facts: dict[str, FactValue] = {"offer_id": self.offer.id, "fullname": fullname, "number": message.number}
        about = About(self.offer.id, self.offer.version)
        return Notice(whom, kind, frame, facts, message.at, about, is_mailed=False)
