"""Figures of one process's database: connections, waits in vain, and units that were done again."""

from __future__ import annotations

from functools import partial

from prometheus_client import CollectorRegistry, Counter, Gauge
from sqlalchemy import Engine, event
from sqlalchemy.engine import ExceptionContext
from transaction.interfaces import TransientError

from .connections.circuit_breaker import CircuitBreaker
from .connections.silence import breaker_of


class DatabaseFigures:
    """Counts by itself what an engine does, in a registry of its own. Of several processes they add up."""

    def __init__(self, engine: Engine) -> None:
        self.registry = CollectorRegistry()
        gauge = partial(Gauge, registry=self.registry, multiprocess_mode="livesum")
        in_use = gauge("p2p_database_connections_in_use", "Connections of the pool that somebody has.")
        most = gauge("p2p_database_connections_limit", "Connections that the pool gives out at most.")
        self._refusing = gauge(
            "p2p_database_refusing",
            "Processes that refuse units at once, since others have waited in vain: for any answer, or for a commit's.",
            ("circuit",),
        )
        retries = Counter(
            "p2p_database_retries",
            "Units of work that another was in the way of, or whose connection broke, so that they are tried again.",
            registry=self.registry,
        )
        most.set(engine.pool.size())  # type: ignore[attr-defined]
        event.listen(engine, "checkout", lambda *_: in_use.inc())
        event.listen(engine, "checkin", lambda *_: in_use.dec())

        def count(context: ExceptionContext) -> None:
            # Listeners before this one have made a fault of the domain of what the driver said.
            if isinstance(context.chained_exception, TransientError):
                retries.inc()

        event.listen(engine, "handle_error", count)
        breaker = breaker_of(engine)
        self._note(breaker)
        if breaker is not None:
            breaker.on_change = lambda: self._note(breaker)

    def _note(self, breaker: CircuitBreaker | None) -> None:
        is_open, in_doubt = (False, False) if breaker is None else (breaker.is_open, breaker.are_commits_in_doubt)
        for circuit, refuses in (("any", is_open), ("commit", in_doubt)):
            self._refusing.labels(circuit).set(int(refuses))
