"""Letters by state, on a database. Each method is one short transaction of its own."""

from __future__ import annotations

import json
import logging
from collections import deque
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Engine, any_, case, column, delete, func, literal, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Row

from domain.model.notices import letter_kind
from domain.ports.delivery import TURNS, Backlog, Letter, OutboxItem

from .claiming import IS_UNSENT, LETTERS, take, withhold
from .connections.engine import own_transaction
from .connections.moments import Moments
from .schema.one_of import among
from .schema.tables import forgotten
from .schema.tables import letters as table
from .schema.types import BIG, Id, word

logger = logging.getLogger(__name__)

_IS_PARKED = table.c.state == word("parked")
_ERROR_LENGTH_LIMIT = 500


class SqlOutbox:
    """The port ``Outbox``. A claimed letter's ``next_attempt_at`` is the end of its claimer's lease."""

    def __init__(self, engine: Engine, moments: Moments) -> None:
        self._engine = engine
        self._moments = moments
        self._is_postgresql = engine.dialect.name == "postgresql"
        self._served: deque[UUID] = deque(maxlen=TURNS)

    def claim(self, claim: UUID, lease_seconds: int, limit: int) -> Sequence[Letter]:
        """Take due letters, skipping those that others hold, and count an attempt on each."""
        claimed = None
        while claimed is None:
            claimed = self._claim_some(claim, lease_seconds, limit)
        return claimed

    def _claim_some(self, claim: UUID, lease_seconds: int, limit: int) -> Sequence[Letter] | None:
        """Take the first of the due letters; None where none of those is to be sent and there may be others behind."""
        with own_transaction(self._engine, writes=True, yields=True) as connection:
            at = self._moments.now(connection)
            rows = take(connection, at, claim, lease_seconds, limit, dict.fromkeys(self._served))
            withheld = withhold(rows, connection, at)
        self._served.extend(row.trader_id for row in rows)
        read = [_letter_or_none(row) for row in rows if row.id not in withheld]
        found = [letter for letter in read if letter is not None]
        return found if found or not rows else None

    def mark_sent(self, *letters: Letter) -> frozenset[int]:
        """The server took them."""
        is_alone = table.c.number.is_(None)
        return self._end_claims(
            letters,
            state="sent",
            sent_at=self._moments.expression(),
            last_error=None,
            facts=case((is_alone, "{}"), else_=table.c.facts),
        )

    def hand_back(self, *letters: Letter) -> frozenset[int]:
        """They were not tried after all."""
        now = self._moments.expression()
        return self._end_claims(letters, state="queued", next_attempt_at=now, attempts=table.c.attempts - 1)

    def retry_after(self, letter: Letter, delay: timedelta, error: str) -> bool:
        """It failed for now."""
        next_attempt_at = self._moments.expression(delay)
        return self._end_claim(letter, state="queued", next_attempt_at=next_attempt_at, last_error=_cut(error))

    def park(self, letter: Letter, error: str) -> bool:
        """It will not succeed without a person."""
        return self._end_claim(letter, state="parked", last_error=_cut(error))

    def _end_claim(self, letter: Letter, **values: Any) -> bool:
        return bool(self._end_claims((letter,), **values))

    def _end_claims(self, letters: Sequence[Letter], **values: Any) -> frozenset[int]:
        """End the claims that still hold, all by one statement; the ids of their letters."""
        held = [letter for letter in letters if letter.claim is not None]
        if not held:
            return frozenset()
        statement = update(table).where(table.c.state == word("sending")).values(**values, claim=None)
        if self._is_postgresql:
            pairs = func.unnest(
                literal([letter.id for letter in held], ARRAY(BIG)),
                literal([letter.claim for letter in held], ARRAY(Id)),
            )
            claimed = pairs.table_valued(column("id", BIG), column("claim", Id)).render_derived(name="claimed")
            statement = statement.where(table.c.id == claimed.c.id, table.c.claim == claimed.c.claim)
        else:
            each = [(letter.id, letter.claim) for letter in held]
            statement = statement.where(tuple_(table.c.id, table.c.claim).in_(each))
        with own_transaction(self._engine, writes=True, yields=True) as connection:
            return frozenset(connection.execute(statement.returning(table.c.id)).scalars())

    def forget(self, before: datetime, limit: int) -> int:
        """Delete letters that were sent, or withheld, before this moment, and keep that it was done."""
        newest = select(func.max(table.c.id)).scalar_subquery()
        old: list[int] = []
        with own_transaction(self._engine, writes=True, yields=True) as connection:
            self._moments.now(connection)
            for ended in (table.c.sent_at, table.c.withheld_at):
                found = select(table.c.id).where(ended.is_not(None), ended < before, table.c.id != newest)
                old += connection.execute(found.order_by(ended).limit(limit - len(old))).scalars()
            if not old:
                return 0
            self._keep_forgotten(connection, before)
            is_old = table.c.id == any_(literal(old, ARRAY(BIG))) if self._is_postgresql else table.c.id.in_(old)
            return connection.execute(delete(table).where(is_old, table.c.state == word("sent"))).rowcount

    def _keep_forgotten(self, connection: Connection, before: datetime) -> None:
        """Two workers that come at once follow each other here."""
        insert = postgresql.insert if self._is_postgresql else sqlite.insert
        kept = insert(forgotten).values(number=1, letters_before=before)
        is_later = kept.excluded.letters_before > forgotten.c.letters_before
        values = {"letters_before": kept.excluded.letters_before}
        connection.execute(kept.on_conflict_do_update(index_elements=["number"], set_=values, where=is_later))

    def waiting(self, limit: int) -> Sequence[OutboxItem]:
        """What is not sent yet, parked letters first, then the oldest."""
        found: list[OutboxItem] = []
        with own_transaction(self._engine, writes=False) as connection:
            for part in (_IS_PARKED, IS_UNSENT):
                # An OFFSET keeps SQLite from going through all letters that were ever sent, in their order.
                ids = select(table.c.id).where(part).offset(0)
                is_waiting = among(table.c.id, ids, postgresql=self._is_postgresql)
                statement = LETTERS.where(is_waiting).order_by(table.c.id)
                found += [_item(row) for row in connection.execute(statement.limit(limit - len(found)))]
        return found

    def backlog(self) -> Backlog:
        """How many letters are not sent yet."""
        with own_transaction(self._engine, writes=False) as connection:
            queued, parked = (
                connection.execute(select(func.count()).select_from(table).where(part)).scalar_one()
                for part in (IS_UNSENT, _IS_PARKED)
            )
            return Backlog(queued, parked)

    def rearm(self, ids: Iterable[int] | None) -> int:
        """Make parked letters due again, with all their attempts before them."""
        now = self._moments.expression()
        statement = update(table).where(_IS_PARKED).values(state="queued", next_attempt_at=now, attempts=0)
        if ids is not None:
            statement = statement.where(table.c.id.in_(list(ids)))
        with own_transaction(self._engine, writes=True, yields=True) as connection:
            return connection.execute(statement).rowcount


def _cut(error: str) -> str:
    return error.replace("\x00", "")[:_ERROR_LENGTH_LIMIT]


def _letter_or_none(row: Row[*tuple[Any, ...]]) -> Letter | None:
    """What a row says; None where this version cannot read it."""
    try:
        return _letter(row)
    except (ValueError, TypeError, KeyError):
        logger.exception("Letter %s cannot be read; it is tried again when its claim has run out.", row.id)
        return None


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
