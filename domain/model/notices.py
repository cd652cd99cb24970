"""What a notice is, of which kinds there are, and in which words a frame says it.

A notice is what one trader is told. Its frame and its facts are fixed when that happens which it tells of, so that
what is told is what was true. ``NOTICE_KINDS`` has all there is to say of a kind; what an event of an offer tells is
in ``telling``. Source: docs/contract/notices.md, "Who is told what".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import IntEnum, StrEnum
from uuid import UUID

from .account_letters import AccountLetter
from .frames import FrameValue
from .lifecycle import EventKind, Role

FactValue = str | int | bool | None


class NoticeKind(StrEnum):
    """The ``type`` of a frame."""

    AD_INTEREST = "ad_interest"
    AUTO_REPLY = "auto_reply"
    PAYMENT_INDICATION = "payment_indication"
    OFFER_CANCEL = "offer_cancel"
    OFFER_CALLED_OFF = "offer_called_off"
    FUNDS_RELEASED = "funds_released"
    OFFER_EXPIRED = "offer_expired"
    OFFER_DISPUTED = "offer_disputed"
    DISPUTE_RESOLVED = "dispute_resolved"
    FEEDBACK_GIVEN = "feedback_given"
    OFFER_RETURNED = "offer_returned"
    CHAT_MESSAGE = "chat_message"
    DISPUTE_WITHDRAWN = "dispute_withdrawn"


LetterKind = NoticeKind | AccountLetter


@dataclass(frozen=True, slots=True)
class FrameKey:
    """What stands under a key of frames: of which type, and in words for developers."""

    type: type[FrameValue]
    description: str


FRAME_KEYS: Mapping[str, FrameKey] = {
    "ad_id": FrameKey(int, "The ad that it is about."),
    "offer_id": FrameKey(int, "The offer that it is about."),
    "amount": FrameKey(
        Decimal, "How much came: a number that prints the exact decimal, with at least one decimal place."
    ),
    "crypto_currency": FrameKey(str, "The code of the crypto currency that came."),
    "from": FrameKey(str, "The id of who wrote it."),
    "text": FrameKey(str, "What was written; empty where a file was sent."),
}
"""The keys of frames, which mean the same in all of them."""


@dataclass(frozen=True, slots=True)
class KindOfNotice:
    """All there is to say of a kind of notice.

    ``of`` are the events that are told by it, ``to`` the parties who are told, none where that is the other one than
    whoever acted. ``when`` says it to developers. ``message`` is the sentence of the frame, with words in braces, and
    ``frame`` the keys of the frame beside ``message`` and ``type``, in their order, each of ``FRAME_KEYS``.
    ``subject`` is that of its letter; without one it is never mailed. No subject holds a word that a trader chose.
    ``sample`` has a value for every key and word.
    """

    of: tuple[EventKind, ...]
    to: tuple[Role, ...]
    when: str
    message: str
    frame: tuple[str, ...]
    sample: Mapping[str, FrameValue]
    subject: str | None = None

    @property
    def is_mailed(self) -> bool:
        """Whether it is ever mailed."""
        return self.subject is not None

    @property
    def addressee(self) -> str:
        """Who is told, in words."""
        if len(self.to) > 1:
            return "both"
        return f"the {self.to[0].value}" if self.to else "the other party"


_BOTH = (Role.MAKER, Role.TAKER)
_OF_AD = ("ad_id", "offer_id")
_OF_OFFER = ("offer_id",)

NOTICE_KINDS: Mapping[NoticeKind, KindOfNotice] = {
    NoticeKind.AD_INTEREST: KindOfNotice(
        of=(EventKind.MADE,),
        to=(Role.MAKER,),
        when="somebody made an offer on their ad",
        message="You have an interested {counterparty} on your p2p ad",
        frame=_OF_AD,
        sample={"counterparty": "buyer", "ad_id": 1, "offer_id": 1},
        subject="You have an interested {counterparty} on your p2p ad",
    ),
    NoticeKind.AUTO_REPLY: KindOfNotice(
        of=(EventKind.MADE,),
        to=(Role.TAKER,),
        when="the ad's text, if it has one",
        message="{auto_reply_message}",
        frame=_OF_AD,
        sample={"auto_reply_message": "Hello, please pay within the window.", "ad_id": 1, "offer_id": 1},
        subject="A message about your offer",
    ),
    NoticeKind.PAYMENT_INDICATION: KindOfNotice(
        of=(EventKind.PAYMENT_INDICATED,),
        to=(Role.SELLER,),
        when="the buyer says that the money was sent",
        message="{buyer} has claimed to have made payment regarding your {advertised}.",
        frame=_OF_OFFER,
        sample={"buyer": "Amara", "advertised": "P2P advertisement", "offer_id": 1},
        subject="The buyer says that the money was sent",
    ),
    NoticeKind.OFFER_CANCEL: KindOfNotice(
        of=(EventKind.CANCELLED,),
        to=(Role.MAKER,),
        when="the taker has cancelled",
        message="{taker} has cancelled their offer regarding your P2P advertisement.",
        frame=_OF_OFFER,
        sample={"taker": "Amara", "offer_id": 1},
        subject="An offer on your ad was cancelled",
    ),
    NoticeKind.OFFER_CALLED_OFF: KindOfNotice(
        of=(EventKind.CALLED_OFF,),
        to=_BOTH,
        when="staff have shut out one of the two",
        message="Staff have cancelled this offer: one of its parties may not trade here any more.",
        frame=_OF_OFFER,
        sample={"offer_id": 1},
        subject="An offer was cancelled by our staff",
    ),
    NoticeKind.OFFER_EXPIRED: KindOfNotice(
        of=(EventKind.EXPIRED,),
        to=_BOTH,
        when="the time to pay has passed",
        message="The time to pay for this offer has passed, and the offer has expired.",
        frame=_OF_OFFER,
        sample={"offer_id": 1},
        subject="An offer has expired",
    ),
    NoticeKind.OFFER_DISPUTED: KindOfNotice(
        of=(EventKind.DISPUTE_OPENED,),
        to=_BOTH,
        when="a dispute was opened",
        message="{dispute_opened}",
        frame=_OF_OFFER,
        sample={"dispute_opened": "Amara has opened a dispute on this offer.", "offer_id": 1},
        subject="A dispute was opened",
    ),
    NoticeKind.DISPUTE_RESOLVED: KindOfNotice(
        of=(EventKind.DISPUTE_RESOLVED,),
        to=_BOTH,
        when="the dispute was resolved",
        message="The dispute on this offer has been resolved{outcome}.",
        frame=_OF_OFFER,
        sample={"outcome": " in favour of the buyer", "offer_id": 1},
        subject="A dispute was resolved",
    ),
    NoticeKind.FUNDS_RELEASED: KindOfNotice(
        of=(EventKind.FUNDS_RELEASED, EventKind.DISPUTE_RESOLVED),
        to=(Role.BUYER,),
        when="the crypto is theirs",
        message="Funds have been released",
        frame=("amount", "crypto_currency"),
        sample={"amount": Decimal(10), "crypto_currency": "trx"},
        subject="Funds have been released: {received}",
    ),
    NoticeKind.OFFER_RETURNED: KindOfNotice(
        of=(EventKind.RETURNED,),
        to=(Role.SELLER,),
        when="the buyer has given up a paid offer",
        message="{buyer} has given up this offer, and the crypto is yours again.",
        frame=_OF_OFFER,
        sample={"buyer": "Amara", "offer_id": 1},
        subject="The buyer has given up an offer",
    ),
    NoticeKind.DISPUTE_WITHDRAWN: KindOfNotice(
        of=(EventKind.DISPUTE_WITHDRAWN,),
        to=(),
        when="whoever opened the dispute has withdrawn it",
        message="The dispute on this offer has been withdrawn.",
        frame=_OF_OFFER,
        sample={"offer_id": 1},
        subject="A dispute was withdrawn",
    ),
    NoticeKind.FEEDBACK_GIVEN: KindOfNotice(
        of=(),
        to=(),
        when="the offer was rated",
        message="{fullname} has rated your trade.",
        frame=_OF_OFFER,
        sample={"fullname": "Amara", "offer_id": 1},
    ),
    NoticeKind.CHAT_MESSAGE: KindOfNotice(
        of=(),
        to=(),
        when="somebody wrote in the chat",
        message="{fullname} has written to you.",
        frame=("offer_id", "from", "text"),
        sample={"fullname": "Amara", "offer_id": 1, "from": "c3a9e0b4-18f6-4d27-8e51-92b7d6405fa8", "text": "Hello."},
        subject="You have not read a message yet",
    ),
}
"""One row a kind. What one event tells is told in this order."""


@dataclass(frozen=True, slots=True)
class About:
    """The offer that something is told about, and its version then."""

    offer_id: int
    version: int


@dataclass(frozen=True, slots=True)
class Notice:
    """What one trader is told, at a moment. ``frame`` is the websocket message; what is not of an offer is about none.

    ``is_mailed`` says whether a letter goes too; ``facts`` are what it may say.
    """

    trader_id: UUID
    kind: NoticeKind
    frame: Mapping[str, FrameValue] = field(repr=False)
    facts: Mapping[str, FactValue] = field(repr=False)
    at: datetime
    about: About | None = None
    is_mailed: bool = True


@dataclass(frozen=True, slots=True)
class LetterAlone:
    """A letter with no notice behind it: it is mailed, and shown nowhere else. By its ``id`` copies of it are known.

    Once it was sent its facts are forgotten, since they may be secrets.
    """

    id: UUID
    trader_id: UUID
    kind: LetterKind
    facts: Mapping[str, FactValue] = field(repr=False)
    at: datetime


@dataclass(frozen=True, slots=True)
class NumberedNotice:
    """A notice as it is kept: numbered from 1 without gaps for each trader, in the order of the commits.

    ``offer_id`` is the offer that it is about, and ``request_id`` the request that caused it, where these are kept.
    """

    trader_id: UUID
    number: int
    kind: NoticeKind
    frame: Mapping[str, FrameValue] = field(repr=False)
    created_at: datetime
    offer_id: int | None = None
    request_id: UUID | None = None


def letter_kind(text: str) -> LetterKind:
    """The kind of letter of this name. Raises ``ValueError`` where there is none."""
    return AccountLetter(text) if text in set(AccountLetter) else NoticeKind(text)


class Urgency(IntEnum):
    """Which letters go first, whatever waits. Source: docs/contract/notices.md, "Which letters go first"."""

    MONEY = 0
    CODE = 1
    OTHER = 2


_URGENCIES: Mapping[LetterKind, Urgency] = {
    NoticeKind.PAYMENT_INDICATION: Urgency.MONEY,
    NoticeKind.FUNDS_RELEASED: Urgency.MONEY,
    NoticeKind.OFFER_DISPUTED: Urgency.MONEY,
    NoticeKind.DISPUTE_RESOLVED: Urgency.MONEY,
    AccountLetter.DISPUTES_WAITING: Urgency.MONEY,
    AccountLetter.VERIFY_CODE: Urgency.CODE,
    AccountLetter.RESET_CODE: Urgency.CODE,
}


def urgency_of(kind: LetterKind) -> Urgency:
    """How urgent a letter of this kind is."""
    return _URGENCIES.get(kind, Urgency.OTHER)


def sample_frame(kind: NoticeKind) -> dict[str, FrameValue]:
    """A frame of this kind as it might be. Raises ``KeyError`` where its row has no sample of a word or a key."""
    row = NOTICE_KINDS[kind]
    message = row.message.format_map(row.sample)
    return {"message": message, "type": kind.value, **{key: row.sample[key] for key in row.frame}}
