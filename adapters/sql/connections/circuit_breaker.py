"""A circuit breaker: once somebody has waited for the database in vain, others are not made to wait as long.

Each thread of a process that waits for a silent server is one that answers nobody, not even to say that the process
is alive; and whoever stands in line behind several such waits hears "no" later than is promised.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from domain.errors import StoreUnavailable

TRIAL_SECONDS = 1.5
"""While the circuit is open, one unit in so many seconds finds out whether the database answers again, and waits for
its answer no longer than that, so that one of the two threads of a process is free to answer others. Where not even a
connection is to be had, which is waited for for 2 s, two trials overlap for half a second."""


class CircuitBreaker:
    """Closed at first; ``clock`` tells seconds that only grow."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._is_open = False
        self._next_trial = 0.0

    @property
    def is_open(self) -> bool:
        """Whether units are refused but for trials."""
        return self._is_open

    def waited_in_vain(self) -> None:
        """The database has not answered in time: open."""
        with self._lock:
            if not self._is_open:
                self._is_open = True
                self._next_trial = self._clock() + TRIAL_SECONDS

    def answered(self) -> None:
        """The database has answered: close."""
        # Without the lock, since this is asked after every answer and hardly ever has anything to do.
        if self._is_open:
            with self._lock:
                self._is_open = False

    def admit(self) -> None:
        """Let a unit begin, or raise ``StoreUnavailable`` at once."""
        if not self._is_open:
            return
        with self._lock:
            now = self._clock()
            if now < self._next_trial:
                raise StoreUnavailable("the database has just let others wait in vain")
            self._next_trial = now + TRIAL_SECONDS
