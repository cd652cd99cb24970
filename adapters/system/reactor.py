"""Twisted's event loop."""

from __future__ import annotations

from typing import Any


def main_reactor() -> Any:
    """The process's reactor, for the main thread to run; what Twisted has to say goes to ``logging``.

    It is not typed: what Twisted declares of its reactor is less than what the reactor is.
    """
    from twisted.internet import reactor
    from twisted.logger import STDLibLogObserver, globalLogBeginner

    observer: Any = STDLibLogObserver()
    globalLogBeginner.beginLoggingTo([observer], redirectStandardIO=False)
    return reactor
