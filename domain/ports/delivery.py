"""What only delivery needs: letters to send, notices to tail, and a nudge when there is something new."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from ..errors import Fault
from ..model.notices import FactValue, LetterKind, NumberedNotice

UNVERIFIED_LETTERS_A_DAY = 20
"""So many letters go to an address in 24 hours that nobody has shown to be theirs, beside those with a code."""
TURNS = 20
"""Of letters that are as urgent, those of the last so many traders who were sent one wait behind those of others.

Source of both: docs/contract/notices.md, "Which letters go first".
"""


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail to send: the facts and the Message-ID were fixed when it was written.

    ``number`` is that of its notice, where there is one; ``offer_id`` is the offer that it is about, if any, and
    ``request_id`` the request that caused it, where the store keeps that.
    ``claim`` is the fencing token of whoever claimed it: only its holder may mark the letter.
    """

    id: int
    trader_id: UUID
    number: int | None
    kind: LetterKind
    recipient: str = field(repr=False)
    fullname: str
    message_id: str
    facts: Mapping[str, FactValue] = field(repr=False)
    created_at: datetime
    attempts: int
    claim: UUID | None = None
    offer_id: int | None = None
    request_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class OutboxItem:
    """A letter that is not sent yet, as the operator sees it. ``state`` is queued, sending or parked."""

    id: int
    kind: LetterKind
    recipient: str = field(repr=False)
    state: str
    attempts: int
    created_at: datetime
    next_attempt_at: datetime
    last_error: str | None


@dataclass(frozen=True, slots=True)
class Backlog:
    """How many letters are not sent: ``queued`` will be by themselves, ``parked`` ones wait for a person."""

    queued: int
    parked: int


class Outbox(Protocol):
    """Letters by state. Each method is one short transaction of its own; none is open while a mail is sent.

    What is due, and until when a claim holds, goes by the store's clock: claimers on many hosts share these letters.
    """

    def claim(self, claim: UUID, lease_seconds: int, limit: int) -> Sequence[Letter]:
        """Take due letters, skipping those that others hold, and count an attempt on each.

        The most urgent go first, then those of traders who had none lately (``TURNS``), then those due for the longest.
        What goes beyond ``UNVERIFIED_LETTERS_A_DAY`` is withheld for good and not handed out.
        A letter whose claimer vanished is due again once its lease is over. So is one that cannot be read, which keeps
        none of the others from being handed out. Raises ``ClockIsOff``.
        """
        ...

    def mark_sent(self, *letters: Letter) -> frozenset[int]:
        """The server took them. Tells the ids of those whose claim had not been lost to another meanwhile.

        What a letter alone tells is forgotten then: it may be a secret.
        """
        ...

    def hand_back(self, *letters: Letter) -> frozenset[int]:
        """They were not tried after all: due again at once, with the attempts that they had before.

        Tells the ids of those whose claim had not been lost.
        """
        ...

    def retry_after(self, letter: Letter, delay: timedelta, error: str) -> bool:
        """It failed for now and is due again after the delay. False where the claim had been lost."""
        ...

    def park(self, letter: Letter, error: str) -> bool:
        """It will not succeed without a person. False where the claim had been lost."""
        ...

    def forget(self, before: datetime, limit: int) -> int:
        """Delete letters that were sent, or withheld, before this moment, at most ``limit``; tell how many.

        The newest one stays, by whose number the next is told from all before. Raises ``ClockIsOff``.
        """
        ...

    def waiting(self, limit: int) -> Sequence[OutboxItem]:
        """What is not sent yet, parked letters first, then the oldest."""
        ...

    def backlog(self) -> Backlog:
        """How many letters are not sent yet."""
        ...

    def rearm(self, ids: Iterable[int] | None) -> int:
        """Make parked letters due again, all or those named; tell how many."""
        ...


class NoticeTail(Protocol):
    """What the websocket reads. Each method is one short read of its own."""

    def last_numbers(self, trader_ids: Iterable[UUID]) -> Mapping[UUID, int]:
        """The number of each trader's newest committed notice; 0 where there is none."""
        ...

    def after(self, trader_id: UUID, number: int, limit: int) -> Sequence[NumberedNotice]:
        """A trader's committed notices after a number, in order."""
        ...


class Waker(Protocol):
    """Nudges whoever delivers, after a commit and never inside one. A lost nudge costs time, never a notice."""

    def wake(self, trader_ids: Iterable[UUID]) -> None:
        """These traders have something new. Returns at once and never raises."""
        ...


class MailDeferred(Fault):
    """The mail could not be handed over now; trying again later is right.

    ``ambiguous`` says that the server may have it all the same: the line broke after the final dot.
    """

    def __init__(self, reason: str, *, ambiguous: bool = False) -> None:
        super().__init__(reason)
        self.ambiguous = ambiguous


class MailRefused(Fault):
    """The mail will never be taken as it is: a permanent refusal, or a letter that cannot be built."""


class Mailer(Protocol):
    """Writes letters and hands them to a mail server."""

    def send(self, letter: Letter) -> None:
        """Render the letter and hand it over; on return the server has taken it.

        Raises ``MailDeferred`` and ``MailRefused``, and nothing else.
        """
        ...

    def rest(self) -> None:
        """There is nothing to send for now: let go of what is held for the next letter. Never raises."""
        ...
