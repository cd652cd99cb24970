"""Sockets that listen, and by which address other machines reach this one."""

from __future__ import annotations

import socket

BACKLOG = 1024
"""Connections that wait to be taken."""

_EVERY_IPV6 = "::"
# Addresses for documentation (RFC 5737 and RFC 3849), which lead where every address of the world leads.
_FAR_AWAY = ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1"))
_DISCARD_PORT = 9


def listening_socket(host: str, port: int) -> socket.socket:
    """A socket that listens. On ``::`` it takes IPv4 as well, whatever the system's default. Raises ``OSError``."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=BACKLOG, dualstack_ipv6=host == _EVERY_IPV6)


def own_address() -> str | None:
    """The address by which this machine would talk to the world, and so most likely be reached; None without one.

    Nothing is sent for it: to connect a socket for datagrams is to ask the system for its route.
    """
    for family, address in _FAR_AWAY:
        try:
            with socket.socket(family, socket.SOCK_DGRAM) as probe:
                probe.connect((address, _DISCARD_PORT))
                return str(probe.getsockname()[0])
        except OSError:
            continue
    return None
