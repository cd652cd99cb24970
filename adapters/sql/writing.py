"""What a unit writes: decisions, and the answer to the request that asked for one.

On PostgreSQL a decision waits for its answer, if one is to come, so that one statement writes both: that is one round
trip less while rows are locked. Whatever the unit asks meanwhile is asked after the decision was written.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.engine import Connection

from domain.model.changes import Changes
from domain.ports.admission import RequestKey, StoredAnswer

from . import writing_postgresql, writing_sqlite
from .failures import TryAgain


class Writing:
    """The writes of one unit, on its connection. ``message_id_domain`` is the right side of letters' Message-IDs."""

    def __init__(self, connection: Connection, message_id_domain: str) -> None:
        self._connection = connection
        self._message_id_domain = message_id_domain
        self._on_postgresql = connection.dialect.name == "postgresql"
        self._waits = False
        self._waiting: Changes | None = None

    def expect_answer(self) -> None:
        """An answer is to be kept at the end of this unit; a decision may wait for it."""
        self._waits = self._on_postgresql

    def decide(self, changes: Changes) -> None:
        """Write a decision, now or with the answer. Raises ``TryAgain`` where a guard of it does not hold."""
        self.finish()
        if self._waits:
            self._waiting = changes
            return
        write = writing_postgresql.write if self._on_postgresql else writing_sqlite.write
        write(self._connection, changes, self._message_id_domain)

    def keep(self, key: RequestKey, answer: StoredAnswer, at: datetime, horizon: datetime) -> None:
        """Keep an answer in place of one of before ``horizon``, with the decision that waits for it.

        Raises ``TryAgain`` where a later answer is there, or a guard of the decision does not hold.
        """
        kept: dict[str, Any] = {
            "trader_id": key.trader_id,
            "key": key.key,
            "fingerprint": answer.fingerprint,
            "status": answer.status,
            "body": answer.body,
            "location": answer.location,
            "created_at": at,
            "horizon": horizon,
        }
        if self._on_postgresql:
            changes, self._waiting = self._waiting or Changes(), None
            writing_postgresql.write(self._connection, changes, self._message_id_domain, kept)
        elif not writing_sqlite.keep_answer(self._connection, kept):
            raise TryAgain("the key has an answer by now")

    def finish(self) -> None:
        """Write the decision that waits, if any. Raises ``TryAgain`` where a guard of it does not hold."""
        changes, self._waiting = self._waiting, None
        if changes is not None:
            writing_postgresql.write(self._connection, changes, self._message_id_domain)
