"""Builds the mail that a letter becomes: headers, a text part and an HTML part."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from domain.ports.delivery import Letter, MailRefused

from .addresses import envelope_address, sender_of
from .writing import Writer

_MESSAGE_ID = re.compile(r"<[A-Za-z0-9._+-]+@[A-Za-z0-9.-]+>", re.ASCII)


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail ready to go: its one recipient, and the message."""

    recipient: str
    message: EmailMessage


class Stationer:
    """Makes mails of letters, all from one sender."""

    def __init__(self, sender: str) -> None:
        """Send from this address, with or without a name. Raises ``ValueError`` where it is no address."""
        known = sender_of(sender)
        self.address, self.domain = known.address, known.domain
        self._sender = Address(display_name=known.name, addr_spec=known.address)
        self._writer = Writer()

    def mail(self, letter: Letter) -> Mail:
        """The mail of a letter. Raises ``MailRefused`` where none can be made of it."""
        written = self._writer.write(letter)
        try:
            recipient = envelope_address(letter.recipient)
            message = EmailMessage(policy=SMTP)
            message["From"] = self._sender
            # No name stands beside the recipient's address: a trader chose it, and commas in it could be misread.
            message["To"] = recipient
            message["Subject"] = written.subject
            message["Date"] = format_datetime(letter.created_at)
            message["Message-ID"] = _checked_message_id(letter.message_id)
            # Out-of-office programs do not answer a mail that says this. Source: RFC 3834, section 5.
            message["Auto-Submitted"] = "auto-generated"
            message.set_content(written.text, cte="quoted-printable")
            message.add_alternative(written.html, subtype="html", cte="quoted-printable")
            message.as_bytes()
        except (ValueError, TypeError, LookupError, MessageError) as error:
            raise MailRefused(f"the mail cannot be built: {error}") from error
        return Mail(recipient, message)


def _checked_message_id(message_id: str) -> str:
    if not _MESSAGE_ID.fullmatch(message_id):
        raise ValueError(f"{message_id!r} is no Message-ID")
    return message_id
