"""Where the desk listens, as its settings say."""

from __future__ import annotations

import socket

from adapters.system.network import listening_socket

from .settings import Settings
from .values import Listen
from .wrong_setting import AddressTaken

PROXY_IDLE_SECONDS = 0.5
"""So long idle connections are kept while stopping, so that a proxy hears on each that it is to take another."""


def http_socket(settings: Settings) -> socket.socket:
    """The socket that HTTP listens on, for one process or for several to share. Raises ``AddressTaken``."""
    return listening_on("P2P_HTTP_LISTEN", settings.http_listen)


def websocket_socket(settings: Settings) -> socket.socket:
    """The socket that the websocket listens on. Raises ``AddressTaken``."""
    return listening_on("P2P_WS_LISTEN", settings.websocket_listen)


def listening_on(name: str, listen: Listen) -> socket.socket:
    """A socket that listens where the setting of this name says. Raises ``AddressTaken``."""
    try:
        return listening_socket(listen.host, listen.port)
    except OSError as error:
        # Python adds the address to the system's words, which is said already.
        reason = str(error.strerror).partition(" (")[0]
        raise AddressTaken(name, str(listen), reason) from None
