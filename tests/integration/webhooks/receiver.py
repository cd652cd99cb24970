"""A program that takes webhooks: a true HTTP server, whose paths say how it behaves."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Taken:
    """A request that came."""

    path: str
    headers: dict[str, str]
    body: bytes


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 1024

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Whoever hangs up does so on purpose."""


@dataclass
class Receiver:
    """What came, and how to answer: ``/hang`` never does, ``/drip`` goes on for ever, ``/503`` says just that."""

    port: int = 0
    scheme: str = "http"
    location: str = ""
    taken: list[Taken] = field(default_factory=list)
    answers: dict[str, int] = field(default_factory=dict)
    """The status for a path from now on, in place of what the path says."""
    over: threading.Event = field(default_factory=threading.Event)
    came: threading.Condition = field(default_factory=threading.Condition)

    def url(self, path: str = "/200", host: str = "127.0.0.1") -> str:
        return f"{self.scheme}://{host}:{self.port}{path}"

    def wait_for(self, number: int, path: str | None = None, timeout: float = 30) -> list[Taken]:
        """So many requests, of a path or of any, as soon as they are there."""

        def those() -> list[Taken]:
            return [taken for taken in self.taken if path is None or taken.path == path]

        with self.came:
            assert self.came.wait_for(lambda: len(those()) >= number, timeout), f"only {len(those())} came"
            return those()

    def keep(self, taken: Taken) -> int | None:
        """Note down what came; the status to answer with, None where to say nothing."""
        with self.came:
            self.taken.append(taken)
            self.came.notify_all()
        word = taken.path.strip("/").partition("/")[0]
        return self.answers.get(taken.path) or (int(word) if word.isdigit() else None)


def _handler(receiver: Receiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            status = receiver.keep(Taken(self.path, headers, body))
            if self.path.startswith("/drip"):
                self._drip(b"HTTP/1.1 200 OK\r\nX: " if self.path == "/drip" else b"HTTP/1.1 200 OK\r\n\r\n")
            elif status is None:
                receiver.over.wait()
            else:
                self.send_response(status)
                if 300 <= status < 400:
                    self.send_header("Location", receiver.location)
                self.send_header("Content-Length", "0")
                self.end_headers()

        def _drip(self, head: bytes) -> None:
            self.wfile.write(head)
            while not receiver.over.wait(0.05):
                self.wfile.write(b"x")
                self.wfile.flush()

        def do_GET(self) -> None:
            receiver.keep(Taken(self.path, {}, b""))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """It is the test's business what came."""

    return Handler


@contextmanager
def receiving(tls: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> Iterator[Receiver]:
    """A receiver, while this lasts."""
    receiver = Receiver(scheme="http" if tls is None else "https")
    server = _Server((host, 0), _handler(receiver))
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    receiver.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        receiver.over.set()
        server.shutdown()
        server.server_close()
        thread.join()
