"""What hears the desk: a real SMTP server that keeps its mails, and real websocket clients.

Both live on one Twisted reactor, in a thread of its own; the play asks from the main thread.
"""

from __future__ import annotations

import email
import email.policy
import json
import threading
import time
from collections.abc import Callable
from decimal import Decimal
from email.message import EmailMessage
from typing import Any, TypeVar

from autobahn.twisted.websocket import WebSocketClientFactory, WebSocketClientProtocol
from twisted.internet import reactor as twisted_reactor
from twisted.internet.defer import Deferred, succeed
from twisted.internet.threads import blockingCallFromThread
from twisted.mail import smtp
from zope.interface import implementer

PATIENCE_SECONDS = 30.0
LOCALHOST = "127.0.0.1"

# Twisted declares less of its reactor than there is.
reactor: Any = twisted_reactor
Found = TypeVar("Found")


def until(look: Callable[[], Found], seconds: float = PATIENCE_SECONDS) -> Found:
    """The first true answer to a question that is asked again and again, or the last one when the time is up."""
    give_up_at = time.monotonic() + seconds
    while not (found := look()) and time.monotonic() < give_up_at:
        time.sleep(0.02)
    return found


class Ears:
    """Runs the reactor while the play lasts."""

    def __enter__(self) -> Ears:
        self._thread = threading.Thread(target=lambda: reactor.run(installSignalHandlers=False), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        reactor.callFromThread(reactor.stop)
        self._thread.join(PATIENCE_SECONDS)

    def mailbox(self) -> Mailbox:
        """An SMTP server on a free port."""
        mailbox = Mailbox()
        listening = blockingCallFromThread(reactor, reactor.listenTCP, 0, _MailFactory(mailbox), interface=LOCALHOST)
        mailbox.port = listening.getHost().port
        return mailbox

    def socket(self, url: str) -> Socket:
        """An open websocket. Raises ``ConnectionError`` where the handshake is refused."""
        socket = Socket(url)
        blockingCallFromThread(reactor, _connect, socket)
        if not until(lambda: socket.is_open or socket.closed) or not socket.is_open:
            raise ConnectionError(f"the websocket was refused: {socket.closed}")
        return socket


class Mailbox:
    """The mails that the desk has handed over."""

    def __init__(self) -> None:
        self.port = 0
        self._mails: list[tuple[str, EmailMessage]] = []
        self._shown: set[int] = set()

    def keep(self, recipient: str, content: bytes) -> None:
        """Called by the SMTP server."""
        self._mails.append((recipient, email.message_from_bytes(content, policy=email.policy.default)))

    def next_to(self, recipient: str) -> EmailMessage | None:
        """The first mail to this address that nobody has looked at; None if ``PATIENCE_SECONDS`` bring none."""

        def look() -> int | None:
            numbers = (number for number, (to, _) in enumerate(self._mails) if to == recipient)
            return next((number + 1 for number in numbers if number not in self._shown), None)

        found = until(look)
        if found is None:
            return None
        self._shown.add(found - 1)
        return self._mails[found - 1][1]

    def unseen(self) -> list[str]:
        """The recipients of mails that nobody looked at."""
        return [recipient for number, (recipient, _) in enumerate(self._mails) if number not in self._shown]


@implementer(smtp.IMessage)
class _Arriving:
    """One mail while it is received."""

    def __init__(self, mailbox: Mailbox, recipient: str) -> None:
        self._mailbox = mailbox
        self._recipient = recipient
        self._lines: list[bytes] = []

    def lineReceived(self, line: bytes) -> None:  # noqa: N802 (Twisted's name)
        self._lines.append(line)

    def eomReceived(self) -> Deferred[None]:  # noqa: N802 (Twisted's name)
        self._mailbox.keep(self._recipient, b"\r\n".join(self._lines))
        return succeed(None)

    def connectionLost(self) -> None:  # noqa: N802 (Twisted's name)
        self._lines.clear()


@implementer(smtp.IMessageDelivery)
class _Delivery:
    """Takes mail from anybody to anybody."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox

    def receivedHeader(self, *_: object) -> bytes:  # noqa: N802 (Twisted's name)
        return b"Received: by the mail catcher of p2p demo"

    def validateFrom(self, _helo: object, origin: object) -> object:  # noqa: N802 (Twisted's name)
        return origin

    def validateTo(self, user: Any) -> Callable[[], _Arriving]:  # noqa: N802 (Twisted's name)
        return lambda: _Arriving(self._mailbox, str(user.dest))


class _MailFactory(smtp.SMTPFactory):
    """Makes a receiver for each connection."""

    protocol = smtp.ESMTP
    noisy = False

    def __init__(self, mailbox: Mailbox) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._mailbox = mailbox

    def buildProtocol(self, addr: object) -> Any:  # noqa: N802 (Twisted's name)
        receiver = super().buildProtocol(addr)  # type: ignore[no-untyped-call]
        receiver.delivery = _Delivery(self._mailbox)
        return receiver


class Socket:
    """One trader's websocket and the frames that came."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.is_open = False
        self.closed: str | None = None
        self.texts: list[str] = []
        self.seen = 0
        self.line: Any = None

    def next(self, seconds: float = PATIENCE_SECONDS) -> str | None:
        """The next frame that nobody has looked at; None if none comes in time."""
        if not until(lambda: len(self.texts) > self.seen, seconds):
            return None
        self.seen += 1
        return self.texts[self.seen - 1]

    def close(self) -> None:
        """Say goodbye, and wait for the answer."""
        reactor.callFromThread(self.line.sendClose, 1000)
        until(lambda: self.closed)


class _Client(WebSocketClientProtocol):
    """Hands everything on to the socket it belongs to."""

    def onOpen(self) -> None:  # noqa: N802 (Autobahn's name)
        self.factory.socket.line = self
        self.factory.socket.is_open = True

    def onMessage(self, payload: bytes, isBinary: bool) -> None:  # noqa: ARG002, N802, N803 (Autobahn's names)
        self.factory.socket.texts.append(payload.decode())

    def onClose(self, wasClean: bool, code: int | None, reason: str | None) -> None:  # noqa: ARG002, N802, N803
        self.factory.socket.closed = f"{code} {reason}"


def _connect(socket: Socket) -> None:
    factory: Any = WebSocketClientFactory(socket.url)  # type: ignore[no-untyped-call]
    factory.protocol = _Client
    factory.socket = socket
    factory.noisy = False
    reactor.connectTCP(factory.host, factory.port, factory)


def parsed(text: str) -> dict[str, Any]:
    """A frame, its numbers exact."""
    frame: dict[str, Any] = json.loads(text, parse_float=Decimal)
    return frame
