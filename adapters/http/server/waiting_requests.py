"""The queue of requests in front of a process's threads, while the store lets them down.

A unit of work that ends as one whose store is away may have waited 4.5 s for that, and so may all that are done at the
same time. Whoever waits behind two such rounds would hear "no" after more than the 5 s that are promised; so
whoever has waited for long is told at once. A long queue alone is no reason: a desk that is busy serves them all.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from ..replies.rejections import WaitedTooLong

ARRIVED = "desk.arrived"
"""When the whole request had come, by ``time.monotonic``; the server writes it into a request's environment."""
WAIT_LIMIT_SECONDS = 0.4
"""So long a request waits and is still begun. With the wait of its own unit that is less than 5 s."""
IN_VAIN_SECONDS = 1.0
"""A unit that ended sooner, such as one whose line to the store was cut, has kept nobody waiting."""
LET_DOWN_SECONDS = 5.0
"""How long a unit that was let down tells of those after it: longer than any of them waits."""


class WaitingRequests:
    """Shared by the threads of one application. ``clock`` tells seconds that only grow."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._let_down_at = float("-inf")

    def admit(self, arrived: float | None) -> float:
        """Let a request begin; returns the time of the clock. ``arrived`` is when it came, where that is known.

        Raises ``WaitedTooLong``.
        """
        now = self._clock()
        if arrived is not None and now - arrived > WAIT_LIMIT_SECONDS and now - self._let_down_at < LET_DOWN_SECONDS:
            raise WaitedTooLong()
        return now

    def let_down(self, began: float) -> None:
        """The store was away for a unit of work that began at this time of the clock."""
        now = self._clock()
        if now - began >= IN_VAIN_SECONDS:
            self._let_down_at = now
