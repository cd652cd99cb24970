"""From a URL to the mailer that it means."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from domain.ports.delivery import Mailer

from .local import ConsoleMailer, FileMailer, MemoryMailer
from .messages import Stationer
from .submission import TIMEOUT_SECONDS, Server, SmtpMailer

SUBMISSION_PORT, SUBMISSIONS_PORT, RELAY_PORT = 587, 465, 25
TIMEOUT_SECONDS_LIMIT = 60
"""A claim on a letter lasts a quarter of an hour; ten answers at this pace and the wait after the dot fit in."""

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_YES_NO = {"1": True, "0": False}


def mailer_from_url(url: str, sender: str) -> Mailer:
    """The mailer of a URL, sending from ``sender`` (an address, with or without a name).

    ``smtp://user:password@host:587?starttls=1&timeout=30`` (``timeout`` in seconds), ``smtps://…``, ``file:FOLDER``,
    ``console:`` or ``memory:``. Raises ``ValueError`` with one line that says what is wrong, and shows no password.
    """
    stationer = Stationer(sender)
    scheme, _, rest = url.partition(":")
    if scheme in ("smtp", "smtps"):
        return SmtpMailer(_server(url), stationer)
    if scheme == "file" and rest:
        # Both spellings of an absolute path are known: file:/var/mail and file:///var/mail.
        return FileMailer(Path(unquote(rest.removeprefix("//"))), stationer)
    if url == "console:":
        return ConsoleMailer(stationer)
    if url == "memory:":
        return MemoryMailer(stationer)
    raise ValueError("a mail URL is smtp://host, smtps://host, file:folder, console: or memory:")


def _server(url: str) -> Server:
    parts = urlsplit(url)
    port = _port(parts)
    if not parts.hostname:
        raise ValueError("the mail URL names no host")
    if parts.path not in ("", "/") or parts.fragment:
        raise ValueError("the mail URL has something behind its host that means nothing")
    options = _options(parts.query)
    implicit_tls = parts.scheme == "smtps"
    starttls = _YES_NO.get(options.pop("starttls", "0"))
    if starttls is None:
        raise ValueError("starttls in the mail URL is 1 or 0")
    if starttls and implicit_tls:
        raise ValueError("smtps is encrypted from its start, so starttls does not go with it")
    timeout = options.pop("timeout", str(TIMEOUT_SECONDS))
    if not (timeout.isascii() and timeout.isdigit() and 1 <= int(timeout) <= TIMEOUT_SECONDS_LIMIT):
        raise ValueError(f"timeout in the mail URL is 1 to {TIMEOUT_SECONDS_LIMIT} seconds")
    if options:
        raise ValueError(f"the mail URL has an unknown option: {min(options)}")
    if parts.username and not (starttls or implicit_tls or parts.hostname in _LOOPBACK):
        raise ValueError("a password to another host needs starttls=1 or smtps")
    if port is None:
        port = SUBMISSIONS_PORT if implicit_tls else SUBMISSION_PORT if starttls else RELAY_PORT
    return Server(
        host=parts.hostname,
        port=port,
        implicit_tls=implicit_tls,
        starttls=starttls,
        user=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
        timeout_seconds=int(timeout),
    )


def _port(parts: SplitResult) -> int | None:
    try:
        return parts.port
    except ValueError:
        raise ValueError("the port in the mail URL is no number from 0 to 65535") from None


def _options(query: str) -> dict[str, str]:
    try:
        pairs = parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query))
    except ValueError:
        raise ValueError("the options of the mail URL are name=value, joined by &") from None
    if len(dict(pairs)) != len(pairs):
        raise ValueError("an option is repeated in the mail URL")
    return dict(pairs)
