"""A server of prices that says what a test tells it to, over TLS."""

from __future__ import annotations

import http.server
import ssl
import threading
from collections.abc import Callable, Iterator

import pytest

from tests.integration.mail.conftest import certificate, server_tls, trusting_tls

__all__ = ["certificate", "server_tls", "trusting_tls"]

Answering = Callable[[http.server.BaseHTTPRequestHandler], None]


@pytest.fixture
def serving(server_tls: ssl.SSLContext) -> Iterator[Callable[[Answering], str]]:
    """A function that serves over TLS and tells the address."""
    servers: list[http.server.ThreadingHTTPServer] = []

    def serve(answer: Answering) -> str:
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                answer(self)

            def log_message(self, *_: object) -> None:
                """The tests look at what is asked."""

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.socket = server_tls.wrap_socket(server.socket, server_side=True)
        servers.append(server)
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        return f"https://127.0.0.1:{server.server_port}/prices.json"

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()
