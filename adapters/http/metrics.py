"""What is known of each request: its id on the answer, a line in the log, and figures for Prometheus."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from domain.errors import StoreUnavailable
from domain.ports.store import Store

from .requests.request import OPERATION, REQUEST_ID

logger = logging.getLogger(__name__)

UNKNOWN_OPERATION = "unknown"
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)


class Observation:
    """Counts and times the requests of one application, in a registry of its own.

    ``clock_offset`` tells how many seconds this process's clock is ahead of the store's.
    """

    def __init__(self, clock_offset: Callable[[], float]) -> None:
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
        offset = Gauge(
            "p2p_clock_offset_seconds",
            "How far this process's clock was ahead of the database's when they were last compared, in seconds.",
            registry=self.registry,
        )
        offset.set_function(clock_offset)
        # Looking a series up by its labels takes longer than counting in it. There are few: operations by statuses.
        self._series: dict[tuple[str, int], tuple[Counter, Histogram]] = {}

    def observe(self, environ: Mapping[str, Any], status: int, seconds: float) -> None:
        """Note one answer.

        The log has no path, query or header of the request, since tokens and account numbers could be in them.
        """
        operation = environ.get(OPERATION, UNKNOWN_OPERATION)
        requests, took = self._series_of(operation, status)
        requests.inc()
        took.observe(seconds)
        milliseconds = round(seconds * 1000, 1)
        facts = {"operation": operation, "status": status, "milliseconds": milliseconds}
        facts["request_id"] = environ[REQUEST_ID]
        logger.info("%s %s in %s ms", operation, status, milliseconds, extra=facts)

    def _series_of(self, operation: str, status: int) -> tuple[Counter, Histogram]:
        found = self._series.get((operation, status))
        if found is None:
            found = self._requests.labels(operation, str(status)), self._seconds.labels(operation)
            self._series[operation, status] = found
        return found


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
