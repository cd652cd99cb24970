"""The door of a request, on a database: one round trip."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, and_, bindparam, delete, func, insert, literal_column, select, true
from sqlalchemy.engine import Connection

from domain.ports.admission import Admitted, RequestKey, StoredAnswer
from domain.ports.logins import Standing

from . import rows
from .logins import standing_of
from .tables import idempotency_keys, logins, traders
from .types import BIG, Id, Moment

HORIZON = timedelta(hours=24)
"""How long an answer is known. Source: CONTRACT, section 2, idempotency."""

_TRADER_ID, _LOGIN_ID = bindparam("trader_id", type_=Id), bindparam("login_id", type_=Id)
_ADMIT = (
    select(*rows.trader_columns(traders, ""), logins.c.ended_at, logins.c.expires_at)
    .select_from(traders)
    .outerjoin(logins, and_(logins.c.id == _LOGIN_ID, logins.c.trader_id == traders.c.id))
    .where(traders.c.id == _TRADER_ID)
)
_KEY_COLUMNS = ("fingerprint", "status", "body", "location")
_WITH_KEY = _ADMIT.add_columns(*(idempotency_keys.c[name].label("key_" + name) for name in _KEY_COLUMNS)).outerjoin(
    idempotency_keys,
    and_(
        idempotency_keys.c.trader_id == traders.c.id,
        idempotency_keys.c.key == bindparam("key"),
        idempotency_keys.c.created_at >= bindparam("horizon", type_=Moment),
    ),
)
# The lock is tried in the same round trip. It may be won just after another unit committed, behind the moment that
# this statement sees: then the key's row is missed here, and its primary key refuses the second one at the end.
_LOCK = func.pg_try_advisory_xact_lock(bindparam("lock", type_=BIG)).label("locked")
_STATEMENTS = {
    "postgresql": _WITH_KEY.add_columns(_LOCK),
    "sqlite": _WITH_KEY.add_columns(literal_column("1", Integer).label("locked")),
}


class SqlAdmission:
    """The port ``Admission``. On SQLite a unit with a key holds the write lock, so no key is ever in flight."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def admit(self, trader_id: UUID, login_id: UUID, at: datetime, key: RequestKey | None = None) -> Admitted:
        """Read the login and the trader, and with a key try to lock it and look its answer up."""
        parameters: dict[str, Any] = {"trader_id": trader_id, "login_id": login_id}
        statement = _ADMIT
        if key is not None:
            statement = _STATEMENTS[self._connection.dialect.name]
            parameters |= {"key": key.key, "horizon": at - HORIZON, "lock": _lock_number(key)}
        row = self._connection.execute(statement, parameters).mappings().one_or_none()
        if row is None:
            return Admitted(None, Standing.ENDED)
        standing = Standing.ENDED
        if row["expires_at"] is not None:
            standing = standing_of(row["ended_at"], row["expires_at"], row["is_suspended"], at)
        trader = rows.trader_from(row, "")
        if key is None:
            return Admitted(trader, standing)
        answer = None
        if row["key_status"] is not None:
            answer = StoredAnswer(*(row["key_" + name] for name in _KEY_COLUMNS))
        return Admitted(trader, standing, answer, in_flight=answer is None and not row["locked"])

    def record(self, key: RequestKey, answer: StoredAnswer, at: datetime) -> None:
        """Keep the answer, in the transaction of the effect."""
        values = {"trader_id": key.trader_id, "key": key.key, "created_at": at}
        values |= {name: getattr(answer, name) for name in _KEY_COLUMNS}
        self._connection.execute(insert(idempotency_keys), values)

    def forget(self, before: datetime, limit: int) -> int:
        """Delete answers kept before this moment."""
        old = (
            select(idempotency_keys.c.trader_id, idempotency_keys.c.key)
            .where(idempotency_keys.c.created_at < before)
            .limit(limit)
            .cte("old")
        )
        is_old = and_(idempotency_keys.c.trader_id == old.c.trader_id, idempotency_keys.c.key == old.c.key)
        chosen = select(true()).where(is_old).exists()
        return self._connection.execute(delete(idempotency_keys).where(chosen)).rowcount


def _lock_number(key: RequestKey) -> int:
    """The key as the signed 64-bit number that advisory locks have. Two keys that collide wait for each other once."""
    digest = hashlib.sha256(key.trader_id.bytes + key.key.encode()).digest()
    return int.from_bytes(digest[:8], signed=True)
