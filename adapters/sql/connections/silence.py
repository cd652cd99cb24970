"""A bound on waiting for a server that has gone silent, or is slow at one statement after the other.

``statement_timeout`` is kept by the server, so a frozen server, or a network that swallows packets, keeps it not; and
where each statement takes a little less, a unit of five takes far longer. The driver would wait as long, and with it a
request's thread. Here its waits end in time: the connection is closed, and the unit ends as one whose database is
away. After that the next ones do not even begin for a moment.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen
from psycopg.pq import TransactionStatus
from sqlalchemy import Connection, Engine, event

from . import slow
from .circuit_breaker import TRIAL_SECONDS, CircuitBreaker
from .session import Sessions

SILENCE_LIMIT_SECONDS = 2.5
"""How long all statements of a transaction may take together, from BEGIN to before COMMIT.

Longer than ``statement_timeout``, which ends a slow statement of a server that is well.
"""
COMMIT_LIMIT_SECONDS = 2.0
"""How long the answer to COMMIT or ROLLBACK may take, however long the statements took: whoever sends COMMIT wants to
know what became of it. With the statements before it, still under the 5 s of a 503."""
TELLING_SECONDS = 1.0
"""A wait that is cut off sooner, since other statements had used the time up, does not tell of a silent server."""

Result = TypeVar("Result")

_BREAKER = "p2p_breaker"


class BoundedConnection(psycopg.Connection[Any]):
    """A connection that waits for no answer and for no transaction longer than the limits."""

    breaker: CircuitBreaker
    """Hears how the waits end."""
    on_silence: Callable[[], None] = staticmethod(lambda: None)
    """Called when the server has kept it waiting for too long: others may serve in its place."""
    is_stalled = False
    """Whether it was closed because the server was silent, and not because the line broke by itself."""
    _patience = SILENCE_LIMIT_SECONDS
    _is_bound_by_statement = False

    def wait(self, gen: PQGen[Result], interval: float = 0.1, timeout: float | None = None) -> Result:
        """Wait for an answer of the server. Raises ``OperationalError`` where none comes in time."""
        if self._is_bound_by_statement:
            self._patience = SILENCE_LIMIT_SECONDS
        limit = self._patience
        if self.pgconn.transaction_status == TransactionStatus.IDLE:
            self._patience, self._is_bound_by_statement = SILENCE_LIMIT_SECONDS, False
            limit = self._patience
            if self.breaker.is_open:
                # It is a trial, until it is answered.
                limit = TRIAL_SECONDS
        began = time.monotonic()
        try:
            result = super().wait(gen, interval, limit if timeout is None else timeout)
        except psycopg.errors._WaitTimeout:
            self.is_stalled = True
            self.pgconn.finish()
            self.on_silence()
            if limit >= TELLING_SECONDS:
                self.breaker.waited_in_vain()
            raise psycopg.OperationalError(f"the server said nothing for the last {limit:.1f} s") from None
        # Only waiting counts: a process that was busy with something else does not blame the server for it.
        self._patience = max(0.0, self._patience - (time.monotonic() - began))
        self.breaker.answered()
        return result

    def bind_by_statement(self) -> None:
        """Let each statement of the transaction that has begun take as long as otherwise all of them together."""
        self._is_bound_by_statement = True

    def commit(self) -> None:
        """Commit, and wait for the answer with a patience of its own."""
        self._patience, self._is_bound_by_statement = COMMIT_LIMIT_SECONDS, False
        began = time.monotonic()
        try:
            super().commit()
        except psycopg.OperationalError:
            slow.tell("COMMIT", time.monotonic() - began, failed=True)
            if self.is_stalled:
                self.breaker.committed_in_vain()
            raise
        slow.tell("COMMIT", time.monotonic() - began)

    def rollback(self) -> None:
        """Roll back, and wait for the answer with a patience of its own."""
        self._patience, self._is_bound_by_statement = COMMIT_LIMIT_SECONDS, False
        super().rollback()


def bound(engine: Engine, sessions: Sessions) -> None:
    """Give an engine for PostgreSQL connections that are bounded, and a circuit breaker that hears of their waits."""
    breaker = CircuitBreaker()
    engine.update_execution_options(**{_BREAKER: breaker})

    @event.listens_for(engine, "do_connect")
    def connect(_dialect: Any, _record: Any, arguments: Any, named: Any) -> BoundedConnection:
        def prepare(connection: BoundedConnection) -> None:
            connection.breaker = breaker
            connection.on_silence = sessions.silence_of(connection)

        try:
            return sessions.open(BoundedConnection, *arguments, prepare=prepare, **named)
        except psycopg.errors.ConnectionTimeout:
            breaker.waited_in_vain()
            raise


def bind_by_statement(connection: Connection) -> None:
    """Of the transaction that has begun on the connection, bound each statement, and not all of them together.

    For work of many statements by which nobody waits for an answer; a server that is silent is noticed as soon.
    """
    driver = connection.connection.driver_connection
    if isinstance(driver, BoundedConnection):
        driver.bind_by_statement()


def breaker_of(engine: Engine) -> CircuitBreaker | None:
    """The circuit breaker of an engine; None where nothing of it is silent, as a file."""
    breaker: CircuitBreaker | None = engine.get_execution_options().get(_BREAKER)
    return breaker


def admit(engine: Engine, *, commits: bool) -> None:
    """Let a unit begin. Raises ``StoreUnavailable`` while the engine's circuit is open."""
    breaker = breaker_of(engine)
    if breaker is not None:
        breaker.admit(commits=commits)
