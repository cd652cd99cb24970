"""Waiting for the operating system to say that it is time to stop."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from types import FrameType

STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
"""What a service manager sends, what Ctrl-C sends, and what is sent when the terminal is closed."""

Handler = Callable[[int, FrameType | None], None]


def on_stop_signals(handler: Handler) -> None:
    """Call this on each of them from now on, in the main thread.

    A process that was started to outlive its terminal, as ``nohup`` does it, goes on ignoring the terminal's end.
    """
    for number in STOP_SIGNALS:
        if not _is_to_be_ignored(number):
            signal.signal(number, handler)


def forget_stop_signals() -> None:
    """Have them end this process again, as at its start."""
    for number in STOP_SIGNALS:
        if not _is_to_be_ignored(number):
            signal.signal(number, signal.SIG_DFL)


class StopRequest:
    """That a signal to stop has come, for the main thread to wait for.

    Whichever thread the system picks for a signal writes it into a pipe, in C, and the main thread reads that. A
    handler in Python would not do: it runs in the main thread, between two of its instructions. One that has just
    begun to wait is woken only where the system gave the signal to that very thread, which it does not where another
    one is on its way there. A signal to a whole group of processes is followed by one from their parent, so that two
    at once are the rule. Make it in the main thread.
    """

    def __init__(self) -> None:
        self._readable, self._writable = os.pipe()
        os.set_blocking(self._writable, False)
        # Where nobody has read so many signals that the pipe is full, one more tells nothing new.
        signal.set_wakeup_fd(self._writable, warn_on_full_buffer=False)

    def wait(self) -> None:
        """Return once a signal to stop has come."""
        while not set(os.read(self._readable, 1)) & set(STOP_SIGNALS):
            pass


def stop_requested() -> StopRequest:
    """What to wait on for a signal to stop, from now on. Call it in the main thread.

    Signals to stop that were blocked until now come through.
    """
    request = StopRequest()
    on_stop_signals(_leave_to_the_pipe)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP_SIGNALS)
    return request


def _leave_to_the_pipe(_number: int, _frame: FrameType | None) -> None:
    """Do nothing: without a handler a signal would end the process."""


def _is_to_be_ignored(number: signal.Signals) -> bool:
    return number == signal.SIGHUP and signal.getsignal(number) == signal.SIG_IGN
