"""Which of several processes takes the next connection from the socket that they share.

Whoever asks the system first gets it, so that one process of two may have seven of eight connections, and most of the
work, while the other has nothing to do. Here each process writes down how many it has, in memory that all of them
share, and one that has more than another leaves the next connection to it.
"""

from __future__ import annotations

import mmap
import time
from collections.abc import Callable

ALIVE_SECONDS = 2.5
"""A process that has written nothing for so long is stopped, or dead, and nothing is left to it. Servers write more
often, since they look around at least once a second."""
CHANCE_SECONDS = 0.02
"""So often a process looks for a connection even where another has fewer: that other may be busy for a while."""

SLACK = 8
"""A process may have a part more than another: one in so many."""

_FIELDS = 2


class SharedConnections:
    """The connections of so many processes. Make it before they are forked, and give each a share of its own.

    ``clock`` tells seconds that only grow, and the same ones in all of these processes.
    """

    def __init__(self, places: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._memory = memoryview(mmap.mmap(-1, 8 * _FIELDS * places)).cast("d")
        self._places = places

    def share(self, number: int) -> ConnectionShare:
        """The share of the process with this number, from 0. One that is started in place of another takes over."""
        return ConnectionShare(self._memory, number, self._places, self._clock)


class ConnectionShare:
    """What one process has, and what it sees of the others."""

    def __init__(self, memory: memoryview[float], number: int, places: int, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._memory = memory
        self._own = _FIELDS * number
        self._others = [_FIELDS * other for other in range(places) if other != number]
        self._next_chance = 0.0

    def may_take(self, connections: int) -> bool:
        """Write down how many connections this process has; tell whether it is to take one more."""
        now = self._clock()
        memory = self._memory
        memory[self._own], memory[self._own + 1] = connections, now
        fewest = min(
            (memory[other] for other in self._others if now - memory[other + 1] < ALIVE_SECONDS), default=connections
        )
        # A process that is a little ahead among many waits for nobody: else a crowd would come in two by two.
        if connections > fewest + fewest // SLACK and now < self._next_chance:
            return False
        self._next_chance = now + CHANCE_SECONDS
        return True
