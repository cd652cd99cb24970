"""What became of letters, counted for Prometheus."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter

SENT, DEFERRED, PARKED = "sent", "deferred", "parked"


class LetterFigures:
    """Counts what one process did with letters, in a registry of its own. Counting is safe on any thread."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._letters = Counter(
            "p2p_letters",
            "Attempts to send a letter, by what came of them: sent, deferred (tried again later), parked (given up).",
            ("outcome",),
            registry=self.registry,
        )
        for outcome in (SENT, DEFERRED, PARKED):
            # A series that begins with its first event shows no rise from nothing to one, for which alarms look.
            self._letters.labels(outcome)

    def count(self, outcome: str) -> None:
        """One more came to this."""
        self._letters.labels(outcome).inc()
