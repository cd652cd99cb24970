"""After a restore to an earlier point: nothing that was given out since, and is lost, is given out again."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, func, insert, literal, select, text, update
from sqlalchemy.engine import Connection

from domain.ports.clock import Clock

from .connections.engine import open_engine, own_transaction
from .connections.moments import Moments
from .migrations.whose_database import check_current
from .schema.tables import ads, entries, letters, logins, notice_counters, notices, offers, restores

NUMBERS_LEAST = 1_000_000
NUMBERS_A_SECOND = 100
"""How many numbers of one kind a desk takes in a second at most, on the average of the time that was lost."""

_NUMBERED = (ads, entries, letters, offers)
_MOMENTS = (entries.c.at, notices.c.created_at, logins.c.created_at)
_SEQUENCES = text("SELECT format('%I.%I', schemaname, sequencename) FROM pg_sequences WHERE schemaname = 'public'")
_MOVE_ON = text(
    """SELECT setval(CAST(CAST(:named AS TEXT) AS regclass), (SELECT coalesce(pg_sequence_last_value(
        CAST(CAST(:named AS TEXT) AS regclass)), 0) + CAST(:by AS BIGINT)))"""
)


def move_on(database_url: str, clock: Clock | None = None) -> int:
    """Move all numbers on by more than was lost, and begin a new epoch of Message-IDs. Returns by how many.

    What was lost is what came between the newest row and now, by the store's clock or the one that stands for it.
    Raises ``StoreUnavailable`` for a database that has not this code's tables.
    """
    engine = open_engine(database_url, is_patient=True)
    try:
        with own_transaction(engine, writes=True) as connection:
            check_current(connection)
            on_postgresql = connection.dialect.name == "postgresql"
            now = Moments(on_postgresql=on_postgresql, clock=clock).now(connection)
            by = NUMBERS_LEAST + NUMBERS_A_SECOND * _lost_seconds(connection, now)
            highest = _moved_sequences(connection, by) if on_postgresql else _highest(connection) + by
            last: int = connection.execute(select(func.coalesce(func.max(restores.c.epoch), 0))).scalar_one()
            epoch = max(int(now.timestamp()), last + 1)
            connection.execute(update(notice_counters).values(epoch=literal(epoch, BigInteger)))
            connection.execute(insert(restores), {"epoch": epoch, "ids_above": highest})
            return by
    finally:
        engine.dispose()


def _lost_seconds(connection: Connection, now: datetime) -> int:
    newest = [connection.execute(select(func.max(moment, type_=moment.type))).scalar_one() for moment in _MOMENTS]
    since = max((moment for moment in newest if moment is not None), default=now)
    return max(0, int((now.astimezone(UTC) - since.astimezone(UTC)).total_seconds()))


def _highest(connection: Connection) -> int:
    found: list[Any] = [connection.execute(select(func.max(table.c.id))).scalar_one() for table in _NUMBERED]
    found.append(connection.execute(select(func.max(restores.c.ids_above))).scalar_one())
    return max((number for number in found if number is not None), default=0)


def _moved_sequences(connection: Connection, by: int) -> int:
    names = connection.execute(_SEQUENCES).scalars().all()
    moved = [int(connection.execute(_MOVE_ON, {"named": name, "by": by}).scalar_one()) for name in names]
    return max(moved)
