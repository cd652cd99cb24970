"""Connections to the addresses that were looked at, and to no others, until one moment for all that is done on them.

A name that stands for one address when it is judged and for another when it is connected to (DNS rebinding) gains
nothing: the address itself is connected to. TLS asks for the name all the same.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable, Iterable
from ipaddress import ip_address
from typing import Any

import httpcore

from domain.model.addresses import IPAddress

Resolve = Callable[[str, int], Iterable[str]]
"""The addresses that a host stands for. Raises ``OSError``."""

_ADDRESSES_TRIED = 4


class NoSuchAddress(Exception):
    """A host stands for no address that may be connected to."""


class OutOfTime(Exception):
    """It has taken as long as it may."""


def system_addresses(host: str, port: int) -> list[str]:
    """The addresses that the system's resolver has for a host, in the order in which to try them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class Deadline:
    """A moment by the machine's steady clock, until when all has to be done."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    @property
    def left(self) -> float:
        """The seconds that are left. Raises ``OutOfTime`` where there are none."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise OutOfTime
        return left


class CheckedBackend(httpcore.NetworkBackend):
    """Opens connections for one request."""

    def __init__(self, resolve: Resolve, may_connect: Callable[[IPAddress], bool], deadline: Deadline) -> None:
        self._resolve = resolve
        self._may_connect = may_connect
        self._deadline = deadline
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002 (the deadline decides)
        local_address: str | None = None,
        socket_options: Any = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first of the host's addresses that may be and can be connected to.

        Raises ``NoSuchAddress``, ``OutOfTime`` or what httpcore raises.
        """
        allowed = self._allowed(host, port)
        if not allowed:
            raise NoSuchAddress(host)
        failure: Exception | None = None
        for address in allowed[:_ADDRESSES_TRIED]:
            try:
                stream = self._sockets.connect_tcp(
                    address, port, self._deadline.left, local_address, socket_options or ()
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
                continue
            return _BoundedStream(stream, self._deadline)
        assert failure is not None
        raise failure

    def _allowed(self, host: str, port: int) -> list[str]:
        try:
            found = self._resolve(host, port)
            return [address for address in found if self._may_connect(ip_address(address))]
        except (OSError, ValueError, UnicodeError) as error:
            raise NoSuchAddress(host) from error


class _BoundedStream(httpcore.NetworkStream):
    """A stream on which nothing lasts longer than the deadline, however slowly the other side goes on."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002
        return self._stream.read(max_bytes, self._deadline.left)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        self._stream.write(buffer, self._deadline.left)

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002
    ) -> httpcore.NetworkStream:
        secured = self._stream.start_tls(ssl_context, server_hostname, self._deadline.left)
        return _BoundedStream(secured, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
