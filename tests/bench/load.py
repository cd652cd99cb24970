"""A load of HTTP requests: a fixed number of clients, each with one request on the way at any time.

The clients share the machine with the desk, so they are made to cost little: one thread, one connection a client
that is kept, requests that are bytes already, and of an answer only its status and its length are looked at.
"""

from __future__ import annotations

import re
import selectors
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass

from .figures import Sample

ANSWER_SECONDS = 10.0
"""How long an answer may take; a desk that takes longer is stuck, and there is nothing to measure."""

_READ_BYTES = 65536
_LENGTH = re.compile(rb"\r\ncontent-length: *([0-9]+)\r\n", re.IGNORECASE)

Address = tuple[str, int]


class LoadFailed(Exception):
    """The desk gave another answer than success, so that its speed says nothing."""


@dataclass(slots=True)
class _Client:
    connection: socket.socket
    received: bytes = b""
    sent_at: float = 0.0

    def send(self, request: bytes) -> None:
        self.received = b""
        self.sent_at = time.perf_counter()
        self.connection.sendall(request)

    def has_answer(self) -> bool:
        """Take what has come; tell whether the answer is whole. Raises ``LoadFailed`` for any but a success."""
        data = self.connection.recv(_READ_BYTES)
        if not data:
            raise LoadFailed(f"the desk closed a connection after {self.received!r}")
        self.received += data
        end = self.received.find(b"\r\n\r\n")
        if end < 0:
            return False
        length = _LENGTH.search(self.received, 0, end + 2)
        if length is None:
            raise LoadFailed(f"an answer has no length: {self.received[:200]!r}")
        if len(self.received) < end + 4 + int(length[1]):
            return False
        if not self.received.startswith(b"HTTP/1.1 200 "):
            raise LoadFailed(f"the desk answered {self.received.decode(errors='replace')}")
        return True


def drive(address: Address, requests: Iterator[bytes], clients: int, seconds: float) -> Sample:
    """Send requests for so many seconds, wait for the last answers, and tell how it went.

    Raises ``LoadFailed`` where an answer is no success or does not come.
    """
    with selectors.DefaultSelector() as selector:
        connected = [_Client(socket.create_connection(address, ANSWER_SECONDS)) for _ in range(clients)]
        try:
            for client in connected:
                client.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                selector.register(client.connection, selectors.EVENT_READ, client)
            return _measure(selector, connected, requests, seconds)
        finally:
            for client in connected:
                client.connection.close()


def _measure(
    selector: selectors.BaseSelector, clients: list[_Client], requests: Iterator[bytes], seconds: float
) -> Sample:
    milliseconds: list[float] = []
    started = time.perf_counter()
    end = started + seconds
    for client in clients:
        client.send(next(requests))
    on_the_way = len(clients)
    while on_the_way:
        ready = selector.select(ANSWER_SECONDS)
        if not ready:
            raise LoadFailed(f"{on_the_way} answers did not come within {ANSWER_SECONDS:g} s")
        for key, _ in ready:
            client = key.data
            if not client.has_answer():
                continue
            now = time.perf_counter()
            milliseconds.append((now - client.sent_at) * 1000)
            if now < end:
                client.send(next(requests))
            else:
                on_the_way -= 1
    # The last answers count, and so does the time that they took.
    return Sample.of(milliseconds, time.perf_counter() - started)
