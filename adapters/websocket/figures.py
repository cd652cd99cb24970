"""Figures of one process's sockets."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class SocketFigures:
    """In a registry of its own.

    ``now`` tells the moment by the store's clock, as well as this process knows it; without it there is no lag to tell.
    """

    def __init__(self, sockets: Callable[[], int], now: Callable[[], datetime] | None) -> None:
        self.registry = CollectorRegistry()
        self._now = now
        Gauge("p2p_sockets", "Open sockets.", registry=self.registry).set_function(sockets)
        self._frames = Counter("p2p_frames", "Frames handed to sockets.", registry=self.registry)
        self._lag = Histogram(
            "p2p_frame_lag_seconds",
            "From a decision to its frame, of sockets that had all that came before, in seconds.",
            registry=self.registry,
            buckets=_SECONDS,
        )

    def sent(self, decided_at: datetime, *, is_live: bool) -> None:
        """A frame was handed to a socket, which is behind where it is not live, and is told of the past."""
        self._frames.inc()
        if is_live and self._now is not None:
            self._lag.observe(max(0.0, (self._now() - decided_at).total_seconds()))
