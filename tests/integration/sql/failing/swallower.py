"""A line to PostgreSQL that breaks at the worst moment: the server has committed, and nobody hears of it."""

import contextlib
import socket
from threading import Event, Thread
from typing import Self

_COMMIT = b"Q\x00\x00\x00\x0bCOMMIT\x00"
"""The message by which a driver commits: a simple query of this text, with its length."""


class Swallower:
    """A proxy in front of a server. Once armed, it passes the next COMMIT on and hangs up instead of the answer."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.armed = Event()
        self._threads = [Thread(target=self._accept, daemon=True)]

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self._threads.append(Thread(target=self._serve, args=(client,), daemon=True))
            self._threads[-1].start()

    def _serve(self, client: socket.socket) -> None:
        """One connection: what the client asks in this thread, what the server answers in another."""
        is_over = Event()
        with client, socket.create_connection(("127.0.0.1", self._port)) as server:
            answering = Thread(target=self._answer, args=(client, server, is_over), daemon=True)
            answering.start()
            with contextlib.suppress(OSError):
                while data := client.recv(65536):
                    if self.armed.is_set() and data.endswith(_COMMIT):
                        self.armed.clear()
                        is_over.set()
                    server.sendall(data)
                    if is_over.is_set():
                        break
            if not is_over.is_set():
                _hang_up(server)
            answering.join()

    def _answer(self, client: socket.socket, server: socket.socket, is_over: Event) -> None:
        with contextlib.suppress(OSError):
            while data := server.recv(65536):
                if is_over.is_set():
                    # This is the answer to COMMIT: it is known here that it was done, and told to nobody.
                    break
                client.sendall(data)
        _hang_up(client)


def _hang_up(line: socket.socket) -> None:
    with contextlib.suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)
