"""A real SMTP server that keeps what it is sent, and fails just as it is told to."""

import asyncio
import email
import email.policy
import hmac
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

DROP = "drop"
"""Cut the line instead of answering."""
DROP_INSIDE = "drop inside"
"""At ``data``: ask for the mail, and cut the line before it is whole."""
SILENCE = "silence"
"""Do not answer for longer than any client of these tests waits."""

USER, PASSWORD = "desk", "correct horse battery staple"
CHALLENGE = b"<1896.697170952@mail.example>"


@dataclass
class Script:
    """What the server does at each step: an answer, or one of the words above; as it should where nothing is named.

    Steps: ``greeting``, ``challenge`` (of a login, again and again), ``refused login``, ``mail``, ``rcpt``, ``data``
    (the command), ``message`` (after the final dot), ``quit``.
    ``decide`` is asked instead where it is set, so that each connection can meet another fate.
    """

    steps: dict[str, str] = field(default_factory=dict)
    decide: Callable[[str, Any], str | None] | None = None

    def at(self, step: str, server: Any) -> str | None:
        return self.decide(step, server) if self.decide else self.steps.get(step)


@dataclass
class Received:
    """A mail as the server has it: whom the envelope names, and the message."""

    sender: str
    recipients: list[str]
    content: bytes

    @property
    def message(self) -> EmailMessage:
        return email.message_from_bytes(self.content, policy=email.policy.default)


class Server:
    """The server, and what reached it."""

    def __init__(
        self,
        *,
        tls: ssl.SSLContext | None = None,
        starttls: bool = False,
        login: bool = False,
        password: str = PASSWORD,
        mechanism: str | None = None,
        pipelining: bool = False,
    ) -> None:
        """``pipelining`` is offered where it is set, and each group's answers are sent together.

        ``mechanism`` is the only one to log in by; PLAIN and LOGIN unless it is given."""
        self.script = Script()
        self.received: list[Received] = []
        self.said: list[str] = []
        """All commands, in their order."""
        self._pipelining = pipelining
        self.open: set[ScriptedSmtp] = set()
        self.port = free_port()
        options: dict[str, Any] = {"hostname": "mail.example"}
        if starttls:
            options |= {"tls_context": tls, "require_starttls": True}
        if login:
            known = {"PLAIN", "LOGIN", "CRAM-MD5"}
            excluded = known - ({mechanism} if mechanism else {"PLAIN", "LOGIN"})
            options |= {"auth_required": True, "auth_require_tls": starttls, "auth_exclude_mechanism": excluded}
            options |= {"authenticator": authenticator(password)}
        make = self._maker(options)
        implicit = None if starttls else tls
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port, ssl_context=implicit)
        self._controller.factory = make

    @property
    def greeted(self) -> int:
        """On how many connections it was said who comes."""
        return self.said.count("EHLO")

    def _maker(self, options: dict[str, Any]) -> Callable[[], SMTP]:
        return lambda: ScriptedSmtp(self, **options)

    def start(self) -> None:
        self._controller.start()

    def stop(self) -> None:
        # Whoever is kept in silence goes first: a loop that ends under a connection complains of it.
        end = time.monotonic() + 10
        while self.open and time.monotonic() < end:
            for connection in list(self.open):
                self._controller.loop.call_soon_threadsafe(connection.cut)
            time.sleep(0.01)
        self._controller.stop()

    async def act(self, step: str, server: Any) -> str | None:
        """The scripted answer at this step, or None to go on."""
        action = self.script.at(step, server)
        if action in (DROP, DROP_INSIDE):
            server.transport.abort()
            raise asyncio.CancelledError
        if action == SILENCE:
            await asyncio.sleep(3600)
        return action

    # The names of these are aiosmtpd's.

    async def handle_EHLO(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        return [*responses[:-1], "250-PIPELINING", responses[-1]] if self._pipelining else responses

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        answer = await self.act("mail", server)
        if answer is None:
            envelope.mail_from = address
        return answer or "250 OK"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        answer = await self.act("rcpt", server)
        if answer is None:
            envelope.rcpt_tos.append(address)
        return answer or "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        action = self.script.at("message", server)
        if action is None or not action.startswith(("4", "5")):
            self.received.append(Received(envelope.mail_from, list(envelope.rcpt_tos), envelope.content))
        return await self.act("message", server) or "250 OK"

    async def handle_QUIT(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        return await self.act("quit", server) or "221 Bye"


class ScriptedSmtp(SMTP):
    """aiosmtpd's server, with a word in the greeting and in the answer to DATA."""

    def __init__(self, handler: Server, **options: Any) -> None:
        super().__init__(handler, **options)
        self._server = handler

    def connection_made(self, transport: Any) -> None:
        self._server.open.add(self)
        super().connection_made(transport)

    async def _call_handler_hook(self, command: str, *args: Any) -> Any:
        self._server.said.append(command)
        return await super()._call_handler_hook(command, *args)

    def connection_lost(self, error: Exception | None) -> None:
        super().connection_lost(error)
        self._server.open.discard(self)

    def cut(self) -> None:
        transport: Any = self.transport
        if transport is None or transport.is_closing():
            # A handshake for TLS that failed is not told of to whom it was made for.
            self._server.open.discard(self)
        else:
            transport.abort()

    async def push(self, status: Any) -> None:
        if isinstance(status, str) and status.startswith("220 mail.example"):
            status = await self._server.act("greeting", self) or status
        elif isinstance(status, str) and status.startswith("535 "):
            status = await self._server.act("refused login", self) or status
        await super().push(status)

    async def auth_CRAM__MD5(self, _: Any, args: list[str]) -> AuthResult:  # noqa: N802
        said = await self.challenge_auth(CHALLENGE)
        while self._server.script.at("challenge", self) is not None:
            said = await self.challenge_auth(CHALLENGE)
        login, _, answer = bytes(said).partition(b" ")
        return self._authenticate("CRAM-MD5", LoginPassword(login, answer))

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        action = self._server.script.at("data", self)
        if action == DROP_INSIDE:
            await self.push("354 Go on")
            await self._reader.readline()
        answer = await self._server.act("data", self)
        if answer is None:
            await super().smtp_DATA(arg)
        else:
            await self.push(answer)


def authenticator(password: str) -> Callable[..., AuthResult]:
    """Lets in whoever has the password, as it is or as the answer to ``CHALLENGE``."""
    answer = hmac.new(password.encode(), CHALLENGE, "md5").hexdigest()
    right = {"PLAIN": password, "LOGIN": password, "CRAM-MD5": answer}

    def authenticate(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        good = data == LoginPassword(USER.encode(), right[mechanism].encode())
        return AuthResult(success=good, handled=False)

    return authenticate


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(**options: Any) -> Iterator[Server]:
    server = Server(**options)
    server.start()
    try:
        yield server
    finally:
        server.stop()
