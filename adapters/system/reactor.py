"""Twisted's event loop."""

from __future__ import annotations

import contextlib
import time
from typing import Any

from .signals import on_stop_signals


def main_reactor() -> Any:
    """The process's reactor, for the main thread to run until a signal to stop.

    What Twisted has to say goes to ``logging``.

    It counts seconds by ``time.monotonic``. It is not typed: what Twisted declares of its reactor is less than what
    the reactor is.
    """
    from twisted.internet import reactor as installed
    from twisted.internet.error import ReactorNotRunning
    from twisted.logger import STDLibLogObserver, globalLogBeginner

    reactor: Any = installed
    observer: Any = STDLibLogObserver()
    globalLogBeginner.beginLoggingTo([observer], redirectStandardIO=False)
    # Twisted takes the wall clock. Set back by an hour, that would put off for an hour whatever is to happen in a
    # second: the look at new notices, the pings, and the end of a socket that is not read.
    reactor.seconds = time.monotonic

    def stop() -> None:
        with contextlib.suppress(ReactorNotRunning):
            reactor.stop()

    # Twisted sets the others again when it runs, and leaves this one, which would end the process with sockets open.
    on_stop_signals(lambda _number, _frame: reactor.callFromThread(stop))
    return reactor
