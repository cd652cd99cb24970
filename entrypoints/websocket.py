"""``p2p ws``: pushes notices to whoever listens."""

from __future__ import annotations

from collections.abc import Callable

from adapters.system.open_files import raise_open_files_limit
from adapters.system.reactor import main_reactor
from adapters.websocket.limits import Limits
from config.container import Container
from config.sockets import websocket_socket
from config.status import watched


def push(container: Container, announce: Callable[[], None]) -> None:
    """Serve until a signal to stop; ``announce`` is called when it is listening. Raises ``AddressTaken``."""
    raise_open_files_limit(Limits().sockets)
    reactor = main_reactor()
    websocket = container.websocket_server(reactor, websocket_socket(container.settings))
    websocket.start()
    reactor.addSystemEventTrigger("before", "shutdown", websocket.stop)
    reactor.callWhenRunning(announce)
    with watched(container) as is_ready, container.hearing_others():
        reactor.callWhenRunning(is_ready)
        reactor.run()
    container.close()
