"""Waiting for the operating system to say that it is time to stop."""

from __future__ import annotations

import signal
import threading
from types import FrameType

STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)


def stop_requested() -> threading.Event:
    """An event that is set by SIGTERM and SIGINT, from now on. Call it in the main thread."""
    event = threading.Event()

    def note(_number: int, _frame: FrameType | None) -> None:
        event.set()

    for number in STOP_SIGNALS:
        signal.signal(number, note)
    return event
