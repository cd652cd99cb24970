"""``p2p http``: any number of processes that answer HTTP on one listening socket."""

from __future__ import annotations

import socket
from collections.abc import Callable

from adapters.http.server.shared_connections import ConnectionShare, SharedConnections
from adapters.system.interpreter import share_in_short_turns
from adapters.system.processes import ProcessGroup
from adapters.system.signals import stop_requested
from config.container import build, http_socket
from config.settings import Settings

DRAIN_SECONDS = 3
IDLE_SECONDS = 0.5
"""So long a proxy's idle connections are kept while stopping, so that it hears on each that it is to take another."""
STOP_SECONDS = 5
"""After these a process that has not ended is killed."""


def serve(settings: Settings, announce: Callable[[], None]) -> None:
    """Serve until a signal to stop. ``announce`` is called when it is listening. Raises ``AddressTaken``."""
    shared = SharedConnections(settings.http_workers)
    with http_socket(settings) as listening:
        announce()
        # A socket that the parent held open would take connections that nobody answers while the others drain.
        ProcessGroup(
            settings.http_workers,
            lambda number: _answer(settings, listening, shared.share(number)),
            STOP_SECONDS,
            on_stop=listening.close,
        ).run()


def _answer(settings: Settings, listening: socket.socket, share: ConnectionShare) -> int:
    """The work of one process, with database connections and threads of its own."""
    share_in_short_turns()
    stop = stop_requested()
    container = build(settings)
    server = container.http_server(listening, share)
    server.start()
    stop.wait()
    server.stop(DRAIN_SECONDS, IDLE_SECONDS)
    container.close()
    return 0
