"""``p2p http``: any number of processes that answer HTTP on one listening socket."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING

from adapters.http.server.shared_connections import SharedConnections
from adapters.system.interpreter import share_in_short_turns
from adapters.system.processes import ProcessGroup
from adapters.system.pulses import Pulses
from adapters.system.service_manager import ServiceManager
from adapters.system.signals import stop_requested
from config.container import HTTP_LATE_SECONDS, Container, build
from config.settings import Settings
from config.sockets import PROXY_IDLE_SECONDS, http_socket
from config.status import leaving, watched

if TYPE_CHECKING:
    from adapters.http.server.http_server import HttpServer

DRAIN_SECONDS = 3
STOP_SECONDS = 5
"""After these a process that has not ended is killed."""


def serve(settings: Settings, announce: Callable[[], None], has_ended: Callable[[int], None]) -> None:
    """Serve until a signal to stop. ``announce`` is called when it is listening, and ``has_ended`` with the id of each
    process that is no more. Raises ``AddressTaken``."""
    shared = SharedConnections(settings.http_workers)
    pulses = Pulses()
    beats = [pulses.add(f"http {number}", HTTP_LATE_SECONDS) for number in range(settings.http_workers)]
    manager = ServiceManager(os.environ)

    def answer(number: int) -> int:
        container = build(settings)
        # Each tells the service manager that all is well only while it sees all others go round, too.
        container.pulses = pulses
        with watched(container, manager, is_asked=False) as is_ready:
            return _answer(container, container.http_server(listening, shared.share(number), beats[number]), is_ready)

    with http_socket(settings) as listening:
        announce()
        ProcessGroup(settings.http_workers, answer, STOP_SECONDS, leaving(manager, listening), has_ended).run()


def _answer(container: Container, server: HttpServer, is_ready: Callable[[], None]) -> int:
    """The work of one process, with database connections and threads of its own."""
    share_in_short_turns()
    stop = stop_requested()
    server.start()
    is_ready()
    stop.wait()
    server.stop(DRAIN_SECONDS, PROXY_IDLE_SECONDS)
    container.close()
    return 0
