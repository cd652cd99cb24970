"""Letters by state, and the tail of notices, over dicts."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import takewhile
from uuid import UUID

from domain.model.frames import parse_frame
from domain.model.letters_at_an_address import A_DAY, letters_digest, letters_lately
from domain.model.notices import NumberedNotice, Urgency, urgency_of
from domain.ports.clock import Clock
from domain.ports.delivery import TURNS, UNVERIFIED_LETTERS_A_DAY, Backlog, Letter, OutboxItem

from .tables import LetterRow, NoticeRow, Tables, existing
from .unit import Database

_ERROR_LENGTH_LIMIT = 500


def numbered(row: NoticeRow) -> NumberedNotice:
    """A notice as its reader gets it."""
    frame, offer_id = parse_frame(row.frame), None if row.about is None else row.about.offer_id
    return NumberedNotice(row.trader_id, row.number, row.kind, frame, row.created_at, offer_id, row.request_id)


def notices_after(tables: Tables, trader_id: UUID, number: int, limit: int) -> list[NumberedNotice]:
    """A trader's notices after a number, in order; they have no gaps, so the first that is missing ends them."""
    rows = (tables.notices.get((trader_id, each)) for each in range(max(0, number) + 1, max(0, number) + 1 + limit))
    return [numbered(row) for row in takewhile(lambda row: row is not None, rows) if row is not None]


class MemoryOutbox:
    """The port ``Outbox``: each method is one short transaction of its own."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._served: deque[UUID] = deque(maxlen=TURNS)

    def claim(self, claim: UUID, lease_seconds: int, limit: int) -> Sequence[Letter]:
        """Take due letters and count an attempt on each."""
        with self._database.writing() as tables:
            at = self._clock.now()
            due = [row for row in tables.letters.values() if row.state != "parked" and row.due_at <= at]
            served = set(self._served)
            taken: list[Letter] = []
            for row in sorted(due, key=lambda row: (urgency_of(row.kind), row.trader_id in served, row.due_at, row.id)):
                if len(taken) == limit:
                    break
                self._served.append(row.trader_id)
                if _is_too_many(tables, row, at):
                    tables.letters.remove(row.id)
                    facts = "{}" if row.number is None else row.facts
                    tables.sent_letters.put(row.id, replace(row, state="sent", claim=None, facts=facts))
                    continue
                lease_end = at + timedelta(seconds=lease_seconds)
                sending = replace(row, state="sending", claim=claim, attempts=row.attempts + 1, due_at=lease_end)
                tables.letters.put(row.id, sending)
                taken.append(_letter(sending))
            return taken

    def mark_sent(self, *letters: Letter) -> frozenset[int]:
        """The server took them."""
        with self._database.writing() as tables:
            rows = _all_claimed(tables, letters)
            for row in rows:
                tables.letters.remove(row.id)
                sent = replace(row, state="sent", claim=None, last_error=None, sent_at=self._clock.now())
                if row.number is None:
                    sent = replace(sent, facts="{}")
                tables.sent_letters.put(row.id, sent)
            return frozenset(row.id for row in rows)

    def hand_back(self, *letters: Letter) -> frozenset[int]:
        """They were not tried after all."""
        with self._database.writing() as tables:
            rows, now = _all_claimed(tables, letters), self._clock.now()
            for row in rows:
                back = replace(row, state="queued", claim=None, due_at=now, attempts=row.attempts - 1)
                tables.letters.put(row.id, back)
            return frozenset(row.id for row in rows)

    def retry_after(self, letter: Letter, delay: timedelta, error: str) -> bool:
        """It failed for now."""
        return self._put_back(letter, state="queued", due_at=self._clock.now() + delay, error=error)

    def park(self, letter: Letter, error: str) -> bool:
        """It will not succeed without a person."""
        return self._put_back(letter, state="parked", due_at=None, error=error)

    def _put_back(self, letter: Letter, *, state: str, due_at: datetime | None, error: str) -> bool:
        with self._database.writing() as tables:
            row = _claimed(tables, letter)
            if row is None:
                return False
            cut = error.replace("\x00", "")[:_ERROR_LENGTH_LIMIT]
            back = replace(row, state=state, claim=None, due_at=due_at or row.due_at, last_error=cut)
            tables.letters.put(row.id, back)
            return True

    def forget(self, before: datetime, limit: int) -> int:
        """Delete letters that were sent, or withheld, before this moment."""
        with self._database.writing() as tables:
            newest = max((row.id for row in (*tables.letters.values(), *tables.sent_letters.values())), default=0)
            ended = ((row.sent_at or row.due_at, row.id) for row in tables.sent_letters.values() if row.id != newest)
            old = sorted(each for each in ended if each[0] < before)[:limit]
            for _, letter_id in old:
                tables.sent_letters.remove(letter_id)
            return len(old)

    def waiting(self, limit: int) -> Sequence[OutboxItem]:
        """What is not sent yet, parked letters first, then the oldest."""
        with self._database.reading() as tables:
            rows = sorted(tables.letters.values(), key=lambda row: (row.state != "parked", row.id))[:limit]
            return [_item(row) for row in rows]

    def backlog(self) -> Backlog:
        """How many letters are not sent yet."""
        with self._database.reading() as tables:
            parked = sum(row.state == "parked" for row in tables.letters.values())
            return Backlog(queued=len(list(tables.letters.values())) - parked, parked=parked)

    def rearm(self, ids: Iterable[int] | None) -> int:
        """Make parked letters due again, with all their attempts before them."""
        wanted = None if ids is None else set(ids)
        with self._database.writing() as tables:
            parked = [row for row in tables.letters.values() if row.state == "parked"]
            chosen = [row for row in parked if wanted is None or row.id in wanted]
            for row in chosen:
                tables.letters.put(row.id, replace(row, state="queued", due_at=self._clock.now(), attempts=0))
            return len(chosen)


def _is_too_many(tables: Tables, row: LetterRow, at: datetime) -> bool:
    """Whether a letter is too many for an address that nobody has shown to be theirs."""
    trader = existing(tables.traders, row.trader_id, "trader")
    if trader.email_verified or urgency_of(row.kind) is Urgency.CODE:
        return False
    own = (*tables.letters.values(), *tables.sent_letters.values())
    others = (other for other in own if other.trader_id == row.trader_id and other.id != row.id)
    gone = [
        other
        for other in others
        if urgency_of(other.kind) is not Urgency.CODE
        and (other.state == "sending" or (other.sent_at is not None and other.sent_at > at - A_DAY))
    ]
    left = tables.wrong_tries.get(letters_digest(trader.email))
    before = 0 if left is None else letters_lately(left, at)
    return len(gone) + before >= UNVERIFIED_LETTERS_A_DAY


def _claimed(tables: Tables, letter: Letter) -> LetterRow | None:
    """The letter's row, if the claim on it is still the one that the letter was handed out with."""
    row = tables.letters.get(letter.id)
    return row if row is not None and row.claim is not None and row.claim == letter.claim else None


def _all_claimed(tables: Tables, letters: Iterable[Letter]) -> list[LetterRow]:
    found = {letter.id: _claimed(tables, letter) for letter in letters}
    return [row for row in found.values() if row is not None]


def _letter(row: LetterRow) -> Letter:
    return Letter(
        id=row.id,
        trader_id=row.trader_id,
        number=row.number,
        kind=row.kind,
        recipient=row.recipient,
        fullname=row.fullname,
        message_id=row.message_id,
        facts=json.loads(row.facts),
        created_at=row.created_at,
        attempts=row.attempts,
        claim=row.claim,
        offer_id=row.offer_id,
        request_id=row.request_id,
    )


def _item(row: LetterRow) -> OutboxItem:
    return OutboxItem(
        id=row.id,
        kind=row.kind,
        recipient=row.recipient,
        state=row.state,
        attempts=row.attempts,
        created_at=row.created_at,
        next_attempt_at=row.due_at,
        last_error=row.last_error,
    )


class MemoryTail:
    """The port ``NoticeTail``: each method is one short read of its own."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def last_numbers(self, trader_ids: Iterable[UUID]) -> Mapping[UUID, int]:
        """The number of each trader's newest committed notice."""
        with self._database.reading() as tables:
            return {trader_id: tables.notice_numbers.get(trader_id) or 0 for trader_id in trader_ids}

    def after(self, trader_id: UUID, number: int, limit: int) -> Sequence[NumberedNotice]:
        """A trader's committed notices after a number, in order."""
        with self._database.reading() as tables:
            return notices_after(tables, trader_id, number, limit)
