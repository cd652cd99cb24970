"""Hands a mail to an SMTP server, and tells apart what may be tried again from what may not.

One connection a mail: nothing that went wrong with one can be mistaken for another's. The dialogue is spoken here
line by line rather than by ``smtplib.SMTP.sendmail``, since it decides everything whether the line broke before or
after the final dot: after it, the server may have the mail though we never heard so.
"""

from __future__ import annotations

import contextlib
import re
import smtplib
import ssl
from collections.abc import Iterator

from domain.ports.delivery import Letter, MailDeferred, MailRefused

from .addresses import Server
from .logging_in import Session, TlsSession, log_in
from .messages import Mail, Stationer

QUIT_TIMEOUT_SECONDS = 5

_START_OF_DATA = 354
_LINE_WITH_A_DOT = re.compile(rb"^\.", re.MULTILINE)


class SmtpMailer:
    """``Mailer`` over SMTP. ``tls`` verifies the server's certificate and name, by the system's authorities."""

    def __init__(self, server: Server, stationer: Stationer, tls: ssl.SSLContext | None = None) -> None:
        self._server = server
        self._stationer = stationer
        self._tls = tls or ssl.create_default_context()

    def send(self, letter: Letter) -> None:
        """Hand the mail over; on return the server has taken it. Raises ``MailDeferred`` and ``MailRefused``."""
        mail = self._stationer.mail(letter)
        with self._session() as session:
            self._begin(session, mail)
            try:
                session.send(_on_the_wire(mail))
            except (OSError, smtplib.SMTPException) as error:
                # The dot is the last that is sent, so a line that broke under the sending never carried it.
                raise MailDeferred(f"the line broke before the end of the mail: {error}") from error
            self._finish(session)
            # The server has the mail. What goes wrong with the farewell changes nothing about that.
            with contextlib.suppress(OSError, smtplib.SMTPException):
                _limit(session, QUIT_TIMEOUT_SECONDS)
                session.quit()

    def greet(self) -> str:
        """Come as far as a mail would begin, and leave again; what the server calls itself. Raises ``MailDeferred``."""
        with self._session() as session:
            self._come_in(session)
            # With the farewell it is forgotten.
            greeting = session.ehlo_resp or session.helo_resp or b""
            with contextlib.suppress(OSError, smtplib.SMTPException):
                _limit(session, QUIT_TIMEOUT_SECONDS)
                session.quit()
            return greeting.decode(errors="replace").partition("\n")[0]

    @contextlib.contextmanager
    def _session(self) -> Iterator[smtplib.SMTP]:
        try:
            session = self._connect()
        except (OSError, smtplib.SMTPException) as error:
            raise MailDeferred(f"no connection to the mail server: {_told(error)}") from error
        try:
            yield session
        finally:
            session.close()

    def _connect(self) -> smtplib.SMTP:
        server, timeout = self._server, self._server.timeout_seconds
        # The name we greet with is given, since finding it out may wait for a name server.
        name = self._stationer.domain
        if server.implicit_tls:
            return TlsSession(server.host, server.port, name, timeout=timeout, context=self._tls)
        return Session(server.host, server.port, name, timeout=timeout)

    def _come_in(self, session: smtplib.SMTP) -> None:
        """All that comes before any mail."""
        try:
            session.ehlo_or_helo_if_needed()
            if self._server.starttls:
                session.starttls(context=self._tls)
                session.ehlo_or_helo_if_needed()
        except (OSError, smtplib.SMTPException) as error:
            # Whatever is wrong here is wrong with the settings or the server, and not with this mail.
            raise MailDeferred(f"the mail server does not let us in: {_told(error)}") from error
        if self._server.user is not None:
            log_in(session, self._server.user, self._server.password or "")

    def _begin(self, session: smtplib.SMTP, mail: Mail) -> None:
        """All that comes before the mail itself."""
        self._come_in(session)
        try:
            _expect(session.mail(self._stationer.address), "the sender")
            _expect(session.rcpt(mail.recipient), "the recipient")
            _expect(session.docmd("DATA"), "the mail", _START_OF_DATA)
        except (OSError, smtplib.SMTPException) as error:
            raise MailDeferred(f"the line broke before the mail was sent: {_told(error)}") from error

    def _finish(self, session: smtplib.SMTP) -> None:
        """Wait for the answer to the final dot."""
        try:
            _limit(session, self._server.final_dot_timeout_seconds)
            answer = session.getreply()
        except (OSError, smtplib.SMTPException) as error:
            raise MailDeferred(f"no answer to the mail: {_told(error)}", ambiguous=True) from error
        _expect(answer, "the mail")


def _expect(answer: tuple[int, bytes], what: str, wanted: int | None = None) -> None:
    """Go on if the answer is the one wanted, any 2xx where none is named. Raises by what else it is."""
    code, text = answer
    if code == wanted or (wanted is None and 200 <= code <= 299):
        return
    reason = f"the mail server refused {what}: {code} {text.decode(errors='replace')}"
    if 500 <= code <= 599:
        raise MailRefused(reason)
    # An answer that is no answer leaves open what became of a mail that was sent whole.
    raise MailDeferred(reason, ambiguous=wanted is None and what == "the mail" and not 400 <= code <= 499)


def _told(error: Exception) -> str:
    """The error in one line; what the server said of it, where it said something."""
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error.decode(errors="replace") if isinstance(error.smtp_error, bytes) else error.smtp_error
        return f"{error.smtp_code} {said}"
    return " ".join(str(error).split()) or type(error).__name__


def _limit(session: smtplib.SMTP, seconds: float) -> None:
    if session.sock is not None:
        session.sock.settimeout(seconds)


def _on_the_wire(mail: Mail) -> bytes:
    """The message with its leading dots doubled, and the final dot. Source: RFC 5321, section 4.5.2."""
    content = _LINE_WITH_A_DOT.sub(b"..", mail.message.as_bytes())
    return content + (b"" if content.endswith(b"\r\n") else b"\r\n") + b".\r\n"
