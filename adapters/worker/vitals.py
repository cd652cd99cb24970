"""Looks at the desk as a whole from time to time, and has it ready for whoever asks for figures."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import datetime

from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from domain.ports.store import Store
from domain.ports.vitals import Vitals

LOOK_EVERY_SECONDS = 30.0
"""What is told is as old as this at most, while the store answers; asking reads nothing of the store."""


class VitalsWatch(Collector):
    """``Prometheus`` figures of the desk as a whole. Every worker has the same ones: take the largest, not the sum.

    ``clock`` tells seconds that only grow.
    """

    def __init__(self, store: Store, clock: Callable[[], float] = time.monotonic) -> None:
        self._store = store
        self._clock = clock
        self._look_at = clock()
        self._known: Vitals | None = None
        self.registry = CollectorRegistry()
        self.registry.register(self)

    def look_once(self) -> None:
        """Look, where it is time. Raises ``StoreUnavailable``."""
        if self._clock() < self._look_at:
            return
        self._known = self._store.vitals()
        self._look_at = self._clock() + LOOK_EVERY_SECONDS

    def collect(self) -> Iterator[Metric]:
        """What was seen; nothing where nothing was yet."""
        known = self._known
        if known is None:
            return
        yield _one("p2p_looked_timestamp_seconds", "When the desk was looked at as a whole.", known.at.timestamp())
        yield _one("p2p_frozen", "1 while the desk is frozen.", float(known.is_frozen))
        held = GaugeMetricFamily("p2p_escrow_held", "What all escrow purses hold together.", labels=["currency"])
        for currency, amount in sorted(known.escrow.items()):
            held.add_metric([currency], float(amount))
        yield held
        yield _one(
            "p2p_letters_oldest_seconds",
            "How long the oldest letter has waited that is to be sent, in seconds.",
            _age(known, known.oldest_letter),
        )
        yield _one(
            "p2p_expiry_overdue_seconds",
            "How long ago the deadline passed of an offer that has not been ended, in seconds.",
            _age(known, known.overdue),
        )
        if known.checked is not None:
            yield _one(
                "p2p_ledger_checked_timestamp_seconds",
                "When p2p ledger verify looked at all books for the last time.",
                known.checked.at.timestamp(),
            )
            yield _one("p2p_ledger_broken", "How many invariants it found broken.", known.checked.broken)


def _age(known: Vitals, since: datetime | None) -> float:
    return 0.0 if since is None else max(0.0, (known.at - since).total_seconds())


def _one(name: str, meaning: str, value: float) -> Metric:
    return GaugeMetricFamily(name, meaning, value=value)
