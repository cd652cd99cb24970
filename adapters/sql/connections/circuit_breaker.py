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
    """Closed at first; ``clock`` tells seconds that only grow.

    There is a second circuit for those who commit something. A server that waits for a standby that is gone answers
    all but COMMIT, and keeps a connection of its own for each that was given up, until it has none for anybody. So
    after one COMMIT in vain the next to come has to see a write committed first: ``try_to_write``, given by whoever
    knows how, raises ``StoreUnavailable`` where it is not.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._is_open = False
        self._next_trial = 0.0
        self._are_commits_in_doubt = False
        self.try_to_write: Callable[[], None] | None = None
        self.on_change: Callable[[], None] = lambda: None
        """Called whenever one of the circuits has opened or closed."""

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
        self.on_change()

    @property
    def are_commits_in_doubt(self) -> bool:
        """Whether those who commit are refused but for trials."""
        return self._are_commits_in_doubt

    def committed_in_vain(self) -> None:
        """A COMMIT was not answered in time: see a write committed before anybody else commits."""
        self._are_commits_in_doubt = True
        self.on_change()

    def committed(self) -> None:
        """A write was seen committed, whoever asked for it: let everybody commit."""
        if self._are_commits_in_doubt:
            self._are_commits_in_doubt = False
            self.on_change()

    def answered(self) -> None:
        """The database has answered: close."""
        # Without the lock, since this is asked after every answer and hardly ever has anything to do.
        if self._is_open:
            with self._lock:
                self._is_open = False
            self.on_change()

    def admit(self, *, commits: bool) -> None:
        """Let a unit begin, or raise ``StoreUnavailable``: at once, but for the one that tries to write."""
        if commits and self._are_commits_in_doubt and self.try_to_write is not None:
            # It is admitted here by itself, and so is the one trial of both circuits.
            self.try_to_write()
            self.committed()
        if not self._is_open:
            return
        with self._lock:
            now = self._clock()
            if now < self._next_trial:
                raise StoreUnavailable("the database has just let others wait in vain")
            self._next_trial = now + TRIAL_SECONDS
