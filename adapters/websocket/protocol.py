"""One websocket, in Autobahn's terms. It only speaks: who may listen, and to what, is decided elsewhere.

Server to client only. ``/ws/p2p/`` is the one path; the token is in the query or in ``Authorization``. Closes with

- 1001 when the server goes away,
- 1008 when the client sends a message (1009 when even that is too long),
- 4401 when the token has expired or the login has ended,
- 4403 when the trader is suspended,
- 4408 when the client reads too slowly, or opens more sockets than a trader may have (the oldest goes).
"""

# Twisted and Autobahn have names of their own style, and Autobahn has types for a part of itself only.
# ruff: noqa: N802, N803
# mypy: disable-error-code="no-untyped-call"

from __future__ import annotations

import logging
import socket
from http import HTTPStatus
from typing import Any, Protocol
from uuid import uuid4

import txaio
from autobahn.twisted.websocket import WebSocketServerFactory, WebSocketServerProtocol
from autobahn.websocket.types import ConnectionDeny
from twisted.internet.defer import Deferred

from domain.errors import StoreUnavailable

from .authentication import Authenticated
from .handshake import Asked, Refused, read_request
from .limits import INTERNAL_ERROR, POLICY_VIOLATION, TOO_SLOW_OR_TOO_MANY, Limits
from .listeners import Listener

logger = logging.getLogger(__name__)

_HEADERS_OF_REFUSALS = {
    HTTPStatus.UNAUTHORIZED: (("WWW-Authenticate", "Bearer"),),
    HTTPStatus.SERVICE_UNAVAILABLE: (("Retry-After", "2"),),
    HTTPStatus.UPGRADE_REQUIRED: (("Upgrade", "websocket"),),
}


class SocketOwner(Protocol):
    """What a socket tells the server that it belongs to, and asks of it."""

    limits: Limits

    def admit(self, asked: Asked) -> Deferred[Authenticated]:
        """Let a client in. Fails with ``Refused`` or ``StoreUnavailable``."""
        ...

    def connected(self, trader_socket: TraderSocket) -> None:
        """A connection was made; it may never become a socket."""
        ...

    def opened(self, listener: Listener) -> None:
        """The handshake is done."""
        ...

    def drained(self, listener: Listener) -> None:
        """The client has taken what it was sent."""
        ...

    def ended(self, listener: Listener) -> None:
        """The socket is closing or gone. Told twice at times."""
        ...

    def disconnected(self, trader_socket: TraderSocket) -> None:
        """The connection is gone."""
        ...


class TraderSocket(WebSocketServerProtocol):
    """The server's end of one connection, and the ``ClientConnection`` of its listener."""

    transport: Any

    # Autobahn warns of every refused handshake and cut line; in public these are no news.
    log = txaio.make_logger(level="error")  # type: ignore[attr-defined]

    def __init__(self, owner: SocketOwner, reactor: Any) -> None:
        super().__init__()
        self._owner = owner
        self._reactor = reactor
        self._request_id = str(uuid4())
        self._is_being_admitted = False
        self._admitted: Authenticated | None = None
        self._is_numbered = False
        self._listener: Listener | None = None
        self._stall: Any = None
        self._linger: Any = None

    # The handshake -----------------------------------------------------------------------------------------------

    def connectionMade(self) -> None:
        """Bound what the kernel keeps for a client that does not read."""
        self.transport.getHandle().setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, self._owner.limits.send_buffer_bytes)
        super().connectionMade()
        self._owner.connected(self)

    def dataReceived(self, data: bytes) -> None:
        """Bound the handshake: nothing comes before its answer, and it does not grow without end."""
        if self.state == self.STATE_CONNECTING:
            if self._is_being_admitted:
                # Autobahn would take it for a second handshake.
                self.dropConnection(abort=True)
                return
            if len(self.data) + len(data) > self._owner.limits.handshake_bytes:
                self.failHandshake("", HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
                return
        super().dataReceived(data)

    def onConnect(self, request: Any) -> Any:
        """Decide on the handshake, in a thread where that takes the store."""
        self._is_being_admitted = True
        return Deferred.fromCoroutine(self._admit(request))

    async def _admit(self, request: Any) -> tuple[None, dict[str, str]]:
        try:
            limits = self._owner.limits
            uri, headers = self.http_request_uri, request.headers
            asked = read_request(uri, headers, limits.origins, loopback_origins=limits.loopback_origins)
            self._admitted = await self._owner.admit(asked)
            self._is_numbered = asked.since is not None
        except Refused as refused:
            raise ConnectionDeny(refused.status.value) from None
        except StoreUnavailable:
            raise ConnectionDeny(HTTPStatus.SERVICE_UNAVAILABLE.value) from None
        except Exception:
            # Autobahn would send the error's own text to the client.
            logger.exception("The handshake %s failed.", self._request_id)
            raise ConnectionDeny(HTTPStatus.INTERNAL_SERVER_ERROR.value) from None
        # No protocol of a client's choice, and a header of ours.
        return None, {"X-Request-Id": self._request_id}

    def succeedHandshake(self, res: Any) -> None:
        """Answer, unless the client has gone while it was looked up."""
        if self.state == self.STATE_CONNECTING:
            super().succeedHandshake(res)

    def failHandshake(self, reason: str, code: int = HTTPStatus.BAD_REQUEST, responseHeaders: Any = None) -> None:  # noqa: ARG002
        """Refuse with the status alone: Autobahn's reasons repeat what was sent, and a token may be in it."""
        if self.state != self.STATE_CONNECTING:
            return
        status = HTTPStatus(code)
        headers = [*(responseHeaders or ()), *_HEADERS_OF_REFUSALS.get(status, ())]
        headers += [("Content-Length", "0"), ("Connection", "close"), ("X-Request-Id", self._request_id)]
        self.sendHttpErrorResponse(status.value, status.phrase, headers)
        self.dropConnection(abort=False)

    def onOpen(self) -> None:
        """Begin to listen."""
        try:
            assert self._admitted is not None
            admitted, self._admitted = self._admitted, None
            self._listener = Listener(
                self,
                admitted.trader_id,
                admitted.login_id,
                admitted.expires_at,
                admitted.position,
                self._is_numbered,
            )
            self._forget_the_request()
            self.transport.registerProducer(self, True)
            self._owner.opened(self._listener)
        except Exception:
            logger.exception("A socket could not be opened.")
            self.end(INTERNAL_ERROR, "Something went wrong on our side")

    def _forget_the_request(self) -> None:
        """Autobahn keeps all of the handshake, token and all, for as long as the socket is open."""
        self.http_request_data = b""
        self.http_response_data = self.http_status_line = self.http_request_uri = ""
        self.http_headers, self.http_request_params = {}, {}

    # What the client sends ---------------------------------------------------------------------------------------

    def onMessageFrame(self, payload: Any) -> None:  # noqa: ARG002
        """Nothing is taken from a client, and the first piece of a message is enough to know that it comes."""
        self.end(POLICY_VIOLATION, "This socket takes no messages")

    def onPing(self, payload: bytes) -> None:
        """Answer, unless the client does not even read the answers that it has."""
        if self._listener is not None and not self._listener.is_full:
            super().onPing(payload)

    # What it is sent ---------------------------------------------------------------------------------------------

    def send(self, text: str) -> None:
        """Send a text frame, or forget it where the socket is closing."""
        if self.state != self.STATE_OPEN:
            return
        try:
            self.sendMessage(text.encode())
        except Exception:
            # The others that are sent the same are not to suffer for it.
            logger.exception("A frame could not be sent.")
            self.end(INTERNAL_ERROR, "Something went wrong on our side")

    def pauseProducing(self) -> None:
        """The buffer is full: nothing more is read for the client, and it is dropped if that lasts."""
        if self._listener is not None:
            self._listener.is_full = True
        self._stall = self._stall or self._reactor.callLater(self._owner.limits.stall_seconds, self._stalled)

    def resumeProducing(self) -> None:
        """The buffer is empty again."""
        self._cancel_stall()
        if self._listener is not None:
            self._owner.drained(self._listener)

    def stopProducing(self) -> None:
        """The connection is gone, of which ``connectionLost`` takes care."""

    def _cancel_stall(self) -> None:
        if self._stall is not None:
            self._stall.cancel()
            self._stall = None

    def _stalled(self) -> None:
        self._stall = None
        self.end(TOO_SLOW_OR_TOO_MANY, "This client reads too slowly")

    # Its end -----------------------------------------------------------------------------------------------------

    def end(self, code: int, reason: str) -> None:
        """Close with this code; a client that does not answer the close in time is cut off."""
        if self._listener is not None:
            self._owner.ended(self._listener)
        if self.state == self.STATE_CONNECTING:
            self.dropConnection(abort=True)
        else:
            # Autobahn's sendClose refuses codes of the standard.
            self.sendCloseFrame(code, reason.encode())

    def cut(self) -> None:
        """End the connection without a word."""
        self.transport.abortConnection()

    def dropConnection(self, abort: bool = False) -> None:
        """Let go of the connection; where the last words are not taken, cut it."""
        super().dropConnection(abort)
        if not abort and self._linger is None:
            self._linger = self._reactor.callLater(self._owner.limits.close_seconds, self.cut)

    def connectionLost(self, reason: Any = None) -> None:
        """Forget the socket."""
        self._cancel_stall()
        if self._linger is not None and self._linger.active():
            self._linger.cancel()
        if self._listener is not None:
            self._owner.ended(self._listener)
        self._owner.disconnected(self)
        super().connectionLost(reason)


class TraderSocketFactory(WebSocketServerFactory):
    """Makes a ``TraderSocket`` of each connection."""

    noisy = False

    def __init__(self, owner: SocketOwner, reactor: Any) -> None:
        # Its name and version are nobody's business.
        super().__init__(server="", reactor=reactor)
        self._owner = owner
        limits = owner.limits
        self.setProtocolOptions(
            webStatus=False,
            # The bound on whole messages would be one on ours too, and a client's ends with its first frame anyway.
            maxFramePayloadSize=limits.message_bytes,
            maxConnections=limits.sockets,
            # Else a client is cut off without the code that tells it why.
            failByDrop=False,
            openHandshakeTimeout=limits.handshake_seconds,
            closeHandshakeTimeout=limits.close_seconds,
            autoPingInterval=limits.ping_every_seconds,
            autoPingTimeout=limits.ping_timeout_seconds,
            # Origins are checked with the rest of the handshake: Autobahn answers 400 where it is 403.
            allowedOrigins=["*"],
            allowNullOrigin=True,
        )

    def buildProtocol(self, addr: Any) -> TraderSocket:  # noqa: ARG002
        """A fresh end of a connection."""
        made = TraderSocket(self._owner, self.reactor)
        made.factory = self
        return made
