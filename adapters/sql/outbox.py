"""Letters by state, on a database. Each method is one short transaction of its own."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import product
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, func, or_, select, true, update
from sqlalchemy.engine import Connection, Row

from domain.model.account_letters import AccountLetter
from domain.model.notices import Urgency, letter_kind, urgency_of
from domain.ports.delivery import TURNS, UNVERIFIED_LETTERS_A_DAY, Backlog, Letter, OutboxItem

from .connections.engine import own_transaction
from .connections.moments import Moments
from .locked_traders import lock_trader_or_who_has_gone
from .schema.one_of import among
from .schema.tables import letters, notices, traders
from .schema.types import word

_IS_UNSENT = letters.c.state.in_([word("queued"), word("sending")])
_IS_PARKED = letters.c.state == word("parked")
_ERROR_LENGTH_LIMIT = 500
_DAY = timedelta(days=1)
_CODES = tuple(kind.value for kind in AccountLetter if urgency_of(kind) is Urgency.CODE)

_TOLD = ("kind", "facts", "created_at", "request_id")
_LETTERS = (
    select(
        *(column for column in letters.c if column.name not in _TOLD),
        *(func.coalesce(letters.c[name], notices.c[name]).label(name) for name in _TOLD),
        notices.c.offer_id,
        traders.c.email,
        traders.c.email_verified,
        traders.c.fullname,
    )
    .outerjoin(notices, (notices.c.trader_id == letters.c.trader_id) & (notices.c.number == letters.c.number))
    .join(traders, traders.c.id == letters.c.trader_id)
)


class SqlOutbox:
    """The port ``Outbox``. A claimed letter's ``next_attempt_at`` is the end of its claimer's lease."""

    def __init__(self, engine: Engine, moments: Moments) -> None:
        self._engine = engine
        self._moments = moments
        self._served: deque[UUID] = deque(maxlen=TURNS)

    def claim(self, claim: UUID, lease_seconds: int, limit: int) -> Sequence[Letter]:
        """Take due letters, skipping those that others hold, and count an attempt on each."""
        claimed = None
        while claimed is None:
            claimed = self._claim_some(claim, lease_seconds, limit)
        return claimed

    def _claim_some(self, claim: UUID, lease_seconds: int, limit: int) -> Sequence[Letter] | None:
        """Take the first of the due letters; None where all of those are withheld and there may be others behind."""
        with own_transaction(self._engine, writes=True, yields=True) as connection:
            at = self._moments.now(connection)
            lease = {"state": "sending", "claim": claim, "next_attempt_at": at + timedelta(seconds=lease_seconds)}
            ids = self._due(connection, at, limit)
            if not ids:
                return []
            taken = update(letters).where(letters.c.id.in_(ids)).values(**lease, attempts=letters.c.attempts + 1)
            connection.execute(taken)
            by_id = {row.id: row for row in connection.execute(_LETTERS.where(letters.c.id.in_(ids)))}
            withheld = _withhold([by_id[letter_id] for letter_id in ids], connection, at)
        self._served.extend(row.trader_id for row in by_id.values())
        if withheld == set(ids):
            return None
        return [_letter(by_id[letter_id]) for letter_id in ids if letter_id not in withheld]

    def _due(self, connection: Connection, at: datetime, limit: int) -> list[int]:
        """Due letters in their order, locked: for each urgency the traders who had none lately, then the others."""
        found: list[int] = []
        served = list(dict.fromkeys(self._served))
        turns = (letters.c.trader_id.not_in(served), letters.c.trader_id.in_(served)) if served else (true(),)
        for urgency, turn in product(Urgency, turns):
            if len(found) < limit:
                due = (
                    select(letters.c.id)
                    .where(_IS_UNSENT, letters.c.urgency == urgency.value, letters.c.next_attempt_at <= at, turn)
                    .order_by(letters.c.next_attempt_at, letters.c.id)
                    .limit(limit - len(found))
                    .with_for_update(skip_locked=True, key_share=True)
                )
                found += connection.execute(due).scalars()
        return found

    def mark_sent(self, letter: Letter) -> bool:
        """The server took it."""
        sent = {"state": "sent", "sent_at": self._moments.expression(), "last_error": None}
        forgotten = {"facts": "{}"} if letter.number is None else {}
        return self._end_claim(letter, **sent, **forgotten)

    def retry_after(self, letter: Letter, delay: timedelta, error: str) -> bool:
        """It failed for now."""
        next_attempt_at = self._moments.expression(delay)
        return self._end_claim(letter, state="queued", next_attempt_at=next_attempt_at, last_error=_cut(error))

    def park(self, letter: Letter, error: str) -> bool:
        """It will not succeed without a person."""
        return self._end_claim(letter, state="parked", last_error=_cut(error))

    def _end_claim(self, letter: Letter, **values: Any) -> bool:
        statement = (
            update(letters)
            .where(letters.c.id == letter.id, letters.c.claim == letter.claim, letters.c.state == "sending")
            .values(**values, claim=None)
        )
        with own_transaction(self._engine, writes=True, yields=True) as connection:
            return connection.execute(statement).rowcount == 1

    def waiting(self, limit: int) -> Sequence[OutboxItem]:
        """What is not sent yet, parked letters first, then the oldest."""
        found: list[OutboxItem] = []
        with own_transaction(self._engine, writes=False) as connection:
            for part in (_IS_PARKED, _IS_UNSENT):
                # An OFFSET keeps SQLite from going through all letters that were ever sent, in their order.
                ids = select(letters.c.id).where(part).offset(0)
                is_waiting = among(letters.c.id, ids, postgresql=self._engine.dialect.name == "postgresql")
                statement = _LETTERS.where(is_waiting).order_by(letters.c.id)
                found += [_item(row) for row in connection.execute(statement.limit(limit - len(found)))]
        return found

    def backlog(self) -> Backlog:
        """How many letters are not sent yet."""
        with own_transaction(self._engine, writes=False) as connection:
            queued, parked = (
                connection.execute(select(func.count()).select_from(letters).where(part)).scalar_one()
                for part in (_IS_UNSENT, _IS_PARKED)
            )
            return Backlog(queued, parked)

    def rearm(self, ids: Iterable[int] | None) -> int:
        """Make parked letters due again, with all their attempts before them."""
        now = self._moments.expression()
        statement = update(letters).where(_IS_PARKED).values(state="queued", next_attempt_at=now, attempts=0)
        if ids is not None:
            statement = statement.where(letters.c.id.in_(list(ids)))
        with own_transaction(self._engine, writes=True, yields=True) as connection:
            return connection.execute(statement).rowcount


def _withhold(rows: Sequence[Any], connection: Connection, at: datetime) -> set[int]:
    """Put away those of claimed letters that are too many for an address that nobody has shown to be theirs.

    The trader's row is locked, so that two who claim at once do not both count the same letters.
    """
    bounded: dict[UUID, list[int]] = {}
    for row in rows:
        if not row.email_verified and row.kind not in _CODES:
            bounded.setdefault(row.trader_id, []).append(row.id)
    withheld: set[int] = set()
    is_bounded = or_(letters.c.kind.is_(None), letters.c.kind.not_in(_CODES))
    for trader_id, ids in sorted(bounded.items()):
        lock_trader_or_who_has_gone(connection, trader_id)
        own = select(func.count()).select_from(letters).where(letters.c.trader_id == trader_id, is_bounded)
        is_lately = letters.c.sent_at.is_not(None), letters.c.sent_at > at - _DAY
        is_held = _IS_UNSENT, letters.c.state == word("sending"), letters.c.id.not_in(ids)
        sent, held = (connection.execute(own.where(*part)).scalar_one() for part in (is_lately, is_held))
        withheld.update(ids[max(0, UNVERIFIED_LETTERS_A_DAY - sent - held) :])
    if withheld:
        put_away = {"state": "sent", "withheld_at": at, "claim": None}
        is_withheld = letters.c.id.in_(withheld)
        connection.execute(update(letters).where(is_withheld).values(put_away))
        connection.execute(update(letters).where(is_withheld, letters.c.number.is_(None)).values(facts="{}"))
    return withheld


def _cut(error: str) -> str:
    return error.replace("\x00", "")[:_ERROR_LENGTH_LIMIT]


def _letter(row: Row[*tuple[Any, ...]]) -> Letter:
    return Letter(
        id=row.id,
        trader_id=row.trader_id,
        number=row.number,
        kind=letter_kind(row.kind),
        recipient=row.email,
        fullname=row.fullname,
        message_id=row.message_id,
        facts=json.loads(row.facts),
        created_at=row.created_at,
        attempts=row.attempts,
        claim=row.claim,
        offer_id=row.offer_id,
        request_id=row.request_id,
    )


def _item(row: Row[*tuple[Any, ...]]) -> OutboxItem:
    return OutboxItem(
        id=row.id,
        kind=letter_kind(row.kind),
        recipient=row.email,
        state=row.state,
        attempts=row.attempts,
        created_at=row.created_at,
        next_attempt_at=row.next_attempt_at,
        last_error=row.last_error,
    )
