"""How the two mail settings are spelled: where mail goes, and who sends it. The one place that reads either.

Settings are checked by this and mailers are made by it, so that what the one takes the other takes. It imports
nothing that takes long, since every command checks its settings.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from email.utils import parseaddr
from pathlib import Path
from typing import Literal
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

SUBMISSION_PORT, SUBMISSIONS_PORT, RELAY_PORT = 587, 465, 25
TIMEOUT_SECONDS = 30
"""For the connection and for each answer before the final dot, unless told otherwise."""
TIMEOUT_SECONDS_LIMIT = 60
"""A claim on a letter lasts a quarter of an hour; ten answers at this pace and the wait after the dot fit in."""
FINAL_DOT_TIMEOUT_SECONDS = 300
"""For the answer to the final dot: a server that is still busy with the mail must not be taken for a dead one.

Source: docs/contract/notices.md, "Letters that may come twice"; RFC 5321, section 4.5.3.2.6, asks for ten minutes.
"""

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_YES_NO = {"1": True, "0": False}
# The address of one mailbox as SMTP takes it without extensions. Quoted local parts are left out on purpose: nobody
# uses them, and they are where injected commands hide.
_LOCAL_PART = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*", re.ASCII)
_DOMAIN = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*", re.ASCII)
_LOCAL_PART_LIMIT = 64
_ADDRESS_LIMIT = 254
"""Octets of an address that fits a mail's envelope. Source: RFC 5321, section 4.5.3.1."""


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server and how to talk to it. ``implicit_tls`` is ``smtps``; ``starttls`` must succeed where it is set."""

    host: str
    port: int
    implicit_tls: bool = False
    starttls: bool = False
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    timeout_seconds: float = TIMEOUT_SECONDS
    final_dot_timeout_seconds: float = FINAL_DOT_TIMEOUT_SECONDS


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends: a name, which may be empty, and the address in the spelling of an envelope."""

    name: str
    address: str

    @property
    def domain(self) -> str:
        """The domain of the address, in ASCII."""
        return self.address.rpartition("@")[2]


def place_of(url: str) -> Server | Path | Literal["console:", "memory:"]:
    """Where mail goes: to a server, into a folder, or to one of the two that keep none.

    ``smtp://user:password@host:587?starttls=1&timeout=30`` (``timeout`` in seconds), ``smtps://…``, ``file:FOLDER``,
    ``console:`` or ``memory:``. Raises ``ValueError`` with a sentence that lacks its subject, such as "names no host";
    it quotes nothing of a password.
    """
    if url == "console:":
        return "console:"
    if url == "memory:":
        return "memory:"
    scheme, _, rest = url.partition(":")
    if scheme == "file":
        return _folder(rest)
    if scheme in ("smtp", "smtps"):
        return _server(url)
    raise ValueError("is none of file:folder, smtp://user:password@host:587?starttls=1, console: and memory:")


def sender_of(text: str) -> Sender:
    """``desk@example.com`` or ``Name <desk@example.com>``. Raises ``ValueError`` as ``place_of`` does."""
    name, address = parseaddr(text)
    try:
        # The parser passes over what stands behind an address, be it a second one.
        if not text.isprintable() or not text.endswith((address, f"<{address}>")):
            raise ValueError
        return Sender(name, envelope_address(address))
    except ValueError:
        raise ValueError("is no one mail address, such as desk@example.com or Desk <desk@example.com>") from None


def envelope_address(text: str) -> str:
    """The address in the spelling of an SMTP envelope, its domain in ASCII. Raises ``ValueError``."""
    local_part, _, domain = text.rpartition("@")
    if not domain.isascii():
        domain = domain.encode("idna").decode("ascii")
    address = f"{local_part}@{domain}"
    fits = len(local_part) <= _LOCAL_PART_LIMIT and len(address) <= _ADDRESS_LIMIT
    if not fits or not _LOCAL_PART.fullmatch(local_part) or not _DOMAIN.fullmatch(domain):
        raise ValueError(f"{text!r} is no address that mail can be sent to")
    return address


def _folder(rest: str) -> Path:
    # Both spellings of an absolute path are known: file:/var/mail and file:///var/mail.
    name = _meant(rest.removeprefix("//"))
    if not name:
        raise ValueError("names no folder; file:var/mail would")
    return Path(name)


def _server(url: str) -> Server:
    if re.search(r"\s", url):
        # What masks passwords looks for them up to the next blank, as everybody does who reads an address.
        raise ValueError("has a blank in it; written as %20 it would mean itself")
    parts, port = _split(url)
    if not parts.hostname:
        raise ValueError("names no host")
    if parts.path not in ("", "/") or parts.fragment:
        raise ValueError("has something behind its host that means nothing")
    implicit_tls = parts.scheme == "smtps"
    starttls, timeout = _options(parts.query, implicit_tls=implicit_tls)
    if parts.username and not (starttls or implicit_tls or parts.hostname in _LOOPBACK):
        raise ValueError("gives a password to another host, which needs starttls=1 or smtps")
    if bool(parts.username) != bool(parts.password):
        raise ValueError("has a user without a password or a password without a user")
    _check_port(port, implicit_tls=implicit_tls)
    if port is None:
        port = SUBMISSIONS_PORT if implicit_tls else SUBMISSION_PORT if starttls else RELAY_PORT
    return Server(
        host=_host(parts.hostname),
        port=port,
        implicit_tls=implicit_tls,
        starttls=starttls,
        user=_meant(parts.username) if parts.username else None,
        password=_meant(parts.password) if parts.password else None,
        timeout_seconds=timeout,
    )


def _split(url: str) -> tuple[SplitResult, int | None]:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        # An address ends its host at the first of these, and takes what is before them for a port.
        hint = "a / # or ? in a password is %2F %23 or %3F"
        raise ValueError(f"is no address, or has a port that is no number from 1 to 65535; {hint}") from None
    if port == 0:
        raise ValueError("has the port 0")
    return parts, port


def _host(name: str) -> str:
    try:
        # Looking a name up encodes it so, and would fail only when the first letter is sent.
        name.encode("idna")
    except UnicodeError:
        raise ValueError("names a host that cannot be one") from None
    return name


def _check_port(port: int | None, *, implicit_tls: bool) -> None:
    """Each of the well-known ports speaks in one way; the other way waits there for an answer that never comes."""
    if not implicit_tls and port == SUBMISSIONS_PORT:
        raise ValueError(f"has the port {port}, which is encrypted from its start: smtps:// is the word for that")
    if implicit_tls and port in (SUBMISSION_PORT, RELAY_PORT):
        raise ValueError(f"has the port {port}, which is not encrypted from its start: smtp:// with starttls=1 is")


def _options(query: str, *, implicit_tls: bool) -> tuple[bool, int]:
    """Whether to encrypt by STARTTLS, and for how many seconds to wait."""
    try:
        pairs = parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query))
    except ValueError:
        raise ValueError("has options that are not name=value, joined by &") from None
    options = dict(pairs)
    if len(options) != len(pairs):
        raise ValueError("has an option that is repeated")
    starttls = _YES_NO.get(options.pop("starttls", "0"))
    if starttls is None:
        raise ValueError("has a starttls that is neither 1 nor 0")
    if starttls and implicit_tls:
        raise ValueError("has starttls beside smtps, which is encrypted from its start")
    timeout = options.pop("timeout", str(TIMEOUT_SECONDS))
    if not re.fullmatch(r"[0-9]{1,3}", timeout, re.ASCII) or not 1 <= int(timeout) <= TIMEOUT_SECONDS_LIMIT:
        raise ValueError(f"has a timeout that is not 1 to {TIMEOUT_SECONDS_LIMIT} seconds")
    if options:
        raise ValueError(f"has an unknown option: {min(options)}")
    return starttls, int(timeout)


def _meant(escaped: str) -> str:
    """What a part of an address means. A NUL ends a password on its way to the server, and a path nowhere."""
    try:
        text = unquote(escaped, errors="strict")
    except UnicodeDecodeError:
        raise ValueError("has a %-sequence that is no UTF-8") from None
    if any(ord(letter) < 0x20 or letter == "\x7f" for letter in text) or not _is_text(text):
        raise ValueError("has a control character in it")
    return text


def _is_text(text: str) -> bool:
    """Whether it can be written as UTF-8. What the environment holds in another encoding cannot."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
