"""A waker that remembers, for tests of what is woken and when."""

from collections.abc import Callable, Iterable
from threading import Lock
from uuid import UUID


class RecordingWaker:
    """The port ``Waker``: keeps each nudge in the order in which they came; ``then`` is called with it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self.nudges: list[frozenset[UUID]] = []
        self.then: Callable[[frozenset[UUID]], None] = lambda _: None

    def wake(self, trader_ids: Iterable[UUID]) -> None:
        """Remember the nudge."""
        nudge = frozenset(trader_ids)
        with self._lock:
            self.nudges.append(nudge)
        self.then(nudge)

    @property
    def woken(self) -> frozenset[UUID]:
        """All who were woken since the start or the last ``forget``."""
        return frozenset().union(*self.nudges)

    def forget(self) -> None:
        """Forget all nudges so far."""
        self.nudges.clear()
