"""A lock that is handed to whoever has waited longest, but for those who let others go first."""

from __future__ import annotations

import threading
import time
from collections import deque

YIELD_LIMIT_SECONDS = 0.5
"""How long those who yield let others go first. Then it is their turn, so that nobody waits for ever."""


class FairLock:
    """Like ``threading.Lock``, which lets anybody pass a thread that waits, and some wait for seconds then."""

    def __init__(self, yield_limit_seconds: float = YIELD_LIMIT_SECONDS) -> None:
        self._yield_limit_seconds = yield_limit_seconds
        self._guard = threading.Lock()
        self._is_held = False
        self._turns: deque[threading.Lock] = deque()
        self._yielding: deque[tuple[float, threading.Lock]] = deque()

    def acquire(self, timeout: float, *, yields: bool = False) -> bool:
        """Wait for one's turn, at most for ``timeout`` seconds; tell whether it came.

        One who ``yields`` waits behind all who do not, whenever those came, until the limit.
        """
        turn = threading.Lock()
        place = (time.monotonic(), turn)
        with self._guard:
            if not self._is_held:
                self._is_held = True
                return True
            turn.acquire()
            if yields:
                self._yielding.append(place)
            else:
                self._turns.append(turn)
        if turn.acquire(timeout=timeout):
            return True
        with self._guard:
            if turn in self._turns:
                self._turns.remove(turn)
                return False
            if place in self._yielding:
                self._yielding.remove(place)
                return False
        # The turn came after the wait was over and before it could be given up.
        return True

    def release(self) -> None:
        """Hand the lock on."""
        with self._guard:
            is_overdue = bool(self._yielding) and time.monotonic() - self._yielding[0][0] > self._yield_limit_seconds
            if self._turns and not is_overdue:
                self._turns.popleft().release()
            elif self._yielding:
                self._yielding.popleft()[1].release()
            else:
                self._is_held = False
