"""Hands a mail to an SMTP server, and tells apart what may be tried again from what may not.

A connection is kept for the next mail. Where anything went wrong on it, it is begun anew by RSET or let go, so that
nothing of one mail can be mistaken for another's. The dialogue is spoken here line by line rather than by
``smtplib.SMTP.sendmail``, since it decides everything whether the line broke before or after the final dot: after it,
the server may have the mail though we never heard so. Where a server offers it, all that comes before a mail is said in
one go. Source: RFC 2920.
"""

from __future__ import annotations

import smtplib
import ssl
import weakref

from domain.ports.delivery import Letter, MailDeferred

from .addresses import Server
from .connections import Connection, KeptConnections, KeptInVain, told
from .logging_in import Session, TlsSession, log_in
from .messages import Mail, Stationer


class SmtpMailer:
    """``Mailer`` over SMTP. ``tls`` verifies the server's certificate and name, by the system's authorities.

    Any number of threads may send: each has a connection of its own meanwhile.
    """

    def __init__(self, server: Server, stationer: Stationer, tls: ssl.SSLContext | None = None) -> None:
        self._server = server
        self._stationer = stationer
        self._tls = tls or ssl.create_default_context()
        self.kept = KeptConnections()
        """Those that wait for the next mail."""
        # Whoever lets go of the mailer lets go of its connections.
        weakref.finalize(self, self.kept.drop)

    def send(self, letter: Letter) -> None:
        """Hand the mail over; on return the server has taken it. Raises ``MailDeferred`` and ``MailRefused``."""
        mail = self._stationer.mail(letter)
        kept = self.kept.take()
        if kept is not None:
            try:
                self._hand_over(kept, mail)
            except KeptInVain:
                kept = None
        if kept is None:
            self._hand_over(self._connect(), mail)

    def rest(self) -> None:
        """Say goodbye on the connections that are kept."""
        self.kept.part()

    def greet(self) -> str:
        """Come as far as a mail would begin, and leave again; what the server calls itself. Raises ``MailDeferred``."""
        connection = self._connect()
        # With the farewell it is forgotten.
        greeting = connection.session.ehlo_resp or connection.session.helo_resp or b""
        connection.part()
        return greeting.decode(errors="replace").partition("\n")[0]

    def _hand_over(self, connection: Connection, mail: Mail) -> None:
        """Send the mail, and keep the connection where it is good for another."""
        was_taken = False
        try:
            connection.begin(self._stationer.address, mail.recipient, self._server.timeout_seconds)
            self._send(connection, mail)
            was_taken = True
        finally:
            if connection.clear(was_taken=was_taken):
                self.kept.keep(connection)
            else:
                connection.part()

    def _send(self, connection: Connection, mail: Mail) -> None:
        """Send what follows the begin, and wait for the answer to its final dot."""
        try:
            connection.session.send(_on_the_wire(mail))
        except (OSError, smtplib.SMTPException) as error:
            connection.break_off()
            # The dot is the last that is sent, so a line that broke under the sending never carried it.
            raise MailDeferred(f"the line broke before the end of the mail: {error}") from error
        try:
            connection.limit(self._server.final_dot_timeout_seconds)
            answer = connection.session.getreply()
        except (OSError, smtplib.SMTPException) as error:
            connection.break_off()
            raise MailDeferred(f"no answer to the mail: {told(error)}", ambiguous=True) from error
        connection.expect(answer, "the mail")

    def _connect(self) -> Connection:
        """A new connection, as far as a mail may begin. Raises ``MailDeferred``."""
        try:
            session = self._opened()
        except (OSError, smtplib.SMTPException) as error:
            raise MailDeferred(f"no connection to the mail server: {told(error)}") from error
        try:
            self._come_in(session)
        except BaseException:
            session.close()
            raise
        return Connection(session)

    def _opened(self) -> smtplib.SMTP:
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
            raise MailDeferred(f"the mail server does not let us in: {told(error)}") from error
        if self._server.user is not None:
            log_in(session, self._server.user, self._server.password or "")


def _on_the_wire(mail: Mail) -> bytes:
    """The message with its leading dots doubled, and the final dot. Source: RFC 5321, section 4.5.2."""
    # The first line is a header, and the last one has its end.
    return mail.content.replace(b"\r\n.", b"\r\n..") + b".\r\n"
