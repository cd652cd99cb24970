"""What the websocket lets anybody have of it."""

from __future__ import annotations

from dataclasses import dataclass

EXPIRED_OR_ENDED = 4401
SUSPENDED = 4403
TOO_SLOW_OR_TOO_MANY = 4408
GOING_AWAY = 1001
POLICY_VIOLATION = 1008
INTERNAL_ERROR = 1011


@dataclass(frozen=True, slots=True)
class Limits:
    """The bounds of a websocket server. Source: docs/contract/notices.md, "Bounds of a socket".

    ``origins`` are those of web pages that may connect (``https://desk.example``), ``*`` any; with
    ``loopback_origins`` also pages that the client's own machine serves. What sends no ``Origin`` is no web page, and
    its token speaks for it. A page could have a token from nowhere but its user, so that this is a second door and
    not the first. That a page's origin is the host that is asked says nothing: both are the client's word.
    """

    origins: tuple[str, ...] = ()
    loopback_origins: bool = False
    sockets: int = 20_000
    sockets_per_trader: int = 20
    handshake_bytes: int = 16 * 1024
    handshake_seconds: float = 5.0
    message_bytes: int = 4 * 1024
    """What a client may send in one message before that alone ends the socket; any message at all ends it."""
    ping_every_seconds: float = 20.0
    ping_timeout_seconds: float = 20.0
    send_buffer_bytes: int = 64 * 1024
    """Asked of the kernel for each socket, so that its own buffers grow no bigger for a reader who does not read."""
    stall_seconds: float = 10.0
    """How long a socket's buffer (64 KiB of our own at most, and one frame) may stay full before it is dropped."""
    close_seconds: float = 3.0
    """How long a client may take to answer a close; the line is cut then."""
    page: int = 100
    """Notices read at once."""
    poll_seconds: float = 1.0
    """How often newest numbers are asked for, in case that a nudge was lost."""
    standing_seconds: float = 2.0
    """How often it is asked whether the logins still stand."""
    threads: int = 4
    """Threads that read notices; as many wait on the store for handshakes."""
    leaving_together: int = 25
    """So many sockets a stopping server closes at once, so that not all its clients come to another together; more,
    where there are so many that it would take longer than ``leaving_seconds``."""
    leaving_pause_seconds: float = 0.1
    leaving_seconds: float = 3.0
    stop_seconds: float = 1.5
    """How long a stopping server waits for its clients to answer the close."""
