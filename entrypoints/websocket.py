"""``p2p ws``: pushes notices to whoever listens."""

from __future__ import annotations

from collections.abc import Callable

from adapters.system.open_files import raise_open_files_limit
from adapters.system.reactor import main_reactor
from config.container import Container


def push(container: Container, announce: Callable[[], None]) -> None:
    """Serve the websocket until SIGTERM or SIGINT; ``announce`` is called when it is listening."""
    raise_open_files_limit()
    reactor = main_reactor()
    websocket = container.websocket_server(reactor)
    websocket.start()
    reactor.addSystemEventTrigger("before", "shutdown", websocket.stop)
    reactor.callWhenRunning(announce)
    with container.hearing_others():
        reactor.run()
    container.close()
