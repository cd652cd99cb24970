"""Telling systemd that the process serves, and that its loops go round.

Source: sd_notify(3), sd_watchdog_enabled(3).
"""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from threading import Event, Thread

logger = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
"""How often it is looked whether a loop is late."""
READY = "READY=1"
ALIVE = "WATCHDOG=1"
STOPPING = "STOPPING=1"


class ServiceManager:
    """Who started the process and wants to hear of it; nobody, where the environment names no socket.

    Make it in the process that was started. Processes that it forks may tell by it, too (``NotifyAccess=all``).
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._address = environment.get("NOTIFY_SOCKET", "")
        if self._address.startswith("@"):
            # A name that is in no folder.
            self._address = "\0" + self._address[1:]
        whose = environment.get("WATCHDOG_PID", "")
        is_ours = not whose or whose == str(os.getpid())
        microseconds = environment.get("WATCHDOG_USEC", "") if is_ours else ""
        self.watchdog_seconds = int(microseconds) / 1_000_000 if microseconds.isdecimal() else None
        """Within how long it wants to hear that all is well; None where it does not."""

    def tell(self, what: str) -> None:
        """Tell it, without waiting; where it cannot be told, it finds out by itself."""
        if not self._address:
            return
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as line:
            line.setblocking(False)
            line.sendto(what.encode(), self._address)


class Watchdog:
    """A thread that tells the service manager again and again that all is well, for as long as no loop is late.

    Where nobody listens, it still says on the log which loop is late. ``late`` are the names of those that are.
    """

    def __init__(
        self, manager: ServiceManager, late: Callable[[], Sequence[str]], look_seconds: float = LOOK_SECONDS
    ) -> None:
        self._manager = manager
        self._late = late
        within = manager.watchdog_seconds
        # Twice as often as it is asked for, so that one that is lost does no harm.
        self._look_seconds = look_seconds if within is None else min(look_seconds, within / 2)
        self._stopping = Event()
        self._known: frozenset[str] = frozenset()
        self._thread = Thread(target=self._run, name="watchdog", daemon=True)

    def start(self) -> None:
        """Tell from now on."""
        self._thread.start()

    def stop(self) -> None:
        """The process ends, and its loops with it: tell no more."""
        self._stopping.set()

    def _run(self) -> None:
        while not self._stopping.is_set():
            late = frozenset(self._late())
            if not late:
                self._manager.tell(ALIVE)
            for name in sorted(late - self._known):
                logger.error("The loop %s does not go round any more.", name)
            for name in sorted(self._known - late):
                logger.warning("The loop %s goes round again.", name)
            self._known = late
            self._stopping.wait(self._look_seconds)
