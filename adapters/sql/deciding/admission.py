"""How a request is let in, on a database: one round trip."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Integer,
    LargeBinary,
    Select,
    Text,
    and_,
    bindparam,
    column,
    delete,
    func,
    literal_column,
    select,
    true,
    tuple_,
)
from sqlalchemy.engine import Connection

from domain.ports.admission import ANSWERS_KEPT, Admitted, RequestKey, StoredAnswer
from domain.ports.logins import Standing

from ..connections.moments import AT, Moments, told_column
from ..keys import scopes_of
from ..logins import standing_of
from ..schema import mapping as rows
from ..schema.tables import api_keys, idempotency_keys, logins, traders
from ..schema.types import BIG, SMALL, Flag, Id, Moment
from .pending_writes import Writing
from .prepared import Prepared

_TRADER_ID, _LOGIN_ID = bindparam("trader_id", type_=Id), bindparam("login_id", type_=Id)
_ADMIT = (
    select(*rows.trader_columns(traders, ""), logins.c.ended_at, logins.c.expires_at, logins.c.address)
    .select_from(traders)
    .outerjoin(logins, and_(logins.c.id == _LOGIN_ID, logins.c.trader_id == traders.c.id))
    .where(traders.c.id == _TRADER_ID)
)
_KEY_COLUMNS = ("fingerprint", "status", "body", "location")
_KEY, _HORIZON = bindparam("key", type_=Text()), bindparam("horizon", type_=Moment)
# A function of the database, since the answer must be looked up after the lock was tried, and by one statement both
# would be as of the moment that it began: an answer that was given in between would be missed.
# The horizon goes by the database's clock unless another one is given.
_DATABASE_HORIZON = func.clock_timestamp() - literal_column(f"interval '{int(ANSWERS_KEPT.total_seconds())} seconds'")
_DOOR = func.admit_key(
    bindparam("lock", type_=BIG), _TRADER_ID, _KEY, func.coalesce(_HORIZON, _DATABASE_HORIZON)
).table_valued(
    column("locked", Flag),
    column("fingerprint", LargeBinary),
    column("status", SMALL),
    column("body", LargeBinary),
    column("location", Text),
    name="door",
)
_IS_KNOWN = and_(
    idempotency_keys.c.trader_id == traders.c.id,
    idempotency_keys.c.key == _KEY,
    idempotency_keys.c.created_at >= _HORIZON,
)
# The key of a program is looked up beside its login, and by the same round trip.
_API_KEY = and_(api_keys.c.id == logins.c.id, api_keys.c.digest == bindparam("digest", type_=LargeBinary()))


def _of_program(statement: Select[Any]) -> Select[Any]:
    return statement.add_columns(api_keys.c.scopes).outerjoin(api_keys, _API_KEY)


_PLAIN: dict[str, Select[Any]] = {"postgresql": _ADMIT.add_columns(told_column()), "sqlite": _ADMIT}
_WITH_KEY: dict[str, Select[Any]] = {
    "postgresql": _ADMIT.add_columns(
        *(_DOOR.c[name].label("key_" + name) for name in _KEY_COLUMNS), _DOOR.c.locked, told_column()
    ).join(_DOOR, true()),
    "sqlite": _ADMIT.add_columns(
        *(idempotency_keys.c[name].label("key_" + name) for name in _KEY_COLUMNS),
        literal_column("1", Integer).label("locked"),
    ).outerjoin(idempotency_keys, _IS_KNOWN),
}
_STATEMENTS = {
    (dialect, with_key, by_program): Prepared(_of_program(statement) if by_program else statement)
    for with_key, statements in ((False, _PLAIN), (True, _WITH_KEY))
    for dialect, statement in statements.items()
    for by_program in (False, True)
}


class SqlAdmission:
    """The port ``Admission``. On SQLite a unit with a key holds the write lock, so no key is ever in flight."""

    def __init__(self, connection: Connection, writing: Writing, moments: Moments) -> None:
        self._connection = connection
        self._moments = moments
        self._writing = writing

    def admit(
        self, trader_id: UUID, login_id: UUID, key: RequestKey | None = None, api_key_digest: bytes | None = None
    ) -> Admitted:
        """Read the login and the trader, and with a key try to lock it and look its answer up."""
        parameters: dict[str, Any] = {"trader_id": trader_id, "login_id": login_id}
        by_program = api_key_digest is not None
        statement = _STATEMENTS[self._connection.dialect.name, key is not None, by_program]
        if by_program:
            parameters["digest"] = api_key_digest
        if key is not None:
            given = self._moments.given
            horizon = None if given is None else given.now() - ANSWERS_KEPT
            parameters |= {"key": key.key, "horizon": horizon, "lock": _lock_number(key)}
        asked = self._moments.asked()
        row = statement.one_or_none(self._connection, parameters)
        if row is None:
            return Admitted(None, Standing.ENDED, self._moments.now(self._connection))
        at = self._moments.told(asked, row.get(AT))
        standing = Standing.ENDED
        scopes = scopes_of(row["scopes"]) if by_program and row["scopes"] is not None else None
        if row["expires_at"] is not None and (scopes is not None or not by_program):
            standing = standing_of(row["ended_at"], row["expires_at"], row["is_suspended"], at)
        trader, address = rows.trader_from(row, ""), row["address"] or ""
        if key is None:
            return Admitted(trader, standing, at, scopes=scopes, login_address=address)
        self._writing.expect_answer()
        answer = None
        if row["key_status"] is not None:
            answer = StoredAnswer(*(row["key_" + name] for name in _KEY_COLUMNS))
        in_flight = answer is None and not row["locked"]
        return Admitted(trader, standing, at, answer, in_flight, scopes, address)

    def record(self, key: RequestKey, answer: StoredAnswer, at: datetime) -> None:
        """Keep the answer, in the transaction of the effect, in place of one that is too old to be known."""
        self._writing.keep(key, answer, at, at - ANSWERS_KEPT)

    def forget(self, before: datetime, limit: int) -> int:
        """Delete answers kept before this moment."""
        key = idempotency_keys.c.trader_id, idempotency_keys.c.key
        old = select(*key).where(idempotency_keys.c.created_at < before).limit(limit)
        return self._connection.execute(delete(idempotency_keys).where(tuple_(*key).in_(old))).rowcount


def _lock_number(key: RequestKey) -> int:
    """The key as the signed 64-bit number that advisory locks have. Two keys that collide wait for each other once."""
    digest = hashlib.sha256(key.trader_id.bytes + key.key.encode()).digest()
    return int.from_bytes(digest[:8], signed=True)
