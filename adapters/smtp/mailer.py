"""From a URL to the mailer that it means."""

from __future__ import annotations

from pathlib import Path

from domain.ports.delivery import Mailer

from .addresses import Server, place_of
from .local import ConsoleMailer, FileMailer, MemoryMailer
from .messages import Stationer
from .submission import SmtpMailer


def mailer_from_url(url: str, sender: str) -> Mailer:
    """The mailer of a URL, sending from ``sender`` (an address, with or without a name).

    Both are spelled as ``addresses`` has it. Raises ``ValueError`` with one line that says what is wrong, and shows
    no password.
    """
    stationer = Stationer(sender)
    place = place_of(url)
    if isinstance(place, Server):
        return SmtpMailer(place, stationer)
    if isinstance(place, Path):
        return FileMailer(place, stationer)
    return ConsoleMailer(stationer) if place == "console:" else MemoryMailer(stationer)
