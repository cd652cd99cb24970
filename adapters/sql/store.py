"""The store on a database."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from transaction import TransactionManager

from domain.errors import StoreUnavailable
from domain.ports.clock import Clock, ClockWatch
from domain.ports.delivery import Waker
from domain.ports.store import TRIES, Result
from domain.ports.vitals import Vitals

from .connections.engine import POOL_SIZE, open_engine, own_transaction
from .connections.moments import Moments
from .connections.replica import Replica
from .connections.silence import breaker_of
from .figures import DatabaseFigures
from .heartbeat import Heartbeat, beat
from .lists.tail import SqlTail
from .migrations.whose_database import check_current
from .outbox import SqlOutbox
from .unit import SqlUnit
from .vitals import note_check, vitals
from .webhook_queue import SqlWebhookQueue


class SqlStore:
    """The port ``Store`` on PostgreSQL or SQLite. ``message_id_domain`` is the right side of letters' Message-IDs.

    Its clock is the database's, and ``watch`` holds this process's against it; a ``clock`` that is given stands in its
    place. SQLite has none, so there it is the process's own. What may be a second old is read from ``replica_url``,
    where that is given and serves.
    """

    def __init__(
        self,
        database_url: str,
        *,
        waker: Waker,
        message_id_domain: str,
        pool_size: int = POOL_SIZE,
        clock: Clock | None = None,
        watch: ClockWatch | None = None,
        replica_url: str | None = None,
    ) -> None:
        self._engine = open_engine(database_url, pool_size=pool_size)
        on_postgresql = self._engine.dialect.name == "postgresql"
        self._moments = Moments(on_postgresql=on_postgresql, clock=clock, watch=watch)
        self._replica = None if replica_url is None else Replica(replica_url)
        self._waker = waker
        self._message_id_domain = message_id_domain
        self._heartbeat = Heartbeat(self._beat)
        self._breaker = breaker_of(self._engine)
        if self._breaker is not None:
            self._breaker.try_to_write = self.check_writes

    @property
    def clock(self) -> Clock | None:
        """The clock that stands for the database's; None where that one counts."""
        return self._moments.given

    @cached_property
    def figures(self) -> DatabaseFigures:
        """Connections and waits, counted from the first time that this is asked for."""
        return DatabaseFigures(self._engine)

    @cached_property
    def outbox(self) -> SqlOutbox:
        """Letters by state."""
        return SqlOutbox(self._engine, self._moments)

    @cached_property
    def webhook_queue(self) -> SqlWebhookQueue:
        """What is due to be sent to webhooks."""
        return SqlWebhookQueue(self._engine, self._moments)

    @cached_property
    def tail(self) -> SqlTail:
        """Committed notices."""
        return SqlTail(self._engine)

    def run(self, work: Callable[[SqlUnit], Result], *, writes: bool) -> Result:
        """Do something in one unit of work: a raise rolls back, a return commits; tried again where that is safe."""
        manager = TransactionManager(explicit=True)
        result: Result = manager.run(lambda: work(self.joined_unit(manager, writes=writes)), tries=TRIES)
        return result

    def joined_unit(self, transaction_manager: Any, *, writes: bool) -> SqlUnit:
        """The ports of a unit of work that is a part of the manager's current transaction, and ends with it.

        An error that is safe to retry says so to the manager.
        """
        return SqlUnit(
            self._engine,
            transaction_manager,
            self._waker,
            self._message_id_domain,
            moments=self._moments,
            writes=writes,
            replica=self._replica,
        )

    def ping(self) -> None:
        """Return if the database answers and has this code's schema; else raise ``StoreUnavailable``."""
        try:
            with own_transaction(self._engine, writes=False) as connection:
                connection.execute(text("SELECT 1"))
                check_current(connection)
        except DBAPIError as error:
            raise StoreUnavailable(str(error.orig)) from error

    def check_writes(self) -> None:
        """Return if a write was committed within the last second; else raise ``StoreUnavailable``."""
        try:
            self._heartbeat.check()
        except DBAPIError as error:
            raise StoreUnavailable(str(error.orig)) from error

    def _beat(self) -> None:
        beat(self._engine)
        if self._breaker is not None:
            # Else a process that has nothing to write would say for ever that it refuses to.
            self._breaker.committed()

    def vitals(self) -> Vitals:
        """How the desk is as a whole."""
        return vitals(self._engine, self._moments)

    def note_check(self, broken: int) -> None:
        """Keep that the books were checked just now."""
        note_check(self._engine, self._moments, broken)

    def close(self) -> None:
        """Give back all connections."""
        if self._replica is not None:
            self._replica.close()
        self._engine.dispose()
