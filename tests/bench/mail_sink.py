"""A mail server that keeps nothing: ``python -m tests.bench.mail_sink PORT``.

It speaks as much of SMTP as a client needs, offers PIPELINING as common servers do, and costs little beside the desk
that is measured on the same processors.
"""

from __future__ import annotations

import asyncio
import sys

_END_OF_MAIL = b"\r\n.\r\n"


class Sink(asyncio.Protocol):
    """One connection."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._received = b""
        self._is_mail = False
        transport.write(b"220 sink.example ESMTP\r\n")

    def data_received(self, data: bytes) -> None:
        """Answer each command, and each mail as a whole."""
        self._received += data
        answers = []
        while True:
            line, end, rest = self._received.partition(_END_OF_MAIL if self._is_mail else b"\r\n")
            if not end:
                break
            self._received = rest
            answers.append(self._answer(line))
        if answers:
            self._transport.write(b"".join(answers))

    def _answer(self, line: bytes) -> bytes:
        if self._is_mail:
            self._is_mail = False
            return b"250 OK\r\n"
        command = line[:4].upper()
        if command == b"DATA":
            self._is_mail = True
            return b"354 Go on\r\n"
        if command == b"EHLO":
            return b"250-sink.example\r\n250 PIPELINING\r\n"
        if command == b"QUIT":
            self._transport.close()
        return b"221 Bye\r\n" if command == b"QUIT" else b"250 OK\r\n"


async def serve(port: int) -> None:
    """Serve until the process is stopped."""
    server = await asyncio.get_running_loop().create_server(Sink, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
