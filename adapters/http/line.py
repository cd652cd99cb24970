"""The line of requests in front of a process's threads, while the store lets them down.

A unit of work that ends as one whose store is away may have waited 4.5 s for that, and so may all that are done at the
same time. Whoever stands behind two such rounds would hear "no" after more than the 5 s that are promised; so
whoever has stood there for long is told at once. A long line alone is no reason: a desk that is busy serves them all.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from .rejections import LongInLine

ARRIVED = "desk.arrived"
"""When the whole request had come, by ``time.monotonic``; the server writes it into a request's environment."""
LINE_LIMIT_SECONDS = 0.4
"""So long a request stands in line and is still begun. With the wait of its own unit that is less than 5 s."""
LET_DOWN_SECONDS = 5.0
"""How long a unit that was let down tells of those after it: longer than any of them waits."""


class Line:
    """Shared by the threads of one application. ``clock`` tells seconds that only grow."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._let_down_at = float("-inf")

    def let_down(self) -> None:
        """The store was away for a unit of work."""
        self._let_down_at = self._clock()

    def admit(self, arrived: float) -> None:
        """Let the request begin that came at this time of the clock, or raise ``LongInLine``."""
        now = self._clock()
        if now - arrived > LINE_LIMIT_SECONDS and now - self._let_down_at < LET_DOWN_SECONDS:
            raise LongInLine()
