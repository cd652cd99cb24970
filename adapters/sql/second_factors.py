"""What is kept of authenticators, on a database."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from domain.errors import TraderNotFound
from domain.ports.second_factors import SecondFactor

from .connections.failures import TryAgain
from .deciding.pending_writes import Writing
from .locked_traders import lock_trader
from .schema.tables import second_factors, traders

_DIGEST_BYTES = 32


class SqlSecondFactors:
    """The port ``SecondFactors``. What came of one is written with the decision, where there is one."""

    def __init__(self, connection: Connection, writing: Writing) -> None:
        self._connection = connection
        self._writing = writing
        self._insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert

    def lock(self, trader_id: UUID) -> SecondFactor | None:
        """A trader's, or None."""
        self._writing.finish()
        own = select(second_factors).where(second_factors.c.trader_id == trader_id).with_for_update()
        row = self._connection.execute(own).mappings().one_or_none()
        return None if row is None else _factor(row)

    def begin(self, factor: SecondFactor) -> None:
        """Keep one that is not confirmed."""
        lock_trader(self._connection, factor.trader_id)
        values = _values(factor)
        kept = self._insert(second_factors).values(values)
        kept = kept.on_conflict_do_update(
            index_elements=["trader_id"], set_=values, where=second_factors.c.confirmed_at.is_(None)
        )
        if self._connection.execute(kept.returning(second_factors.c.trader_id)).one_or_none() is None:
            raise TryAgain("an authenticator was confirmed meanwhile")

    def put_down(self, factor: SecondFactor) -> None:
        """Keep what came of one."""
        self._writing.put_down_factor(_values(factor))

    def confirm(self, factor: SecondFactor, at: datetime) -> None:
        """Have one count."""
        own = second_factors.c.trader_id == factor.trader_id
        self._connection.execute(update(second_factors).where(own).values(_values(factor)))
        self._turn(factor.trader_id, True, at)

    def remove(self, trader_id: UUID, at: datetime) -> None:
        """Forget one."""
        self._writing.finish()
        self._connection.execute(delete(second_factors).where(second_factors.c.trader_id == trader_id))
        self._turn(trader_id, False, at)

    def _turn(self, trader_id: UUID, is_on: bool, at: datetime) -> None:
        still_here = traders.c.id == trader_id, traders.c.deleted_at.is_(None)
        statement = update(traders).where(*still_here).values(has_totp=is_on, updated_at=at)
        if not self._connection.execute(statement).rowcount:
            raise TraderNotFound()


def _values(factor: SecondFactor) -> dict[str, Any]:
    values = {column.name: getattr(factor, column.name) for column in second_factors.c}
    return values | {"recovery_digests": b"".join(factor.recovery_digests)}


def _factor(row: Mapping[Any, Any]) -> SecondFactor:
    joined: bytes = row["recovery_digests"]
    digests = tuple(joined[start : start + _DIGEST_BYTES] for start in range(0, len(joined), _DIGEST_BYTES))
    values = {column.name: row[column.name] for column in second_factors.c}
    return SecondFactor(**values | {"recovery_digests": digests})
