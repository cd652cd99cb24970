"""The HTTP server: waitress, with what it leaves open closed.

Waitress serves a second request behind one that had both a Content-Length and a Transfer-Encoding, takes a doubled
Transfer-Encoding, asks for no Host, and lets a client that drips a byte now and then keep its connection for good.
Here such requests are refused, every request has a deadline, and even the server's own errors are in the envelope.
"""

from __future__ import annotations

import logging
import select
import socket
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.server import TcpWSGIServer
from waitress.task import ThreadedTaskDispatcher

from ..replies.origins import Origins
from .bodies import BODY_BYTES_LIMIT, FILE_BYTES_LIMIT, FILE_PATHS
from .connections import DeadlineChannel, Deadlines, TooManyWaiting
from .fair_tasks import FairDispatcher
from .room import CONNECTIONS_LIMIT, Clients, given_up
from .shared_connections import CHANCE_SECONDS, ConnectionShare

HEADER_BYTES_LIMIT = 16 * 1024
READ_BYTES_LIMIT = 16 * BODY_BYTES_LIMIT
"""More than a body may have: what is a little too long is read to its end, so that its client reads the answer."""
FILE_THREADS = 1
"""Files are taken by threads of their own, as many as pictures are unpacked at once: one may take seconds of a
processor, and nobody could log in while such files held the threads that hash passwords."""
LOOK_SECONDS = 1.0
"""Between two looks at every connection, for those that are overdue."""

logger = logging.getLogger(__name__)

WsgiApplication = Callable[..., Iterable[bytes]]


@dataclass(frozen=True, slots=True)
class ThreadCounts:
    """How many threads answer requests; and how many of their own those requests have that take long.

    ``paths_apart`` are the paths of these, without a slash at the end. However many of them come, the others are
    answered.
    """

    count: int
    count_apart: int = 1
    paths_apart: frozenset[str] = frozenset()


class DeadlineServer(TcpWSGIServer):
    """The listening socket, and the look at every connection once a second."""

    channel_class = DeadlineChannel
    deadlines = Deadlines()
    origins = Origins()
    """Whose pages may read what the server itself answers."""
    paths_apart: frozenset[str] = frozenset()
    dispatcher_apart: FairDispatcher
    dispatcher_of_files: FairDispatcher
    clients = Clients()
    share: ConnectionShare | None = None
    """Beside which other processes this one takes connections from its listening socket."""
    _look_at = 0.0
    is_leaving = False
    """Whether the next answer of a connection is to be its last."""

    def add_task(self, task: DeadlineChannel) -> None:
        """Have the next request of a connection answered."""
        # A request that could not be parsed has no path.
        path = getattr(task.requests[0], "path", "").rstrip("/")
        is_file = path.startswith(FILE_PATHS)
        if is_file or path in self.paths_apart:
            task.waits = True
            task.client = self.clients.whose(task.addr[0], task.requests[0].headers.get("X_FORWARDED_FOR", ""))
            if (self.dispatcher_of_files if is_file else self.dispatcher_apart).has_taken(task):
                return
            task.requests[0].error = TooManyWaiting()
        task.waits = False
        self.task_dispatcher.add_task(task)

    def handle_accept(self) -> None:
        """Take a connection, and give another up for it where they are scarce."""
        before = set(self.active_channels)
        super().handle_accept()
        for number in set(self.active_channels) - before:
            newest = self.active_channels[number]
            # Who has said nothing yet is told by the address.
            newest.host = self.clients.whose(newest.addr[0], "")
            leaving = given_up(list(self.active_channels.values()), newest, self.clients)
            if leaving is not None:
                leaving.handle_close()

    def leave(self) -> None:
        """Take the connections that wait already, which would be reset with their requests else, and no others."""
        self.is_leaving = True
        waiting = select.poll()
        waiting.register(self.socket, select.POLLIN)
        for _ in range(CONNECTIONS_LIMIT):
            if not waiting.poll(0):
                break
            self.handle_accept()
        self.accepting = False
        self.del_channel()
        self.socket.close()

    def readable(self) -> bool:
        """Whether to take a connection, if there is one; and the look at those that were taken, once a second."""
        now = time.monotonic()
        if now >= self._look_at:
            self._look_at = now + LOOK_SECONDS
            self.close_overdue(now)
        is_open = bool(super().readable())
        return is_open and (self.share is None or self.share.may_take(len(self.active_channels)))

    def maintenance(self, now: float) -> None:
        """Nothing: waitress asks for this by the wall clock, and not at all for as long as that was set back."""

    def close_overdue(self, now: float) -> None:
        """Close what is overdue: at once, since a connection that is full would never be ready for a last write."""
        for channel in list(self.active_channels.values()):
            if channel.is_overdue(now, self.deadlines):
                channel.handle_close()


class HttpServer:
    """A server that runs in a thread of its own and stops without losing a request."""

    def __init__(
        self,
        app: WsgiApplication,
        host: str,
        port: int,
        threads: ThreadCounts,
        deadlines: Deadlines,
        listening: socket.socket | None = None,
        share: ConnectionShare | None = None,
        origins: Origins | None = None,
        file_bytes: int = FILE_BYTES_LIMIT,
        clients: Clients | None = None,
        beat: Callable[[], None] = lambda: None,
    ) -> None:
        """Bind the address, unless a socket is given that listens on it already.

        Where other processes share that socket, ``share`` is this one's among them. Pages of the ``origins`` may read
        what the server itself answers; the application says so of its own answers. ``beat`` is called each time that
        its loop goes round, which is once a second at least.

        ``port`` 0 takes a free one. Raises ``OSError`` where the address is taken.
        """
        # A queue is how waitress works under load, and no reason for a line in the log with every request.
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)
        adjustments = _adjustments_with_files(host, port, file_bytes)
        self._map: dict[int, Any] = {}
        dispatcher, apart, of_files = ThreadedTaskDispatcher(), FairDispatcher(), FairDispatcher()
        self._dispatchers = {dispatcher: threads.count, apart: threads.count_apart, of_files: FILE_THREADS}
        self._server = DeadlineServer(
            app,
            map=self._map,
            dispatcher=dispatcher,
            adj=adjustments,
            sockinfo=adjustments.listen[0],
            _sock=listening,
            bind_socket=listening is None,
        )
        self._server.deadlines = deadlines
        self._server.dispatcher_apart, self._server.dispatcher_of_files = apart, of_files
        self._server.paths_apart = threads.paths_apart
        self._server.share, self._server.clients = share, clients or self._server.clients
        self._server.origins = origins or self._server.origins
        # One that left a connection to others must look soon whether they took it.
        self._patience = 1.0 if share is None else CHANCE_SECONDS
        self._beat = beat
        self._is_running = False
        self._stop_at: float | None = None
        self._idle_until = 0.0
        self._stopped = threading.Event()
        self._closing = threading.Lock()

    @property
    def address(self) -> tuple[str, int]:
        """Host and port that the server listens on."""
        return self._server.effective_host, int(self._server.effective_port)

    @property
    def connections(self) -> int:
        """How many connections are open."""
        return len(self._server.active_channels)

    @property
    def waiting(self) -> int:
        """How many requests that take long wait for their turn."""
        return len(self._server.dispatcher_apart.queue) + len(self._server.dispatcher_of_files.queue)

    def start(self) -> None:
        """Serve in a daemon thread, since the main thread may belong to another loop."""
        self._is_running = True
        threading.Thread(target=self.run, name="http", daemon=True).start()

    def run(self) -> None:
        """Serve until ``stop`` is called."""
        self._is_running = True
        for dispatcher, count in self._dispatchers.items():
            dispatcher.set_thread_count(count)
        try:
            while not self._is_done():
                self._beat()
                patience = self._patience if self._stop_at is None else CHANCE_SECONDS
                wasyncore.loop(timeout=patience, use_poll=True, map=self._map, count=1)
        finally:
            cut = sum(channel.is_busy for channel in list(self._server.active_channels.values()))
            if cut:
                logger.warning("%d requests had not ended when the server was to stop, and are cut off.", cut)
            for dispatcher in self._dispatchers:
                dispatcher.shutdown(timeout=1)
            self._close()

    def stop(self, drain_seconds: float = 3.0, idle_seconds: float = 0.0) -> None:
        """Take no new connections, finish what is in flight for at most this long, and return when all is closed.

        For ``idle_seconds`` requests are taken of connections that are open, and each is told that it was the last: a
        proxy in front may send one at the very moment at which an idle connection is closed, and would have to say
        that it does not know what came of it.
        """
        now = time.monotonic()
        self._idle_until, self._stop_at = now + idle_seconds, now + drain_seconds
        if not self._is_running:
            self._close()
        with self._closing:
            # Once all is closed, the trigger's descriptor may be that of another file.
            if not self._stopped.is_set():
                self._server.pull_trigger()
        self._stopped.wait(drain_seconds + 2.0)

    def _is_done(self) -> bool:
        """Whether the loop is to end: once it was told to, when nothing is in flight or the time for it is up."""
        if self._stop_at is None:
            return False
        if self._server.accepting:
            self._server.leave()
        now = time.monotonic()
        channels = list(self._server.active_channels.values())
        if now < min(self._idle_until, self._stop_at):
            return not channels
        for channel in channels:
            channel.will_close = channel.will_close or not channel.is_busy
        return now > self._stop_at or not any(channel.is_busy for channel in channels)

    def _close(self) -> None:
        with self._closing:
            wasyncore.close_all(self._map, ignore_all=True)
            self._stopped.set()


def _adjustments_with_files(host: str, port: int, file_bytes: int) -> Adjustments:
    adjustments = _adjustments(host, port)
    # What a body may have where it is a file, and how large that file may be: the parser asks for these.
    adjustments.of_files = _adjustments(host, port, READ_BYTES_LIMIT + file_bytes)
    adjustments.of_files.file_bytes = file_bytes
    return adjustments


def _adjustments(host: str, port: int, body_bytes: int = READ_BYTES_LIMIT) -> Adjustments:
    return Adjustments(
        host=host,
        port=port,
        ident=None,
        expose_tracebacks=False,
        connection_limit=CONNECTIONS_LIMIT,
        max_request_header_size=HEADER_BYTES_LIMIT,
        max_request_body_size=body_bytes,
        asyncore_use_poll=True,
        log_socket_errors=False,
        # Whose word on where a request comes from counts is judged request by request, by P2P_TRUSTED_PROXIES.
        clear_untrusted_proxy_headers=False,
    )


def serve(
    app: WsgiApplication,
    host: str,
    port: int,
    threads: ThreadCounts,
    deadlines: Deadlines | None = None,
    *,
    listening: socket.socket | None = None,
    share: ConnectionShare | None = None,
    origins: Origins | None = None,
    file_bytes: int = FILE_BYTES_LIMIT,
    clients: Clients | None = None,
    beat: Callable[[], None] = lambda: None,
) -> HttpServer:
    """A server of this application that listens; ``run`` or ``start`` makes it answer."""
    return HttpServer(
        app, host, port, threads, deadlines or Deadlines(), listening, share, origins, file_bytes, clients, beat
    )
