"""A lock that is handed to whoever has waited longest."""

from __future__ import annotations

import threading
from collections import deque


class FairLock:
    """Like ``threading.Lock``, which lets anybody pass a thread that waits, and some wait for seconds then."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._is_held = False
        self._turns: deque[threading.Lock] = deque()

    def acquire(self, timeout: float) -> bool:
        """Wait for one's turn, at most for ``timeout`` seconds; tell whether it came."""
        with self._guard:
            if not self._is_held:
                self._is_held = True
                return True
            turn = threading.Lock()
            turn.acquire()
            self._turns.append(turn)
        if turn.acquire(timeout=timeout):
            return True
        with self._guard:
            if turn in self._turns:
                self._turns.remove(turn)
                return False
        # The turn came after the wait was over and before it could be given up.
        return True

    def release(self) -> None:
        """Hand the lock on."""
        with self._guard:
            if self._turns:
                self._turns.popleft().release()
            else:
                self._is_held = False
