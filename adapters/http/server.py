"""The HTTP server: waitress, with what it leaves open closed.

Waitress serves a second request behind one that had both a Content-Length and a Transfer-Encoding, takes a doubled
Transfer-Encoding, asks for no Host, and lets a client that drips a byte now and then keep its connection for good.
Here such requests are refused, every request has a deadline, and even the server's own errors are in the envelope.
"""

from __future__ import annotations

import logging
import re
import socket
import threading
import time
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.server import TcpWSGIServer
from waitress.task import ErrorTask, ThreadedTaskDispatcher, WSGITask

from .bodies import BODY_BYTES_LIMIT
from .envelope import failure_body
from .line import ARRIVED
from .rejections import BodyTooLarge
from .shares import CHANCE_SECONDS, Place

HEADER_BYTES_LIMIT = 16 * 1024
READ_BYTES_LIMIT = 16 * BODY_BYTES_LIMIT
"""More than a body may have: what is a little too long is read to its end, so that its client reads the answer."""
CONNECTIONS_LIMIT = 1000

# Of two such headers different programs read different ones. Others, such as two tokens, arrive joined and are wrong.
_ONCE = frozenset({b"host", b"content-length", b"transfer-encoding", b"idempotency-key"})
_MESSAGES = {
    400: "The request is not valid HTTP",
    413: BodyTooLarge.message,
    431: "The headers are too large",
    501: "This transfer encoding is not supported",
}
_FRAMING = re.compile(rb"[\r\n][ \t]")

WsgiApplication = Callable[..., Iterable[bytes]]


@dataclass(frozen=True, slots=True)
class Deadlines:
    """How long a client may take, in seconds, whatever it sends meanwhile.

    ``headers`` is also the time from connecting to the first byte. ``idle`` is the pause between two requests, longer
    than the minute for which a proxy in front keeps its connections. After a refusal a client may go on sending for
    ``linger``: closed at once, it would see a reset instead of the answer.
    """

    headers: float = 10.0
    body: float = 30.0
    answer: float = 30.0
    idle: float = 75.0
    linger: float = 2.0


@dataclass(frozen=True, slots=True)
class Threads:
    """How many threads answer requests; and how many of their own those requests have that take long.

    ``paths_apart`` are the paths of these, without a slash at the end. However many of them come, the others are
    answered.
    """

    count: int
    count_apart: int = 1
    paths_apart: frozenset[str] = frozenset()


class StrictParser(HTTPRequestParser):
    """A parser that refuses what two readers could read in two ways, and knows since when it has been reading."""

    def __init__(self, adjustments: Adjustments) -> None:
        super().__init__(adjustments)
        self.started = time.monotonic()
        self.headers_ended: float | None = None
        self.arrived: float | None = None

    def received(self, data: bytes) -> int:
        """Take more of the request; a request that is refused is asked for no more of itself."""
        consumed: int = super().received(data)
        if self.headers_finished and self.headers_ended is None:
            self.headers_ended = time.monotonic()
        if self.completed and self.arrived is None:
            self.arrived = time.monotonic()
        if self.error is not None:
            self.expect_continue = False
        return consumed

    def parse_header(self, header_plus: bytes) -> None:
        """Parse the headers, once they are known to have one meaning. Raises ``ParsingError``."""
        if _FRAMING.search(header_plus):
            raise ParsingError("a header goes on in the next line")
        first, *lines = header_plus.rstrip(b"\r\n").split(b"\r\n")
        headers = [(name.lower(), value) for name, _, value in (line.partition(b":") for line in lines)]
        names = [name for name, _ in headers]
        if any(names.count(name) > 1 for name in _ONCE):
            raise ParsingError("a header is given twice")
        is_current = first.endswith(b"HTTP/1.1")
        if is_current and b"host" not in names:
            raise ParsingError("there is no Host")
        if b"transfer-encoding" in names and (b"content-length" in names or not is_current):
            raise ParsingError("the length of the body is told in two ways")
        if b"," in dict(headers).get(b"transfer-encoding", b""):
            raise ParsingError("the body is encoded more than once")
        super().parse_header(header_plus)


class EnvelopeErrorTask(ErrorTask):
    """The server's own errors, in the envelope like all others."""

    def execute(self) -> None:
        """Answer, and close the connection: where a request could not be read, nobody knows where the next begins."""
        error = self.request.error
        code = error.code
        request_id = str(uuid.uuid4())
        message = _MESSAGES.get(code, f"Something went wrong on our side (request {request_id})")
        body = failure_body(message)
        self.status = f"{code} {error.reason}"
        headers = [("Content-Type", "application/json"), ("Cache-Control", "no-store"), ("X-Request-Id", request_id)]
        self.response_headers.extend(headers)
        self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)


class DeskTask(WSGITask):
    """A request's task. An application may not set ``Upgrade``, but a 426 must have it (RFC 9110, section 15.5.22)."""

    def get_environment(self) -> dict[str, Any]:
        """The application's view of the request, with the time at which it had come."""
        environ: dict[str, Any] = super().get_environment()
        environ[ARRIVED] = self.request.arrived
        return environ

    def build_response_header(self) -> bytes:
        """The status line and the headers."""
        if self.status.startswith("426"):
            self.response_headers.append(("Upgrade", "websocket"))
        header: bytes = super().build_response_header()
        return header


class DeadlineChannel(HTTPChannel):
    """A connection whose client has to be done in time, with each request and with each answer."""

    parser_class = StrictParser
    error_task_class = EnvelopeErrorTask
    task_class = DeskTask

    has_asked = False
    """Whether a whole request has ever come."""
    unread_since: float | None = None
    """Since when there has been something of an answer that the client has not taken."""
    lingers_since: float | None = None

    def received(self, data: bytes) -> bool:
        """Take what has come."""
        taken: bool = super().received(data)
        self.has_asked = self.has_asked or bool(self.requests)
        return taken

    def is_overdue(self, now: float, deadlines: Deadlines) -> bool:
        """Whether this connection is to be closed, whatever its client does."""
        if not self.total_outbufs_len:
            self.unread_since = None
        elif self.unread_since is None:
            self.unread_since = now
        if self.lingers_since is not None:
            return now - self.lingers_since > deadlines.linger
        if self.unread_since is not None:
            return now - self.unread_since > deadlines.answer
        if self.requests:
            return False
        request = self.request
        if request is None:
            # Waitress counts the activity of a connection by the wall clock.
            patience = deadlines.idle if self.has_asked else deadlines.headers
            return bool(time.time() - self.last_activity > patience)
        if request.headers_ended is None:
            return bool(now - request.started > deadlines.headers)
        return bool(now - request.headers_ended > deadlines.body)

    def readable(self) -> bool:
        """While lingering, read on, so that the system does not answer what is still coming with a reset."""
        return self.lingers_since is not None or bool(super().readable())

    def handle_read(self) -> None:
        """Read a part of a request, or throw away what comes after a refusal."""
        if self.lingers_since is None:
            super().handle_read()
        else:
            self.recv(self.adj.recv_bytes)

    def handle_write(self) -> None:
        """Send what there is. A client that was refused hears that nothing more comes before it is cut off."""
        if self.close_when_flushed:
            self._flush_exception(self._flush_some)
            if not self.connected:
                # The client was faster: flushing found the line closed.
                return
            if not self.total_outbufs_len and not self.will_close:
                self._linger()
                return
        super().handle_write()

    def _linger(self) -> None:
        self.close_when_flushed = False
        try:
            self.socket.shutdown(socket.SHUT_WR)
        except OSError:
            self.handle_close()
        else:
            self.lingers_since = time.monotonic()

    @property
    def is_busy(self) -> bool:
        """Whether a request is being answered, or an answer is being sent."""
        return bool(self.requests or self.total_outbufs_len)


class DeadlineServer(TcpWSGIServer):
    """The listening socket, and the look at every connection once a second."""

    channel_class = DeadlineChannel
    deadlines = Deadlines()
    paths_apart: frozenset[str] = frozenset()
    dispatcher_apart: ThreadedTaskDispatcher
    place: Place | None = None
    """Beside which other processes this one takes connections from its listening socket."""

    def add_task(self, task: DeadlineChannel) -> None:
        """Have the next request of a connection answered."""
        # A request that could not be parsed has no path.
        path = getattr(task.requests[0], "path", "").rstrip("/")
        dispatcher = self.dispatcher_apart if path in self.paths_apart else self.task_dispatcher
        dispatcher.add_task(task)

    def readable(self) -> bool:
        """Whether to take a connection, if there is one."""
        is_open = bool(super().readable())
        return is_open and (self.place is None or self.place.may_take(len(self.active_channels)))

    def maintenance(self, now: float) -> None:  # noqa: ARG002 (waitress's signature; deadlines go by another clock)
        """Close what is overdue: at once, since a connection that is full would never be ready for a last write."""
        for channel in list(self.active_channels.values()):
            if channel.is_overdue(time.monotonic(), self.deadlines):
                channel.handle_close()


class HttpServer:
    """A server that runs in a thread of its own and stops without losing a request."""

    def __init__(
        self,
        app: WsgiApplication,
        host: str,
        port: int,
        threads: Threads,
        deadlines: Deadlines,
        listening: socket.socket | None = None,
        place: Place | None = None,
    ) -> None:
        """Bind the address, unless a socket is given that listens on it already.

        Where other processes share that socket, ``place`` is this one's among them.

        ``port`` 0 takes a free one. Raises ``OSError`` where the address is taken.
        """
        # A queue is how waitress works under load, and no reason for a line in the log with every request.
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)
        adjustments = _adjustments(host, port)
        self._map: dict[int, Any] = {}
        self._dispatchers = {ThreadedTaskDispatcher(): threads.count, ThreadedTaskDispatcher(): threads.count_apart}
        dispatcher, dispatcher_apart = self._dispatchers
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
        self._server.paths_apart, self._server.dispatcher_apart = threads.paths_apart, dispatcher_apart
        self._server.place = place
        # One that left a connection to others must look soon whether they took it.
        self._patience = 1.0 if place is None else CHANCE_SECONDS
        self._is_running = False
        self._stop_at: float | None = None
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
                wasyncore.loop(timeout=self._patience, use_poll=True, map=self._map, count=1)
        finally:
            for dispatcher in self._dispatchers:
                dispatcher.shutdown(timeout=1)
            self._close()

    def stop(self, drain_seconds: float = 3.0) -> None:
        """Take no new requests, finish those in flight for at most this long, and return when all is closed."""
        self._stop_at = time.monotonic() + drain_seconds
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
            self._server.accepting = False
            self._server.del_channel()
            self._server.socket.close()
        channels = list(self._server.active_channels.values())
        for channel in channels:
            channel.will_close = channel.will_close or not channel.is_busy
        return time.monotonic() > self._stop_at or not any(channel.is_busy for channel in channels)

    def _close(self) -> None:
        with self._closing:
            wasyncore.close_all(self._map, ignore_all=True)
            self._stopped.set()


def _adjustments(host: str, port: int) -> Adjustments:
    return Adjustments(
        host=host,
        port=port,
        ident=None,
        expose_tracebacks=False,
        connection_limit=CONNECTIONS_LIMIT,
        cleanup_interval=1,
        max_request_header_size=HEADER_BYTES_LIMIT,
        max_request_body_size=READ_BYTES_LIMIT,
        asyncore_use_poll=True,
        log_socket_errors=False,
    )


def serve(
    app: WsgiApplication,
    host: str,
    port: int,
    threads: Threads,
    deadlines: Deadlines | None = None,
    *,
    listening: socket.socket | None = None,
    place: Place | None = None,
) -> HttpServer:
    """A server of this application that listens; ``run`` or ``start`` makes it answer."""
    return HttpServer(app, host, port, threads, deadlines or Deadlines(), listening, place)
