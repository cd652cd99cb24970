"""Letters by state, on a database. Each method is one short transaction of its own."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, func, select, update
from sqlalchemy.engine import Row

from domain.model.notices import letter_kind
from domain.ports.delivery import Backlog, Letter, OutboxItem

from .connections.engine import own_transaction
from .connections.moments import Moments
from .schema.one_of import among
from .schema.tables import letters, notices, traders
from .schema.types import word

_IS_UNSENT = letters.c.state.in_([word("queued"), word("sending")])
_IS_PARKED = letters.c.state == word("parked")
_ERROR_LENGTH_LIMIT = 500

_TOLD = ("kind", "facts", "created_at")
_LETTERS = (
    select(
        *(column for column in letters.c if column.name not in _TOLD),
        *(func.coalesce(letters.c[name], notices.c[name]).label(name) for name in _TOLD),
        traders.c.email,
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

    def claim(self, claim: UUID, lease_seconds: int, limit: int) -> Sequence[Letter]:
        """Take due letters, skipping those that others hold, and count an attempt on each."""
        with own_transaction(self._engine, writes=True, yields=True) as connection:
            at = self._moments.now(connection)
            due = (
                select(letters.c.id)
                .where(_IS_UNSENT, letters.c.next_attempt_at <= at)
                .order_by(letters.c.next_attempt_at, letters.c.id)
                .limit(limit)
                .with_for_update(skip_locked=True, key_share=True)
            )
            lease = {"state": "sending", "claim": claim, "next_attempt_at": at + timedelta(seconds=lease_seconds)}
            ids = list(connection.execute(due).scalars())
            if not ids:
                return []
            taken = update(letters).where(letters.c.id.in_(ids)).values(**lease, attempts=letters.c.attempts + 1)
            connection.execute(taken)
            found = connection.execute(_LETTERS.where(letters.c.id.in_(ids)))
            by_id = {row.id: _letter(row) for row in found}
        return [by_id[letter_id] for letter_id in ids]

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
