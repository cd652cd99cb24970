"""What a unit writes: decisions, and the answer to the request that asked for one.

On PostgreSQL a decision waits for its answer, if one is to come, and both wait for the end of the unit: one statement
writes them, just before COMMIT. So nobody waits for rows while this process does something else. Whatever the unit asks
meanwhile is asked after they were written.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.engine import Connection

from domain.model.changes import Changes
from domain.ports.admission import RequestKey, StoredAnswer

from ..connections.failures import TryAgain
from ..connections.sending import send
from . import write_postgresql as writing_postgresql
from . import write_sqlite as writing_sqlite


class Writing:
    """The writes of one unit, on its connection. ``message_id_domain`` is the right side of letters' Message-IDs."""

    def __init__(self, connection: Connection, message_id_domain: str) -> None:
        self._connection = connection
        self._message_id_domain = message_id_domain
        self._on_postgresql = connection.dialect.name == "postgresql"
        self._waits = False
        self._decided: Changes | None = None
        self._answer: dict[str, Any] | None = None
        self._factor: dict[str, Any] | None = None

    def expect_answer(self) -> None:
        """An answer is to be kept at the end of this unit; a decision may wait for it."""
        self._waits = self._on_postgresql

    def decide(self, changes: Changes) -> None:
        """Write a decision, now or at the end. Raises ``TryAgain`` where it is written and a guard does not hold."""
        factor, self._factor = self._factor, None
        self.finish()
        self._factor = factor
        if self._waits:
            self._decided = changes
        elif self._on_postgresql:
            self._write(changes, None)
        else:
            writing_sqlite.write(self._connection, changes, self._message_id_domain)

    def put_down_factor(self, values: dict[str, Any]) -> None:
        """Keep what came of a one-time password, as columns: with the decision that it is for, or at the end."""
        if self._on_postgresql:
            self._factor = values
        else:
            writing_sqlite.put_down_factor(self._connection, values)

    def keep(self, key: RequestKey, answer: StoredAnswer, at: datetime, horizon: datetime) -> None:
        """Keep an answer in place of one of before ``horizon``, with the decision that waits for it.

        Raises ``TryAgain`` where it is written now, and a later answer is there.
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
            self._answer = kept
        elif not writing_sqlite.keep_answer(self._connection, kept):
            raise TryAgain("the key has an answer by now")

    def finish(self) -> None:
        """Write what waits, if anything does. Raises ``TryAgain`` where a guard of it does not hold."""
        changes, answer = self._decided, self._answer
        if changes is not None or answer is not None or self._factor is not None:
            self._decided, self._answer = None, None
            self._write(changes or Changes(), answer)

    def _write(self, changes: Changes, answer: dict[str, Any] | None) -> None:
        factor, self._factor = self._factor, None
        found = writing_postgresql.statement(changes, self._message_id_domain, answer, factor)
        if found is not None:
            send(self._connection, *found)
