"""The queue of what takes long: whoever asks from one address waits behind their own requests, and not behind others'.

A login takes a tenth of a second on purpose. Two hundred of one client would keep the next person waiting for half a
minute; here that one is next, and the flood waits.
"""

from __future__ import annotations

from collections import deque
from typing import Any

from waitress.task import ThreadedTaskDispatcher

WAITING_OF_ONE = 64
"""So many requests that take long wait for one address at most, each for a tenth of a second of the one before."""


class FairTasks:
    """Tasks by turns: the next is of whoever has waited longest for a turn. It takes the place of waitress's deque."""

    def __init__(self) -> None:
        self._of: dict[str, deque[Any]] = {}

    def append(self, task: Any) -> None:
        """Put a task behind those of the same client."""
        self._of.setdefault(task.client, deque()).append(task)

    def popleft(self) -> Any:
        """The first task of whose turn it is; the next turn is another's, if there is any."""
        client = next(iter(self._of))
        own = self._of.pop(client)
        task = own.popleft()
        if own:
            self._of[client] = own
        return task

    def waiting(self, client: str) -> int:
        """How many tasks of a client wait."""
        return len(self._of.get(client, ()))

    def __len__(self) -> int:
        return sum(map(len, self._of.values()))


class FairDispatcher(ThreadedTaskDispatcher):
    """Threads that take their tasks by turns, and no more of one client than may wait."""

    def __init__(self) -> None:
        super().__init__()
        self.queue: FairTasks = FairTasks()

    def has_taken(self, task: Any) -> bool:
        """Queue a task; False where as many of its client wait already as may."""
        with self.lock:
            if self.queue.waiting(task.client) >= WAITING_OF_ONE:
                return False
            self.queue.append(task)
            self.queue_cv.notify()
            return True
