"""What is known of each request: its id on the answer, a line in the log, and figures for Prometheus."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from domain.errors import StoreUnavailable
from domain.ports.store import Store
from domain.ports.tracing import Tracing

from .requests.request import ABOUT, OPERATION, REQUEST_ID

logger = logging.getLogger(__name__)

UNKNOWN_OPERATION = "unknown"
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)


SHARED_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""The variable that names the folder in which several processes of a role keep their figures, so that they add up.

It has to be there before the library is imported, and counters are made of another kind then.
"""


def exposition(registries: Iterable[CollectorRegistry], collectors: Iterable[Collector]) -> bytes:
    """What Prometheus is answered: the figures of this process, or of all of its role, and what is collected anew."""
    sources: list[Any] = [*registries]
    if os.environ.get(SHARED_FOLDER):
        together = CollectorRegistry()
        MultiProcessCollector(together)  # type: ignore[no-untyped-call]
        sources = [together]
    return b"".join(generate_latest(source) for source in (*sources, *collectors))


class Observation:
    """Counts and times the requests of one application, in a registry of its own."""

    def __init__(self, tracing: Tracing | None = None) -> None:
        self._tracing = tracing
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "p2p_http_requests",
            "Requests answered, by operation and status.",
            ("operation", "status"),
            registry=self.registry,
        )
        self._seconds = Histogram(
            "p2p_http_request_seconds",
            "Time from a whole request to its answer, in seconds.",
            ("operation",),
            registry=self.registry,
            buckets=_SECONDS,
        )
        self._refusals = Counter(
            "p2p_http_refusals",
            "Requests that were refused, by the code of the answer.",
            ("code",),
            registry=self.registry,
        )
        # Looking a series up by its labels takes longer than counting in it. There are few: operations by statuses.
        self._series: dict[tuple[str, int], tuple[Counter, Histogram]] = {}

    def observe(self, environ: Mapping[str, Any], status: int, seconds: float, code: str | None = None) -> None:
        """Note one answer; ``code`` is the one that it says no with.

        The log has no path, query or header of the request, since tokens and account numbers could be in them.
        """
        operation = environ.get(OPERATION, UNKNOWN_OPERATION)
        requests, took = self._series_of(operation, status)
        requests.inc()
        took.observe(seconds)
        milliseconds = round(seconds * 1000, 1)
        facts: dict[str, Any] = {"operation": operation, "status": status, "milliseconds": milliseconds}
        facts |= environ.get(ABOUT, {})
        facts["request_id"] = environ[REQUEST_ID]
        if code is not None:
            facts["error_code"] = code
        if self._tracing is not None:
            cause = UUID(environ[REQUEST_ID])
            self._tracing.done(operation, seconds, facts, cause=cause, is_cause=True, failed=status >= 500)
        if code is None:
            logger.info("%s %s in %s ms", operation, status, milliseconds, extra=facts)
            return
        self._refusals.labels(code).inc()
        logger.info("%s %s %s in %s ms", operation, status, code, milliseconds, extra=facts)

    def _series_of(self, operation: str, status: int) -> tuple[Counter, Histogram]:
        found = self._series.get((operation, status))
        if found is None:
            found = self._requests.labels(operation, str(status)), self._seconds.labels(operation)
            self._series[operation, status] = found
        return found


class ClockOffset(Collector):
    """How far the clock of the process that answers is from the store's."""

    def __init__(self, clock_offset: Callable[[], float]) -> None:
        self._clock_offset = clock_offset

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """The one figure."""
        yield GaugeMetricFamily(
            "p2p_clock_offset_seconds",
            "How far this process's clock was ahead of the database's when they were last compared, in seconds.",
            value=self._clock_offset(),
        )


class WaitingLetters(Collector):
    """How many letters wait, as the store has it at this moment; nothing while it is away."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """The one figure, by state."""
        try:
            backlog = self._store.outbox.backlog()
        except StoreUnavailable:
            return
        waiting = GaugeMetricFamily("p2p_letters_waiting", "Letters that are not sent, by state.", labels=["state"])
        waiting.add_metric(["queued"], backlog.queued)
        waiting.add_metric(["parked"], backlog.parked)
        yield waiting
