"""One run of a fault test: its seed, how long it goes on, and the figures that it prints."""

from __future__ import annotations

import json
import os
import random
import secrets
import threading
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any, TypeVar

Length = TypeVar("Length")

LONGEST_SECONDS = 400.0
"""After these no new round begins, so that even on a busy machine a test ends within ten minutes."""
IS_SOAK = os.environ.get("P2P_SOAK") == "1"


class Run:
    """Counts what happened and what must not. Any number of threads may use it.

    The same ``P2P_TEST_SEED`` makes the same choices again; how threads and processes meet is still theirs.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.seed = int(os.environ.get("P2P_TEST_SEED") or secrets.randbelow(10**9))
        self.random = random.Random(f"{name} {self.seed}")
        self.counts: Counter[str] = Counter()
        self.figures: dict[str, Any] = {}
        self.violations: list[str] = []
        self._lock = threading.Lock()
        self._began = time.monotonic()
        print(f"{name}: P2P_TEST_SEED={self.seed} replays", flush=True)

    def count(self, what: str, number: int = 1) -> None:
        with self._lock:
            self.counts[what] += number

    def violated(self, what: str) -> None:
        with self._lock:
            self.violations.append(what)

    def check(self, holds: bool, what: str) -> None:
        if not holds:
            self.violated(what)

    def generator(self, name: object) -> random.Random:
        """Choices of its own for a thread, so that they are the same whichever thread is faster."""
        return random.Random(f"{self.name} {self.seed} {name}")

    def rounds(self, short: int, long: int) -> Iterator[int]:
        """The numbers of the rounds: so many as the form has, and in the long one no more than there is time for."""
        for number in range(by_form(short, long)):
            if number and time.monotonic() - self._began > LONGEST_SECONDS:
                return
            yield number
            self.count("rounds")

    def report(self) -> str:
        """One line of JSON."""
        counted = {name: self.counts[name] for name in ("rounds", "acknowledged", "unknown", "retried")}
        rest = {name: number for name, number in sorted(self.counts.items()) if name not in counted}
        facts = {"test": self.name, "seed": self.seed, "form": "long" if IS_SOAK else "short", **counted}
        facts |= {"violations": len(self.violations), **rest, **self.figures}
        return json.dumps({**facts, "seconds": round(time.monotonic() - self._began, 1)})

    def conclude(self) -> None:
        """Nothing that must not happen did."""
        assert not self.violations, "\n".join(self.violations)


def by_form(short: Length, long: Length) -> Length:
    """How much of something: for every test run, or for a soak."""
    return long if IS_SOAK else short


def milliseconds(seconds: list[float]) -> dict[str, float]:
    """The middle, the 99th of a hundred and the longest, in milliseconds."""
    if not seconds:
        return {}
    ordered = sorted(seconds)
    picked = {"p50": ordered[len(ordered) // 2], "p99": ordered[len(ordered) * 99 // 100], "max": ordered[-1]}
    return {name: round(value * 1000, 1) for name, value in picked.items()}
