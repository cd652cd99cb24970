"""What a process tells of itself: to its service manager, and to an operator who asks."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from adapters.system.service_manager import READY, STOPPING, ServiceManager, Watchdog

from .container import Container
from .sockets import listening_on

if TYPE_CHECKING:
    from adapters.http.server.http_server import HttpServer

THREADS = 2
"""One may wait for a database that does not answer, and the other says that the process is alive."""
STOP_SECONDS = 1.0


def status_server(container: Container) -> HttpServer | None:
    """What answers on ``P2P_STATUS_LISTEN``, not answering yet; None where nobody is to ask.

    Raises ``AddressTaken``.
    """
    listen = container.settings.status_listen
    if listen is None:
        return None
    from adapters.http.metrics import ClockOffset, WaitingLetters
    from adapters.http.server.http_server import ThreadCounts, serve
    from adapters.http.status import StatusApplication

    collectors = (WaitingLetters(container.store), ClockOffset(lambda: container.watch.offset_seconds))
    application = StatusApplication(container.store, container.pulses.late, container.registries, collectors)
    listening = listening_on("P2P_STATUS_LISTEN", listen)
    return serve(application, listen.host, listen.port, ThreadCounts(THREADS), listening=listening)


def leaving(manager: ServiceManager, listening: socket.socket) -> Callable[[], None]:
    """What the one that was started does when it is to stop, and with it the processes that do its work."""

    def leave() -> None:
        # A socket that it held open would take connections that nobody answers while the others drain.
        listening.close()
        manager.tell(STOPPING)

    return leave


@contextmanager
def watched(
    container: Container, manager: ServiceManager | None = None, *, is_asked: bool = True
) -> Iterator[Callable[[], None]]:
    """While this lasts, the process tells of itself. Call what it gives when the process does its work.

    The service manager is given by who was started by it, where that is another process, and tells it of the end
    itself: where one of several ends, the service does not. A process that ``is_asked`` answers on
    ``P2P_STATUS_LISTEN``.
    """
    server = status_server(container) if is_asked else None
    is_all = manager is None
    manager = manager or ServiceManager(os.environ)
    watchdog = Watchdog(manager, container.pulses.late)
    watchdog.start()
    if server is not None:
        server.start()
    try:
        yield lambda: manager.tell(READY)
    finally:
        watchdog.stop()
        if is_all:
            manager.tell(STOPPING)
        if server is not None:
            server.stop(STOP_SECONDS)
