"""Whether anything can be written, found out by writing: a server may answer every question and commit nothing.

It does so where it is a standby, or frozen by its operator, where its disk is full, and where it waits for a standby
that is gone. In the last case a COMMIT hangs, and the server keeps a connection for each one that was given up. All
beats write the one row, so that those that come after one that hangs wait for its lock, which ends by itself, and hang
no further connection.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Condition

from sqlalchemy import Engine
from sqlalchemy.dialects import postgresql, sqlite

from domain.errors import ConcurrentChange, StoreUnavailable

from .connections.engine import own_transaction
from .schema.tables import heartbeat

EVERY_SECONDS = 1.0
"""One process writes no more often, whoever asks and however often; what was found holds for so long."""
LOCK_MILLISECONDS = 1_000
"""How long a beat waits for one of another process."""
WAIT_SECONDS = 5.0
"""Longer than a beat can take, with its connection: how long somebody waits for a beat that others have begun."""


class Heartbeat:
    """``beat`` raises ``StoreUnavailable`` where nothing can be written; ``clock`` tells seconds that only grow."""

    def __init__(self, beat: Callable[[], None], clock: Callable[[], float] = time.monotonic) -> None:
        self._beat = beat
        self._clock = clock
        self._condition = Condition()
        self._is_beating = False
        self._at: float | None = None
        self._failure: StoreUnavailable | None = None

    def check(self) -> None:
        """Return if a write has been committed within the last second; else raise ``StoreUnavailable``."""
        with self._condition:
            if self._is_beating and self._failure is None:
                self._condition.wait_for(lambda: not self._is_beating, WAIT_SECONDS)
            if self._is_beating:
                # While nothing could be written, nobody but the one who tries waits to hear the same again.
                raise StoreUnavailable("a write has not been committed yet")
            if self._at is not None and self._clock() - self._at < EVERY_SECONDS:
                if self._failure is not None:
                    raise StoreUnavailable(str(self._failure))
                return
            self._is_beating = True
        failure: StoreUnavailable | None = StoreUnavailable("a write was interrupted")
        try:
            self._beat()
            failure = None
        except StoreUnavailable as error:
            failure = error
            raise
        finally:
            with self._condition:
                self._is_beating, self._failure, self._at = False, failure, self._clock()
                self._condition.notify_all()


def beat(engine: Engine) -> None:
    """Write the row and commit. Raises ``StoreUnavailable``."""
    on_postgresql = engine.dialect.name == "postgresql"
    insert = postgresql.insert if on_postgresql else sqlite.insert
    statement = insert(heartbeat).values(number=1, beats=1)
    beaten = statement.on_conflict_do_update(index_elements=["number"], set_={"beats": heartbeat.c.beats + 1})
    try:
        with own_transaction(engine, writes=True, yields=True, is_trial=True) as connection:
            if on_postgresql:
                connection.exec_driver_sql(f"SET LOCAL lock_timeout = {LOCK_MILLISECONDS}")
            connection.execute(beaten)
    except ConcurrentChange as error:
        raise StoreUnavailable(f"another write holds this one up: {error}") from error
