"""Builds the mail that a letter becomes: headers, a text part and an HTML part."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from domain.ports.delivery import Letter, MailRefused

from .writing import Writer

# The address of one mailbox as SMTP takes it without extensions. Quoted local parts are left out on purpose: nobody
# uses them, and they are where injected commands hide.
_LOCAL_PART = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*", re.ASCII)
_DOMAIN = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*", re.ASCII)
_MESSAGE_ID = re.compile(r"<[A-Za-z0-9._+-]+@[A-Za-z0-9.-]+>", re.ASCII)
_LOCAL_PART_LIMIT = 64
_ADDRESS_LIMIT = 254
"""Octets of an address that fits a mail's envelope. Source: RFC 5321, section 4.5.3.1."""


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail ready to go: its one recipient, and the message."""

    recipient: str
    message: EmailMessage


class Stationer:
    """Makes mails of letters, all from one sender."""

    def __init__(self, sender: str) -> None:
        """Send from this address, with or without a name. Raises ``ValueError`` where it is no address."""
        if not sender.isprintable():
            raise ValueError("the sender's address has control characters in it")
        name, address = parseaddr(sender)
        self.address = _envelope_address(address)
        self._sender = Address(display_name=name, addr_spec=self.address)
        self._writer = Writer()

    @property
    def domain(self) -> str:
        """The domain of the sender."""
        return self.address.rpartition("@")[2]

    def mail(self, letter: Letter) -> Mail:
        """The mail of a letter. Raises ``MailRefused`` where none can be made of it."""
        written = self._writer.write(letter)
        try:
            recipient = _envelope_address(letter.recipient)
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


def _envelope_address(text: str) -> str:
    """The address in the spelling of an SMTP envelope, its domain in ASCII. Raises ``ValueError``."""
    local_part, _, domain = text.rpartition("@")
    if not domain.isascii():
        domain = domain.encode("idna").decode("ascii")
    address = f"{local_part}@{domain}"
    fits = len(local_part) <= _LOCAL_PART_LIMIT and len(address) <= _ADDRESS_LIMIT
    if not fits or not _LOCAL_PART.fullmatch(local_part) or not _DOMAIN.fullmatch(domain):
        raise ValueError(f"{text!r} is no address that mail can be sent to")
    return address


def _checked_message_id(message_id: str) -> str:
    if not _MESSAGE_ID.fullmatch(message_id):
        raise ValueError(f"{message_id!r} is no Message-ID")
    return message_id
