"""Builds the mail that a letter becomes: headers, a text part and an HTML part.

What is the same in every mail is written down once, by the standard library. The rest is put together here as the bytes
that go over the line: building a message object of it, and having that written, took five times as long as writing the
letter itself.
"""

from __future__ import annotations

import re
from binascii import b2a_qp
from dataclasses import dataclass, field
from email import message_from_bytes
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import lru_cache

from domain.ports.delivery import Letter, MailRefused

from .addresses import envelope_address, sender_of
from .writing import Writer

_MESSAGE_ID = re.compile(r"<[A-Za-z0-9._+-]+@[A-Za-z0-9.-]+>", re.ASCII)
_LINE_END = re.compile(r"\r\n|\r|\n")
_LINE_LENGTH = 78
"""Characters of a header's line; longer ones are folded. Source: RFC 5322, section 2.1.1."""

QUOTED_LINES = 1024
"""So many lines of letters are kept as they go over the wire, those used last: the samples of all letters have some
four hundred different ones together, and most of these never change."""

_BOUNDARY = "=_a part of this letter_="
"""Stands in no part: a = is followed by two digits there, or ends its line. Source: RFC 2045, section 6.7."""
_ALWAYS = (
    # Out-of-office programs do not answer a mail that says this. Source: RFC 3834, section 5.
    "Auto-Submitted: auto-generated\r\n"
    "MIME-Version: 1.0\r\n"
    f'Content-Type: multipart/alternative; boundary="{_BOUNDARY}"\r\n'
).encode()


def _before_part(subtype: str) -> bytes:
    return (
        f"\r\n--{_BOUNDARY}\r\n"
        f'Content-Type: text/{subtype}; charset="utf-8"\r\n'
        "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
    ).encode()


_BEFORE_TEXT, _BEFORE_HTML = _before_part("plain"), _before_part("html")
_END = f"\r\n--{_BOUNDARY}--\r\n".encode()


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail ready to go: its one recipient, and all of it in ASCII, each line ended by CRLF."""

    recipient: str = field(repr=False)
    content: bytes = field(repr=False)

    @property
    def message(self) -> EmailMessage:
        """The mail as its reader's program has it."""
        read = message_from_bytes(self.content, policy=SMTP)
        assert isinstance(read, EmailMessage)
        return read


class Stationer:
    """Makes mails of letters, all from one sender."""

    def __init__(self, sender: str) -> None:
        """Send from this address, with or without a name. Raises ``ValueError`` where it is no address."""
        known = sender_of(sender)
        self.address, self.domain = known.address, known.domain
        self._from = _header("From", Address(display_name=known.name, addr_spec=known.address))
        self._writer = Writer()

    def mail(self, letter: Letter) -> Mail:
        """The mail of a letter. Raises ``MailRefused`` where none can be made of it."""
        written = self._writer.write(letter)
        try:
            recipient = envelope_address(letter.recipient)
            parts = (
                self._from,
                # No name stands beside the recipient's address: a trader chose it, and commas in it could be misread.
                f"To: {recipient}\r\n".encode("ascii"),
                header_of_subject(written.subject),
                f"Date: {format_datetime(letter.created_at)}\r\n".encode("ascii"),
                f"Message-ID: {_checked_message_id(letter.message_id)}\r\n".encode("ascii"),
                _ALWAYS,
                _BEFORE_TEXT,
                quoted(written.text),
                _BEFORE_HTML,
                quoted(written.html),
                _END,
            )
        except (ValueError, TypeError, LookupError, MessageError) as error:
            raise MailRefused(f"the mail cannot be built: {error}") from error
        return Mail(recipient, b"".join(parts))


def header_of_subject(subject: str) -> bytes:
    """The header that says this, in ASCII and folded."""
    line = f"Subject: {subject}"
    # What only looks like an encoded word is told from one by the library, too.
    if subject.isascii() and subject.isprintable() and len(line) <= _LINE_LENGTH and "=?" not in subject:
        return f"{line}\r\n".encode("ascii")
    return _header("Subject", subject)


def _header(name: str, value: object) -> bytes:
    """A header as the standard library writes it: encoded where it has to be, and folded."""
    message = EmailMessage(policy=SMTP)
    message[name] = value
    return message.as_bytes().removesuffix(b"\r\n")


def quoted(text: str) -> bytes:
    """A part's text as it goes over the line. Most of its lines stand in every letter of its kind."""
    lines = _LINE_END.split(text) if "\r" in text else text.split("\n")
    return b"".join([_quoted_line(line) for line in lines]).removesuffix(b"\r\n")


@lru_cache(QUOTED_LINES)
def _quoted_line(line: str) -> bytes:
    # Long lines are broken by line ends of the kind that the text has, so it has to have one.
    return b2a_qp(f"{line}\r\n".encode(), istext=True)


def _checked_message_id(message_id: str) -> str:
    if not _MESSAGE_ID.fullmatch(message_id):
        raise ValueError(f"{message_id!r} is no Message-ID")
    return message_id
