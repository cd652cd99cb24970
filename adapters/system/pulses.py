"""Whether the loops that matter go round: each says so whenever it does, and one that has not for long is late."""

from __future__ import annotations

import mmap
import time
from collections.abc import Callable

_PLACES = 128
"""More than the loops of a process, and than the processes of one role."""


class Pulses:
    """The loops of a process, or of several that it forks: what they write is in memory that all of them share.

    Add all of them before any process is forked. ``clock`` tells seconds that only grow, the same for all of these.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._memory = memoryview(mmap.mmap(-1, 8 * _PLACES)).cast("d")
        self._loops: list[tuple[str, float]] = []

    def add(self, name: str, seconds: float) -> Callable[[], None]:
        """A loop that is late when it has not gone round for so many seconds; what it calls each time that it does."""
        place = len(self._loops)

        def beat() -> None:
            self._memory[place] = self._clock()

        # Before it goes round for the first time it has as long as it has later.
        beat()
        self._loops.append((name, seconds))
        return beat

    def late(self) -> tuple[str, ...]:
        """The names of the loops that are late."""
        now = self._clock()
        return tuple(name for place, (name, seconds) in enumerate(self._loops) if now - self._memory[place] > seconds)
