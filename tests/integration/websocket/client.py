"""A trader's websocket, as a program of theirs would open it: frames are collected on a thread of its own."""

import contextlib
import json
import socket
import threading
from decimal import Decimal
from typing import Any

import websocket

from tests.integration.waiting import PATIENCE_SECONDS, until, within


class Client:
    """One socket. ``status`` is that of a refused handshake; ``code`` that of the close, 0 where the line was cut."""

    def __init__(self, url: str, *, reads: bool = True, **options: Any) -> None:
        self.frames: list[str] = []
        self.status: int | None = None
        self.headers: dict[str, str] = {}
        self.code: int | None = None
        self._thread: threading.Thread | None = None
        self._is_closed = False
        try:
            self._connection = websocket.create_connection(url, timeout=PATIENCE_SECONDS, **options)
        except websocket.WebSocketBadStatusException as refused:
            self.status, self.headers = refused.status_code, refused.resp_headers or {}
            return
        if reads:
            self.read()

    def read(self) -> None:
        """Begin to read."""
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        try:
            while True:
                opcode, data = self._connection.recv_data(control_frame=True)
                if opcode == websocket.ABNF.OPCODE_TEXT:
                    self.frames.append(data.decode())
                elif opcode == websocket.ABNF.OPCODE_CLOSE:
                    self.code = int.from_bytes(data[:2], "big")
                    return
        except (websocket.WebSocketException, OSError):
            self.code = 0

    @property
    def messages(self) -> list[dict[str, Any]]:
        return [json.loads(frame, parse_float=Decimal) for frame in list(self.frames)]

    @property
    def numbers(self) -> list[int]:
        return [message["notice"] for message in self.messages]

    def expect(self, count: int) -> list[dict[str, Any]]:
        """The first so many frames, once they are there."""
        assert within(lambda: len(self.frames) >= count), f"{len(self.frames)} of {count} frames"
        return self.messages[:count]

    def expect_code(self) -> int | None:
        """The code with which the server closed."""
        until(lambda: self.code is not None)
        return self.code

    @property
    def handshake_headers(self) -> dict[str, str]:
        headers: dict[str, str] = self._connection.getheaders()
        return headers

    def receive(self) -> tuple[int, bytes]:
        """The next frame of any kind, for who does not read on a thread."""
        frame = self._connection.recv_frame()
        return frame.opcode, frame.data

    def send(self, text: str) -> None:
        self._connection.send(text)

    def send_frame(self, frame: websocket.ABNF) -> None:
        self._connection.send_frame(frame)

    def send_raw(self, data: bytes) -> None:
        self._connection.sock.sendall(data)

    def close(self) -> None:
        """Take leave, and wait until the server has answered."""
        if self._is_over():
            return
        # A thread that reads is not woken by the closing of its socket, but by the server's answer to a close.
        with contextlib.suppress(websocket.WebSocketException, OSError):
            self._connection.send_close()
        self._end()

    def cut(self) -> None:
        """Break the line without a word: what is on its way is lost with it."""
        if self._is_over():
            return
        with contextlib.suppress(OSError):
            self._connection.sock.shutdown(socket.SHUT_RDWR)
        self._end()

    def _is_over(self) -> bool:
        is_over, self._is_closed = self._is_closed, True
        return is_over or self.status is not None

    def _end(self) -> None:
        if self._thread is not None:
            self._thread.join(PATIENCE_SECONDS)
        self._connection.shutdown()


def raw_socket(port: int) -> socket.socket:
    """A bare connection, for what no websocket library would send."""
    return socket.create_connection(("127.0.0.1", port), PATIENCE_SECONDS)
