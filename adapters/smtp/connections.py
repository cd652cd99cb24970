"""A connection to a mail server: what is said on it before a mail, and how long it is kept for the next one."""

from __future__ import annotations

import contextlib
import smtplib
import time
from threading import Lock

from domain.ports.delivery import MailDeferred, MailRefused

KEPT_SECONDS = 10.0
"""How long a connection is kept without a mail. Servers hang up after some minutes, and some count that as rude."""
MAILS_A_CONNECTION = 100
"""So many go over one. Servers have bounds of their own, and say so with a 421."""
KEPT_ANSWER_SECONDS = 5.0
"""So long a connection that was kept may take to show that it is still one. After that a new one is tried."""
FAREWELL_SECONDS = 5.0

_CLOSING, _GO_ON = 421, 354
_STEPS = (("the sender", None), ("the recipient", None), ("the mail", _GO_ON))


class KeptInVain(Exception):
    """A connection that was kept is none any more. No mail has gone over it, so that a new one may be tried."""


class Connection:
    """One session with a server, ready for a mail. One thread at a time has it."""

    def __init__(self, session: smtplib.SMTP) -> None:
        self.session = session
        self.mails = 0
        """How many mails the server took or refused on it."""
        self.kept_at = 0.0
        self._is_sound = True

    def begin(self, sender: str, recipient: str, timeout: float) -> None:
        """Say who sends and to whom, and that the mail follows; both are addresses of an envelope.

        Raises ``MailDeferred`` and ``MailRefused``, and ``KeptInVain`` where only the connection was to blame.
        """
        began = time.monotonic()
        try:
            self._begin((f"MAIL FROM:<{sender}>", f"RCPT TO:<{recipient}>", "DATA"), timeout)
        except (OSError, smtplib.SMTPException) as error:
            self._is_sound = False
            failure: Exception = MailDeferred(f"the line broke before the mail was sent: {told(error)}")
            failure.__cause__ = error
        except (MailDeferred, MailRefused) as refused:
            failure = refused
        else:
            return
        # A failure that took long is told of as it is: with a second try, the claim on the letter might run out.
        if self.mails and not self._is_sound and time.monotonic() - began < 2 * KEPT_ANSWER_SECONDS:
            raise KeptInVain from failure
        raise failure

    def _begin(self, commands: tuple[str, ...], timeout: float) -> None:
        is_group = self.session.has_extn("pipelining")
        if is_group:
            self.session.send("".join(f"{command}\r\n" for command in commands))
        for number, (command, (what, wanted)) in enumerate(zip(commands, _STEPS, strict=True), start=1):
            self.limit(min(timeout, KEPT_ANSWER_SECONDS) if self.mails and number == 1 else timeout)
            answer = self.session.getreply() if is_group else self.session.docmd(command)
            try:
                self.expect(answer, what, wanted)
            except (MailDeferred, MailRefused):
                if is_group:
                    self._hear_out(len(commands) - number)
                raise

    def _hear_out(self, answers: int) -> None:
        """Hear the answers to the rest of a group, of which one was refused."""
        try:
            for _ in range(answers):
                if self.session.getreply()[0] == _GO_ON:
                    # It waits for a mail to nobody. With the line, that is forgotten.
                    self._is_sound = False
        except (OSError, smtplib.SMTPException):
            self._is_sound = False

    def expect(self, answer: tuple[int, bytes], what: str, wanted: int | None = None) -> None:
        """Go on if the answer is the one wanted, any 2xx where none is named. Raises by what else it is."""
        code, text = answer
        if code == wanted or (wanted is None and 200 <= code <= 299):
            return
        reason = f"the mail server refused {what}: {code} {text.decode(errors='replace')}"
        self._is_sound &= 400 <= code <= 599 and code != _CLOSING
        if 500 <= code <= 599:
            raise MailRefused(reason)
        # An answer that is no answer leaves open what became of a mail that was sent whole.
        raise MailDeferred(reason, ambiguous=wanted is None and what == "the mail" and not 400 <= code <= 499)

    def limit(self, seconds: float) -> None:
        """Wait for each answer so long."""
        if self.session.sock is not None:
            self.session.sock.settimeout(seconds)

    def clear(self, *, was_taken: bool) -> bool:
        """Make it ready for another mail; whether it is. A mail that was not taken may still be half there."""
        self.mails += 1
        if was_taken or not self._is_sound:
            return self._is_sound and self.mails < MAILS_A_CONNECTION
        try:
            self.limit(FAREWELL_SECONDS)
            return self.session.docmd("RSET")[0] == 250 and self.mails < MAILS_A_CONNECTION
        except (OSError, smtplib.SMTPException):
            return False

    def break_off(self) -> None:
        """There is something wrong with it: it is good for nothing more."""
        self._is_sound = False

    def part(self) -> None:
        """Say goodbye, where there is anything to say it to. What goes wrong with that changes nothing."""
        with contextlib.suppress(OSError, smtplib.SMTPException):
            if self._is_sound:
                self.limit(FAREWELL_SECONDS)
                self.session.quit()
        self.session.close()


class KeptConnections:
    """Those that wait for another mail. Any thread may take one, which is its own then."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: list[Connection] = []

    def take(self) -> Connection | None:
        """The one that was used last, if it is not too old; None where there is none."""
        with self._lock:
            connection = self._kept.pop() if self._kept else None
        if connection is None or time.monotonic() - connection.kept_at < KEPT_SECONDS:
            return connection
        connection.part()
        return None

    def keep(self, connection: Connection) -> None:
        """Have it wait for another mail."""
        connection.kept_at = time.monotonic()
        with self._lock:
            self._kept.append(connection)

    def part(self) -> None:
        """Say goodbye on all of them."""
        while True:
            with self._lock:
                if not self._kept:
                    return
                connection = self._kept.pop()
            connection.part()

    def drop(self) -> None:
        """Let go of all of them at once."""
        for connection in self._kept:
            connection.session.close()
        self._kept.clear()


def told(error: Exception) -> str:
    """The error in one line; what the server said of it, where it said something."""
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error.decode(errors="replace") if isinstance(error.smtp_error, bytes) else error.smtp_error
        return f"{error.smtp_code} {said}"
    return " ".join(str(error).split()) or type(error).__name__
