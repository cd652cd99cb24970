"""Wrong tries and known addresses, on a database."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import delete, exists, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from domain.model.slowing import WrongTries

from .locked_traders import row_of_one_still_here
from .schema.mapping import tries_from
from .schema.tables import known_addresses, wrong_tries

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""How long what is not there is kept: it is the first to be forgotten."""


class SqlAttempts:
    """The port ``Attempts``. A row is written to lock it, so that what is not there yet can be waited for, too."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert

    def lock(self, keys: Sequence[bytes]) -> Sequence[WrongTries]:
        """The wrong tries under each key. The rows are locked in the order in which they are written down."""
        nothing = {"moments": "[]", "waits": 0, "until": None, "kept_until": _NEVER}
        statement = self._insert(wrong_tries).values([{"digest": key, **nothing} for key in keys])
        # One that is there already is written over with itself, which locks it and has it told.
        statement = statement.on_conflict_do_update(index_elements=["digest"], set_={"waits": wrong_tries.c.waits})
        told = self._connection.execute(statement.returning(*wrong_tries.c)).mappings()
        found = {bytes(row["digest"]): tries_from(row) for row in told}
        return [found[key] for key in keys]

    def put(self, tries: Mapping[bytes, WrongTries]) -> None:
        """Keep what is under these keys now."""
        rows = [
            {
                "digest": key,
                "moments": json.dumps([moment.isoformat() for moment in value.moments]),
                "waits": value.waits,
                "until": value.until,
                "kept_until": value.kept_until or _NEVER,
            }
            for key, value in tries.items()
        ]
        statement = self._insert(wrong_tries).values(rows)
        columns = {name: statement.excluded[name] for name in ("moments", "waits", "until", "kept_until")}
        self._connection.execute(statement.on_conflict_do_update(index_elements=["digest"], set_=columns))

    def forget(self, at: datetime, limit: int) -> int:
        """Delete what makes no difference any more, but for what somebody is just about to change."""
        old = select(wrong_tries.c.digest).where(wrong_tries.c.kept_until < at).limit(limit)
        free = old.with_for_update(skip_locked=True)
        return self._connection.execute(delete(wrong_tries).where(wrong_tries.c.digest.in_(free))).rowcount

    def note_address(self, trader_id: UUID, address: str, at: datetime) -> bool:
        """Note that a trader's account is used from an address."""
        values = {"trader_id": trader_id, "address": address, "used_at": at}
        its_own = known_addresses.c.trader_id == trader_id, known_addresses.c.address == address
        if self._connection.execute(update(known_addresses).where(*its_own).values(used_at=at)).rowcount:
            return False
        own = row_of_one_still_here(known_addresses, values)
        added = self._insert(known_addresses).from_select(list(values), own).on_conflict_do_nothing()
        return self._connection.execute(added.returning(known_addresses.c.address)).one_or_none() is not None

    def used_elsewhere(self, trader_id: UUID, address: str) -> datetime | None:
        """When a trader's account was used last from another address."""
        others = known_addresses.c.trader_id == trader_id, known_addresses.c.address != address
        last = select(known_addresses.c.used_at).where(*others).order_by(known_addresses.c.used_at.desc()).limit(1)
        found: datetime | None = self._connection.execute(last).scalar_one_or_none()
        return found

    def has_used(self, trader_id: UUID, address: str) -> bool:
        """Whether a trader's account was used from an address before."""
        its_own = known_addresses.c.trader_id == trader_id, known_addresses.c.address == address
        return bool(self._connection.execute(select(exists().where(*its_own))).scalar_one())

    def forget_addresses(self, before: datetime, limit: int) -> int:
        """Delete addresses that were used last before this moment."""
        columns = known_addresses.c.trader_id, known_addresses.c.address
        old = select(*columns).where(known_addresses.c.used_at < before).limit(limit)
        free = old.with_for_update(skip_locked=True)
        return self._connection.execute(delete(known_addresses).where(tuple_(*columns).in_(free))).rowcount
