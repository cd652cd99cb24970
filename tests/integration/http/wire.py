"""A client of the server that sends the bytes it is told to, and reads what comes."""

from __future__ import annotations

import socket

from adapters.http.server.http_server import HttpServer
from tests.integration.http.conformance import check

PATIENCE_SECONDS = 20.0
SECOND = b"GET /healthz HTTP/1.1\r\nHost: desk\r\n\r\n"


class Wire:
    """A client that sends the bytes it is told to.

    What a server ``of_a_desk`` answers to ``send`` is held against the API document.
    """

    def __init__(self, server: HttpServer, *, of_a_desk: bool = False) -> None:
        self.socket = socket.create_connection(server.address, PATIENCE_SECONDS)
        self.received = b""
        self._of_a_desk = of_a_desk
        self._asked: tuple[str, str] | None = None

    def send(self, *lines: str, body: bytes = b"") -> Wire:
        self.socket.sendall("\r\n".join([*lines, "", ""]).encode("latin-1") + body)
        method, _, rest = lines[0].partition(" ")
        self._asked = (method, rest.partition(" ")[0].partition("?")[0]) if self._of_a_desk else None
        return self

    def answer(self) -> tuple[int, dict[str, str], bytes]:
        """The next answer: status, headers, body."""
        while b"\r\n\r\n" not in self.received:
            self._more()
        head, _, self.received = self.received.partition(b"\r\n\r\n")
        status, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        length = int(headers["content-length"])
        while len(self.received) < length:
            self._more()
        body, self.received = self.received[:length], self.received[length:]
        code = int(status.split()[1])
        if self._asked is not None:
            check(*self._asked, code, headers, body)
        return code, headers, body

    def _more(self) -> None:
        data = self.socket.recv(65536)
        assert data, f"the server closed after {self.received!r}"
        self.received += data

    def rest(self) -> bytes:
        """What comes until the server closes. A reset is a close as well."""
        try:
            while data := self.socket.recv(65536):
                self.received += data
        except ConnectionResetError:
            pass
        return self.received

    def close(self) -> None:
        self.socket.close()
