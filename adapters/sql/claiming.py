"""Takes due letters out of the outbox, some at a time.

On PostgreSQL finding them, locking them, putting the claim down and reading what they say is one statement. SQLite has
one writer at a time, so that nothing is to be locked there, and knows no UPDATE inside of a SELECT.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from functools import cache
from itertools import chain, product
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Integer,
    LargeBinary,
    Select,
    any_,
    bindparam,
    func,
    literal,
    literal_column,
    not_,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy.engine import Connection, Row

from domain.model.account_letters import AccountLetter
from domain.model.letters_at_an_address import A_DAY, letters_digest, letters_lately
from domain.model.notices import Urgency, urgency_of
from domain.ports.delivery import UNVERIFIED_LETTERS_A_DAY

from .schema.mapping import tries_from
from .schema.tables import letters, notices, traders, wrong_tries
from .schema.types import BIG, Id, Moment, word

IS_UNSENT = letters.c.state.in_([word("queued"), word("sending")])
TOLD = ("kind", "facts", "created_at", "request_id")
"""What stands in a letter's notice, and in the letter where it has none."""

_CODES = tuple(kind.value for kind in AccountLetter if urgency_of(kind) is Urgency.CODE)
IS_NO_CODE = or_(letters.c.kind.is_(None), letters.c.kind.not_in(_CODES))
_TURNS = tuple(product(Urgency, (False, True)))
"""In this order letters are taken: for each urgency the traders who had none lately, then the others."""

LETTERS = (
    select(
        *(column for column in letters.c if column.name not in TOLD),
        *(func.coalesce(letters.c[name], notices.c[name]).label(name) for name in TOLD),
        notices.c.offer_id,
        traders.c.email,
        traders.c.email_verified,
        traders.c.fullname,
    )
    .outerjoin(notices, (notices.c.trader_id == letters.c.trader_id) & (notices.c.number == letters.c.number))
    .join(traders, traders.c.id == letters.c.trader_id)
)

Found = Row[*tuple[Any, ...]]


def take(
    connection: Connection, at: datetime, claim: UUID, lease_seconds: int, limit: int, served: Collection[UUID]
) -> Sequence[Found]:
    """Claim so many letters that are due, in their order, skipping those that others hold. ``served`` wait."""
    values = {"at": at, "claim_": claim, "lease_end": at + timedelta(seconds=lease_seconds), "most": limit}
    if connection.dialect.name == "postgresql":
        return connection.execute(_taking(), {**values, "served": list(served)}).all()
    ids = _due(connection, at, limit, served)
    if not ids:
        return []
    connection.execute(_claiming().where(letters.c.id.in_(ids)), values)
    by_id = {row.id: row for row in connection.execute(LETTERS.where(letters.c.id.in_(ids)))}
    return [by_id[letter_id] for letter_id in ids]


def withhold(rows: Iterable[Any], connection: Connection, at: datetime) -> set[int]:
    """Put away those of claimed letters that are too many for an address that nobody has shown to be theirs.

    The traders' rows are locked, so that two who claim at once do not both count the same letters.
    """
    bounded: dict[UUID, list[int]] = {}
    digests: dict[UUID, bytes] = {}
    for row in rows:
        if not row.email_verified and row.kind not in _CODES:
            bounded.setdefault(row.trader_id, []).append(row.id)
            digests[row.trader_id] = letters_digest(row.email)
    if not bounded:
        return set()
    locked = select(traders.c.id).where(_among(connection, traders.c.id, bounded, Id))
    connection.execute(locked.order_by(traders.c.id).with_for_update(key_share=True)).all()
    is_of_these = _among(connection, letters.c.trader_id, bounded, Id)
    own = select(letters.c.trader_id, func.count()).where(is_of_these, IS_NO_CODE).group_by(letters.c.trader_id)
    is_lately = letters.c.sent_at.is_not(None), letters.c.sent_at > at - A_DAY
    is_held = (
        IS_UNSENT,
        letters.c.state == word("sending"),
        not_(_among(connection, letters.c.id, chain(*bounded.values()), BIG)),
    )
    left = _left_behind(connection, digests.values(), at)
    gone = {trader_id: left.get(digest, 0) for trader_id, digest in digests.items()}
    for trader_id, number in connection.execute(union_all(own.where(*is_lately), own.where(*is_held))):
        gone[trader_id] += number
    withheld = {
        letter_id
        for trader_id, ids in bounded.items()
        for letter_id in ids[max(0, UNVERIFIED_LETTERS_A_DAY - gone[trader_id]) :]
    }
    if withheld:
        put_away = {"state": "sent", "withheld_at": at, "claim": None}
        is_withheld = letters.c.id.in_(withheld)
        connection.execute(update(letters).where(is_withheld).values(put_away))
        connection.execute(update(letters).where(is_withheld, letters.c.number.is_(None)).values(facts="{}"))
    return withheld


def _left_behind(connection: Connection, digests: Iterable[bytes], at: datetime) -> dict[bytes, int]:
    """How many letters went lately to these addresses for accounts that have left them."""
    left = select(wrong_tries).where(_among(connection, wrong_tries.c.digest, digests, LargeBinary))
    found = connection.execute(left).mappings()
    return {bytes(row["digest"]): letters_lately(tries_from(row), at) for row in found}


def _among(connection: Connection, column: ColumnElement[Any], ids: Iterable[Any], kind: Any) -> ColumnElement[bool]:
    """Whether a column has one of these ids, in a statement that reads the same however many they are."""
    if connection.dialect.name == "postgresql":
        return column == any_(literal(list(ids), ARRAY(kind)))
    return column.in_(list(ids))


def _claiming() -> Any:
    return update(letters).values(
        state="sending",
        claim=bindparam("claim_", type_=Id),
        next_attempt_at=bindparam("lease_end", type_=Moment),
        attempts=letters.c.attempts + 1,
    )


def _due(connection: Connection, at: datetime, limit: int, served: Collection[UUID]) -> list[int]:
    """Due letters in their order, on SQLite."""
    found: list[int] = []
    for urgency, is_served in _TURNS:
        if len(found) < limit and (served or not is_served):
            is_of_served = letters.c.trader_id.in_(list(served))
            due = (
                select(letters.c.id)
                .where(IS_UNSENT, letters.c.urgency == urgency.value, letters.c.next_attempt_at <= at)
                .where(is_of_served if is_served else not_(is_of_served))
                .order_by(letters.c.next_attempt_at, letters.c.id)
                .limit(limit - len(found))
            )
            found += connection.execute(due).scalars()
    return found


@cache
def _taking() -> Select[Any]:
    """The statement for PostgreSQL, made once: each turn looks for what those before it have left over."""
    is_of_served = letters.c.trader_id == any_(bindparam("served", type_=ARRAY(Id)))
    left: ColumnElement[int] = bindparam("most", type_=Integer)
    turns = []
    for place, (urgency, is_served) in enumerate(_TURNS):
        turn = (
            select(letters.c.id, letters.c.next_attempt_at.label("due_at"), literal_column(str(place)).label("place"))
            .where(IS_UNSENT, letters.c.urgency == urgency.value)
            .where(letters.c.next_attempt_at <= bindparam("at", type_=Moment))
            .where(is_of_served if is_served else not_(is_of_served))
            .order_by(letters.c.next_attempt_at, letters.c.id)
            .limit(left)
            .with_for_update(skip_locked=True, key_share=True)
            .cte(f"turn_{place}")
        )
        turns.append(turn)
        left = left - select(func.count()).select_from(turn).scalar_subquery()
    due = union_all(*(select(turn) for turn in turns)).cte("due")
    taken = _claiming().where(letters.c.id == due.c.id).returning(*letters.c, due.c.place, due.c.due_at).cte("taken")
    return (
        select(
            *(column for column in taken.c if column.name not in TOLD),
            *(func.coalesce(taken.c[name], notices.c[name]).label(name) for name in TOLD),
            notices.c.offer_id,
            traders.c.email,
            traders.c.email_verified,
            traders.c.fullname,
        )
        .join_from(taken, traders, traders.c.id == taken.c.trader_id)
        .outerjoin(notices, (notices.c.trader_id == taken.c.trader_id) & (notices.c.number == taken.c.number))
        .order_by(taken.c.place, taken.c.due_at, taken.c.id)
    )
