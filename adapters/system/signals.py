"""Waiting for the operating system to say that it is time to stop."""

from __future__ import annotations

import contextlib
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

    It is a pipe and no ``threading.Event``: that has a lock, and a second signal whose handler comes in the middle of
    the first one's would wait for it for ever. A signal to a whole group of processes is followed by one from their
    parent, so that two at once are the rule.
    """

    def __init__(self) -> None:
        self._readable, self._writable = os.pipe()
        os.set_blocking(self._writable, False)

    def note(self, _number: int, _frame: FrameType | None) -> None:
        """Handle a signal to stop."""
        # Where nobody has read so many of them, one more tells nothing new.
        with contextlib.suppress(BlockingIOError):
            os.write(self._writable, b"\0")

    def wait(self) -> None:
        """Return once a signal has come. Handlers run while this waits."""
        os.read(self._readable, 1)


def stop_requested() -> StopRequest:
    """What to wait on for a signal to stop, from now on. Call it in the main thread."""
    request = StopRequest()
    on_stop_signals(request.note)
    return request


def _is_to_be_ignored(number: signal.Signals) -> bool:
    return number == signal.SIGHUP and signal.getsignal(number) == signal.SIG_IGN
