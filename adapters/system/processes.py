"""Several processes that do the same work, and one that looks after them."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import NoReturn

from .signals import STOP_SIGNALS, forget_stop_signals, on_stop_signals

logger = logging.getLogger(__name__)

SHORT_LIFE_SECONDS = 2
PAUSE_SECONDS = 1
"""How long a process is waited with that replaces one of a short life, so that a fault does not eat the machine."""


class ProcessGroup:
    """Forked processes: one that dies is replaced, one signal ends them all, and none outlives its parent.

    Fork before any thread or database connection is made. What the parent has imported and opened before, such as a
    listening socket, all of them share.
    """

    def __init__(
        self,
        number: int,
        work: Callable[[int], int],
        stop_seconds: int,
        on_stop: Callable[[], None] = lambda: None,
        on_end: Callable[[int], None] = lambda _: None,
    ) -> None:
        """``work`` runs in each process and returns its exit code; it ends by itself on SIGTERM.

        Signals to stop are blocked when it begins, so that none finds it unprepared; ``stop_requested`` lets them in.

        It is given the number of its process, from 0. A process that replaces another has its number.

        A process that has not ended so many seconds after the signal is killed. ``on_stop`` is called once in the
        parent when the signal comes, to give up what it only holds for its children, and ``on_end`` with the id of each
        process that has ended.
        """
        self._number = number
        self._work = work
        self._stop_seconds = stop_seconds
        self._on_stop = on_stop
        self._on_end = on_end
        self._started: dict[int, tuple[int, float]] = {}
        """Of each process its number, and when it began."""
        self._is_stopping = False
        # Nothing is ever written: the parent's end closes with it, however it dies.
        self._parent_lives, self._parent_end = os.pipe()

    def run(self) -> None:
        """Start all and look after them until a signal to stop; return when the last has ended."""
        on_stop_signals(self._stop)
        signal.signal(signal.SIGALRM, self._kill)
        for number in range(self._number):
            self._start(number)
        while self._started:
            process, status = os.wait()
            number, began = self._started.pop(process)
            self._on_end(process)
            lived = time.monotonic() - began
            code = os.waitstatus_to_exitcode(status)
            if self._is_stopping:
                if code:
                    logger.warning("Process %d ended with %d instead of stopping cleanly.", process, code)
                continue
            logger.warning("Process %d ended with %d and is replaced.", process, code)
            if lived < SHORT_LIFE_SECONDS:
                time.sleep(PAUSE_SECONDS)
            self._start(number)
        signal.alarm(0)

    def _start(self, number: int) -> None:
        # A signal between the fork and its note would miss the new process.
        signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)
        try:
            if self._is_stopping:
                return
            process = os.fork()
            if process == 0:
                self._become_worker(number)
            self._started[process] = number, time.monotonic()
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP_SIGNALS)

    def _become_worker(self, number: int) -> NoReturn:
        code = 1
        try:
            forget_stop_signals()
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            os.close(self._parent_end)
            threading.Thread(target=self._end_with_parent, daemon=True).start()
            code = self._work(number)
        except BaseException:
            logger.exception("A process failed.")
        finally:
            # The parent's own ending, such as its exit handlers, is not for its children to do.
            logging.shutdown()
            os._exit(code)

    def _end_with_parent(self) -> None:
        os.read(self._parent_lives, 1)
        os.kill(os.getpid(), signal.SIGTERM)

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        if not self._is_stopping:
            self._is_stopping = True
            signal.alarm(self._stop_seconds)
            self._on_stop()
        self._signal_all(signal.SIGTERM)

    def _kill(self, _number: int, _frame: FrameType | None) -> None:
        self._signal_all(signal.SIGKILL)

    def _signal_all(self, number: signal.Signals) -> None:
        for process in tuple(self._started):
            # One that was waited for a moment ago may not be off the list yet.
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, number)
