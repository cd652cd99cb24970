"""``p2p serve``: HTTP, websocket and worker in one process.

The reactor has the main thread and the process's signals; HTTP and the worker have threads of their own.
"""

from __future__ import annotations

from collections.abc import Callable

from adapters.system.interpreter import share_in_short_turns
from adapters.system.open_files import raise_open_files_limit
from adapters.system.reactor import main_reactor
from config.container import Container
from config.sockets import http_socket, websocket_socket
from config.status import watched

STOP_SECONDS = 2
"""How long requests that have begun, and a letter that is being sent, may take to finish."""


def serve(container: Container, announce: Callable[[], None]) -> None:
    """Serve until a signal to stop; ``announce`` is called when all is listening. Raises ``AddressTaken``."""
    from twisted.internet.defer import Deferred, DeferredList
    from twisted.internet.threads import deferToThread

    raise_open_files_limit()
    share_in_short_turns()
    reactor = main_reactor()
    http = container.http_server(http_socket(container.settings))
    websocket = container.websocket_server(reactor, websocket_socket(container.settings))
    loops = container.worker_loops()

    async def stop() -> None:
        # What the last requests commit still reaches the sockets, so these are closed after them.
        finishing = [deferToThread(part.stop, STOP_SECONDS) for part in (http, loops)]
        await DeferredList(finishing)
        await websocket.stop()

    websocket.start()
    loops.start()
    http.start()
    reactor.addSystemEventTrigger("before", "shutdown", lambda: Deferred.fromCoroutine(stop()))
    reactor.callWhenRunning(announce)
    with watched(container, is_asked=False) as is_ready, container.hearing_others():
        reactor.callWhenRunning(is_ready)
        reactor.run()
    container.close()
