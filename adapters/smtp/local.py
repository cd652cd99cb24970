"""Mailers that stay on the machine: a folder, the terminal, a list. For trying things out, and for tests."""

from __future__ import annotations

import os
import sys
import tempfile
from email.message import EmailMessage
from pathlib import Path
from threading import Lock

from domain.ports.delivery import Letter, MailDeferred

from .messages import Mail, Stationer

_OWNER_ONLY = 0o700


def text_of(message: EmailMessage) -> str:
    """The text part of a mail of ours."""
    part = message.get_body(preferencelist=("plain",))
    return str(part.get_content()) if part is not None else ""


class FileMailer:
    """Writes each mail into a folder as an ``.eml`` file that any mail program opens, readable by its owner only.

    A letter that is sent twice has one file: the name is made of the letter.
    """

    def __init__(self, folder: Path, stationer: Stationer) -> None:
        self.folder = folder
        self._stationer = stationer

    def send(self, letter: Letter) -> None:
        """Write the file, whole or not at all. Raises ``MailRefused``, and ``MailDeferred`` where the disk fails."""
        mail = self._stationer.mail(letter)
        name = f"{letter.created_at:%Y%m%dT%H%M%S}-{letter.id}-{letter.kind.value}.eml"
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=_OWNER_ONLY)
            self._write(self.folder / name, mail.content)
        except OSError as error:
            raise MailDeferred(f"the mail cannot be written: {error}") from error

    def rest(self) -> None:
        """Nothing is held between two letters."""

    def check(self) -> None:
        """Raise ``OSError`` where no mail could be written now. It leaves the folder, and nothing in it."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=_OWNER_ONLY)
        with tempfile.NamedTemporaryFile(dir=self.folder, prefix=".", suffix=".tmp") as file:
            file.write(b"\n")

    def _write(self, path: Path, content: bytes) -> None:
        # A temporary file of this kind is readable by its owner only, and stays so under its new name.
        descriptor, name = tempfile.mkstemp(dir=self.folder, prefix=".", suffix=".tmp")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(path)
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise


class ConsoleMailer:
    """Prints each mail's recipient, subject and text to the standard output."""

    def __init__(self, stationer: Stationer) -> None:
        self._stationer = stationer
        self._lock = Lock()

    def send(self, letter: Letter) -> None:
        """Print it. Raises ``MailRefused``, and ``MailDeferred`` where the output is closed."""
        mail = self._stationer.mail(letter)
        message = mail.message
        head = f"To: {mail.recipient}\nSubject: {message['Subject']}"
        lines = "".join(f"  | {line}\n" for line in f"{head}\n\n{text_of(message)}".splitlines())
        try:
            with self._lock:
                sys.stdout.write(f"Mail\n{lines}")
                sys.stdout.flush()
        except OSError as error:
            raise MailDeferred(f"the mail cannot be printed: {error}") from error

    def rest(self) -> None:
        """Nothing is held between two letters."""


class MemoryMailer:
    """Keeps all mails in a list."""

    def __init__(self, stationer: Stationer) -> None:
        self._stationer = stationer
        self.sent: list[Mail] = []
        """Appended to by whichever thread sends; a list's append is atomic."""

    def send(self, letter: Letter) -> None:
        """Keep it. Raises ``MailRefused``."""
        self.sent.append(self._stationer.mail(letter))

    def rest(self) -> None:
        """Nothing is held between two letters."""
