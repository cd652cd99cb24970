"""Logging in to a mail server: in UTF-8, and so that nothing of the password is in what is told of a failure."""

from __future__ import annotations

import hmac
import re
import smtplib
from base64 import b64decode, b64encode
from typing import Any

from domain.ports.delivery import MailDeferred

ANSWERS_LIMIT = 5
"""What a server may ask before it lets us in; the longest way, LOGIN, takes two. smtplib has the same bound."""

_MORE = 334
_DONE = (235, 503)
"""The server has let us in, or says that it had done so before. Source: RFC 4954, section 6."""
_ENHANCED = re.compile(r"[245]\.[0-9]{1,3}\.[0-9]{1,3}(?![0-9])", re.ASCII)
"""A status that says more than the code. Source: RFC 3463, section 2."""


class Session(smtplib.SMTP):
    """smtplib's session, whose logins are in ASCII, with logins in UTF-8. Source: RFC 4616, section 2."""

    _answers = 0

    def auth(self, mechanism: str, authobject: Any, *, initial_response_ok: bool = True) -> tuple[int, bytes]:
        """Say what ``authobject`` has to say, as smtplib does. Raises ``SMTPException``."""
        self._answers = 0
        first = authobject() if initial_response_ok else None
        code, answer = self.docmd("AUTH", mechanism if first is None else f"{mechanism} {_encoded(first)}")
        self._answers = 0 if first is None else 1
        while code == _MORE:
            if self._answers == ANSWERS_LIMIT:
                raise smtplib.SMTPException("the server asks for more and more")
            code, answer = self.docmd(_encoded(authobject(b64decode(answer))))
            self._answers += 1
        if code not in _DONE:
            raise smtplib.SMTPAuthenticationError(code, answer)
        return code, answer

    def auth_login(self, challenge: Any = None) -> Any:  # noqa: ARG002 (servers ask in words of their own)
        """First the user, then the password."""
        return self.user if self._answers == 0 else self.password

    def auth_cram_md5(self, challenge: Any = None) -> Any:
        """The answer to the challenge. Source: RFC 2195, section 2."""
        if challenge is None:
            return None
        # smtplib's login has set both.
        user, password = str(self.user), str(self.password)
        return f"{user} {hmac.new(password.encode(), challenge, 'md5').hexdigest()}"


class TlsSession(Session, smtplib.SMTP_SSL):
    """The same over a line that is encrypted from its start."""


def log_in(session: smtplib.SMTP, user: str, password: str) -> None:
    """Log in. Raises ``MailDeferred``: whatever is wrong is wrong with the settings or the server, not with the mail.

    Some servers repeat in their refusal the line that they did not like, which holds the password in base64. So of
    their answer only the numbers are told.
    """
    try:
        session.login(user, password)
    except smtplib.SMTPResponseException as error:
        said = error.smtp_error.decode(errors="replace") if isinstance(error.smtp_error, bytes) else error.smtp_error
        enhanced = _ENHANCED.match(said)
        numbers = f"{error.smtp_code} {enhanced[0]}" if enhanced else f"{error.smtp_code}"
        raise MailDeferred(f"the mail server refuses our login: {numbers}") from None
    except ValueError as error:
        raise MailDeferred(f"the login to the mail server failed: {type(error).__name__}") from None
    except (OSError, smtplib.SMTPException) as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise MailDeferred(f"the login to the mail server failed: {reason}") from None


def _encoded(text: str) -> str:
    return b64encode(text.encode()).decode("ascii")
