"""One connection: requests that have one meaning, deadlines for whatever the client does, answers in the envelope."""

from __future__ import annotations

import re
import socket
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.task import ErrorTask, WSGITask
from waitress.utilities import BadRequest

from ..replies.envelope import failure_body, failure_headers
from ..replies.rejections import INTERNAL_CODE, BodyTooLarge, FileTooLarge, RateLimited, Rejection
from .bodies import FILE_PATHS
from .waiting_requests import ARRIVED

# Of two such headers different programs read different ones. Others, such as two tokens, arrive joined and are wrong.
_ONCE = frozenset({b"host", b"content-length", b"transfer-encoding", b"idempotency-key"})


class NotHttp(Rejection):
    """The request has no meaning, or more than one."""

    message = "The request is not valid HTTP"


class HeadersTooLarge(Rejection):
    """The headers are over the limit."""

    status = 431
    code = "headers_too_large"
    message = "The headers are too large"


class UnknownEncoding(Rejection):
    """The body comes in an encoding other than ``chunked``."""

    status = 501
    code = "unknown_encoding"
    message = "This transfer encoding is not supported"


class TooManyWaiting:
    """What waitress is told where a client's requests that take long are too many to wait, too."""

    code = RateLimited.status
    reason = "Too Many Requests"


SERVER_REJECTIONS = {
    rejection.status: rejection for rejection in (NotHttp(), BodyTooLarge(), HeadersTooLarge(), UnknownEncoding())
}
"""What the server itself turns away before any operation is asked for, by status."""
_ORIGIN = re.compile(rb"^origin:[ \t]*([!-~]+)[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_FRAMING = re.compile(rb"[\r\n][ \t]")
_FIRST_LINE = re.compile(rb"[!-~]+ [!-~]+ HTTP/1\.[01]")
_HOST = re.compile(rb"([A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(:[0-9]{1,5})?")


@dataclass(frozen=True, slots=True)
class Deadlines:
    """How long a client may take, in seconds, whatever it sends meanwhile.

    ``headers`` is also the time from connecting to the first byte. ``idle`` is the pause between two requests, longer
    than the minute for which a proxy in front keeps its connections. After a refusal a client may go on sending for
    ``linger``: closed at once, it would see a reset instead of the answer.
    """

    headers: float = 10.0
    body: float = 30.0
    file: float = 120.0
    answer: float = 30.0
    idle: float = 75.0
    linger: float = 2.0


class StrictParser(HTTPRequestParser):
    """A parser that refuses what two readers could read in two ways, and knows since when it has been reading."""

    empty: bool

    def __init__(self, adjustments: Adjustments) -> None:
        super().__init__(adjustments)
        self.started = time.monotonic()
        self.headers_ended: float | None = None
        self.arrived: float | None = None
        self.origin: str | None = None

    def received(self, data: bytes) -> int:
        """Take more of the request; a request that is refused is asked for no more of itself."""
        consumed: int = super().received(data)
        if self.headers_finished and self.headers_ended is None:
            self.headers_ended = time.monotonic()
        if self.completed and self.arrived is None:
            self.arrived = time.monotonic()
        if self.empty:
            # Waitress passes over as many as come, so that a client with nothing but empty lines would never be done.
            self.empty, self.error = False, BadRequest("there is no request between two empty lines")
        if self.error is not None:
            self.expect_continue = False
            self.origin = self.headers.get("ORIGIN") or _origin_in(self.header_plus + data)
        return consumed

    def parse_header(self, header_plus: bytes) -> None:
        """Parse the headers, once they are known to have one meaning. Raises ``ParsingError``."""
        if _FRAMING.search(header_plus):
            raise ParsingError("a header goes on in the next line")
        first, *lines = header_plus.rstrip(b"\r\n").split(b"\r\n")
        if _FIRST_LINE.fullmatch(first) is None:
            raise ParsingError("the first line is none")
        headers = [(name.lower(), value.strip(b" \t")) for name, _, value in (line.partition(b":") for line in lines)]
        names = [name for name, _ in headers]
        if any(names.count(name) > 1 for name in _ONCE):
            raise ParsingError("a header is given twice")
        is_current = first.endswith(b"HTTP/1.1")
        hosts = [value for name, value in headers if name == b"host"]
        if (is_current and not hosts) or not all(map(_HOST.fullmatch, hosts)):
            raise ParsingError("there is no Host, or one that cannot be")
        if b"transfer-encoding" in names and (b"content-length" in names or not is_current):
            raise ParsingError("the length of the body is told in two ways")
        encoding = dict(headers).get(b"transfer-encoding", b"chunked")
        if not encoding or b"," in encoding:
            raise ParsingError("the body is encoded more than once, or in no way that is named")
        super().parse_header(header_plus)
        if self.path.startswith(FILE_PATHS):
            self.adj: Adjustments = getattr(self.adj, "of_files", self.adj)


def _origin_in(headers: bytes) -> str | None:
    """Whose page sent headers that could not be read to their end, if it says so."""
    found = _ORIGIN.search(headers)
    return found[1].decode("ascii") if found else None


class EnvelopeErrorTask(ErrorTask):
    """The server's own errors, in the envelope like all others."""

    def execute(self) -> None:
        """Answer, and close the connection: where a request could not be read, nobody knows where the next begins."""
        error = self.request.error
        code = error.code
        request_id = str(uuid.uuid4())
        rejection: Rejection | None = RateLimited() if code == RateLimited.status else SERVER_REJECTIONS.get(code)
        file_bytes: int | None = getattr(self.channel.requests[0].adj, "file_bytes", None)
        if code == FileTooLarge.status and file_bytes is not None:
            rejection = FileTooLarge(file_bytes)
        message = f"Something went wrong on our side (request {request_id})" if rejection is None else rejection.message
        body = failure_body(message)
        self.status = f"{code} {error.reason}"
        headers = [("Content-Type", "application/json"), ("Cache-Control", "no-store"), ("X-Request-Id", request_id)]
        headers += failure_headers(INTERNAL_CODE if rejection is None else rejection.code)
        headers += () if rejection is None else rejection.headers
        self.response_headers.extend(headers + self.channel.server.origins.headers(self._origin()))
        self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)

    def _origin(self) -> str | None:
        """Whose page asked. For an application that failed waitress makes a request of its own, with no headers."""
        asked = self.channel.requests[0]
        origin: str | None = asked.origin or asked.headers.get("ORIGIN")
        return origin


class DeskTask(WSGITask):
    """A request's task. An application may not set ``Upgrade``, but a 426 must have it (RFC 9110, section 15.5.22)."""

    def get_environment(self) -> dict[str, Any]:
        """The application's view of the request, with the time at which it had come."""
        environ: dict[str, Any] = super().get_environment()
        environ[ARRIVED] = self.request.arrived
        return environ

    def write(self, data: bytes) -> None:
        """Send a part of the answer; the headers go together with the first, since each send wakes the client up."""
        if self.wrote_header:
            super().write(data)
            return
        with self.channel.in_one_piece():
            super().write(data)

    def build_response_header(self) -> bytes:
        """The status line and the headers."""
        if self.status.startswith("426"):
            self.response_headers.append(("Upgrade", "websocket"))
        if self.channel.server.is_leaving and len(self.channel.requests) == 1:
            self.set_close_on_finish()
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
    _pieces: list[bytes] | None = None
    waits = False
    """Whether its request is one of those that take long, and wait for each other."""
    client = ""
    """Whose it is."""
    host = ""
    """Whose the connection is, as far as its address tells."""

    def service(self) -> None:
        """Answer the next request; but none that has waited for long enough that its client has gone."""
        if not (self.waits and self._has_gone()):
            super().service()
            return
        with self.requests_lock:
            for request in self.requests:
                request.close()
            self.requests: list[Any] = []
        self.will_close = True
        self.server.pull_trigger()

    def _has_gone(self) -> bool:
        """Whether the client has hung up. Nothing has been sent to it yet, so this is the end of what it sends."""
        try:
            return not self.socket.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        except BlockingIOError:
            return False
        except OSError:
            return True

    @property
    def may_be_given_up(self) -> bool:
        """Whether closing it loses nothing that was asked for whole."""
        is_reading = self.request is not None and self.request.headers_finished
        return not (self.is_busy or is_reading or self.lingers_since is not None)

    @contextmanager
    def in_one_piece(self) -> Iterator[None]:
        """What is written meanwhile is sent at the end, at once."""
        pieces: list[bytes] = []
        self._pieces = pieces
        try:
            yield
        finally:
            self._pieces = None
        self.write_soon(b"".join(pieces))

    def write_soon(self, data: bytes) -> int:
        """Send something, or keep it for a moment."""
        if self._pieces is None:
            return int(super().write_soon(data))
        self._pieces.append(data)
        return len(data)

    def received(self, data: bytes) -> bool:
        """Take what has come."""
        taken: bool = super().received(data)
        self.has_asked = self.has_asked or bool(self.requests)
        return taken

    @property
    def last_activity(self) -> float:
        """When anything last came or went, by ``time.monotonic``."""
        return self._last_activity

    @last_activity.setter
    def last_activity(self, _: float) -> None:
        # Waitress notes the wall clock's time. Set forward, that would cut off everybody, and set back nobody.
        self._last_activity = time.monotonic()

    def is_overdue(self, now: float, deadlines: Deadlines) -> bool:
        """Whether this connection is to be closed, whatever its client does; ``now`` is by ``time.monotonic``."""
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
            patience = deadlines.idle if self.has_asked else deadlines.headers
            return now - self.last_activity > patience
        if request.headers_ended is None:
            return bool(now - request.started > deadlines.headers)
        # A file of five million bytes takes a slow line longer than a body of JSON does.
        patience = deadlines.file if hasattr(request.adj, "file_bytes") else deadlines.body
        return bool(now - request.headers_ended > patience)

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
