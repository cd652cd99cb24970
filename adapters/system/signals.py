"""Waiting for the operating system to say that it is time to stop."""

from __future__ import annotations

import signal
import threading
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


def stop_requested() -> threading.Event:
    """An event that is set by a signal to stop, from now on. Call it in the main thread."""
    event = threading.Event()

    def note(_number: int, _frame: FrameType | None) -> None:
        event.set()

    on_stop_signals(note)
    return event


def _is_to_be_ignored(number: signal.Signals) -> bool:
    return number == signal.SIGHUP and signal.getsignal(number) == signal.SIG_IGN
