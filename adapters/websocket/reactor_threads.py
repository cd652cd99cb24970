"""Threads for what waits, so that the reactor never does."""

from __future__ import annotations

from collections.abc import Callable
from threading import Thread
from typing import Any, ParamSpec, TypeVar

from twisted.internet.defer import Deferred
from twisted.internet.threads import deferToThreadPool
from twisted.python.threadpool import ThreadPool

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


class _Daemon(Thread):
    """A thread that waits for a database which does not answer must not keep the process from ending."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options, daemon=True)


class _Pool(ThreadPool):
    threadFactory: type[Thread] = _Daemon  # noqa: N815 (Twisted's name)


class ReactorThreads:
    """A few threads beside a reactor."""

    def __init__(self, reactor: Any, name: str, size: int) -> None:
        self._reactor = reactor
        self._pool = _Pool(minthreads=0, maxthreads=size, name=name)
        self._stopping: Thread | None = None

    def start(self) -> None:
        """Take work from now on."""
        self._pool.start()

    def run(
        self, work: Callable[Parameters, Result], *args: Parameters.args, **kwargs: Parameters.kwargs
    ) -> Deferred[Result]:
        """Do it in a thread. The Deferred fires on the reactor's thread."""
        return deferToThreadPool(self._reactor, self._pool, work, *args, **kwargs)

    def stop(self) -> None:
        """Take no more work. What is under way may finish; nobody waits for it here."""
        self._stopping = _Daemon(target=self._pool.stop)
        self._stopping.start()

    @property
    def have_stopped(self) -> bool:
        """Whether they were told to stop, and nothing is under way any more."""
        return self._stopping is not None and not self._stopping.is_alive()
