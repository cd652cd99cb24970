"""How the value of one setting is spelled. Each reader raises ``ValueError`` with what is wrong with the text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Literal
from urllib.parse import SplitResult, quote, urlsplit

from adapters.smtp.addresses import place_of, sender_of
from domain import Currency

SECRET_BYTES_LEAST = 32
"""Bytes of a key for HS256. Source: RFC 7518, section 3.2."""
SECRET_DIFFERENT_CHARACTERS_LEAST = 6
PLACEHOLDERS = ("changeme", "change-me", "change_me", "replace-me", "replaceme", "replace_me", "your-secret")
PORT_LIMIT = 65535
PAYMENT_METHOD_LENGTH_LIMIT = 32

_DEFAULT_PORTS = {"http": 80, "https": 443}
_NUMBER = re.compile(r"[0-9]{1,9}", re.ASCII)
_CURRENCY = re.compile(r"([a-z0-9]{2,10}):([0-9]{1,2})", re.ASCII)
_PAYMENT_METHOD = re.compile(rf"[a-z0-9_]{{1,{PAYMENT_METHOD_LENGTH_LIMIT}}}", re.ASCII)
_HOST = re.compile(r"[A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\]", re.ASCII)


@dataclass(frozen=True, slots=True)
class Listen:
    """Where a server listens."""

    host: str
    port: int

    @property
    def reachable(self) -> str:
        """``host:port`` by which a client on this machine reaches it: nobody can connect to "every address"."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104 (it is replaced here)
        return f"[{host}]:{self.port}" if ":" in host else f"{host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Database:
    """Which store, and where: ``path`` is the file of an embedded one."""

    kind: Literal["memory", "sqlite", "postgresql"]
    url: str
    path: Path | None = None

    @property
    def is_embedded(self) -> bool:
        """Whether the store lives in or beside this very process."""
        return self.kind != "postgresql"


def whole_number(text: str, least: int, most: int) -> int:
    """A number of ASCII digits within its bounds."""
    if not _NUMBER.fullmatch(text) or not least <= int(text) <= most:
        raise ValueError(f"is no whole number from {least} to {most}")
    return int(text)


def listen(text: str) -> Listen:
    """``host:port``; the host of an IPv6 address stands in brackets."""
    host, colon, port = text.rpartition(":")
    if not colon or not _HOST.fullmatch(host) or not _NUMBER.fullmatch(port):
        raise ValueError("is no host:port, such as 127.0.0.1:8080")
    if not 1 <= int(port) <= PORT_LIMIT:
        raise ValueError(f"has a port that is not from 1 to {PORT_LIMIT}")
    return Listen(host.strip("[]"), int(port))


def database(text: str, folder: Path) -> Database:
    """``memory:``, ``sqlite:///path`` (relative to the folder) or ``postgresql+psycopg://…``."""
    if text == "memory:":
        return Database("memory", text)
    if text.startswith("sqlite:///"):
        path = folder / text.removeprefix("sqlite:///")
        if path == folder or text.endswith("/") or ":memory:" in text:
            raise ValueError("names no file; sqlite:///var/p2p.sqlite3 would, and memory: keeps nothing")
        if re.search(r"[?#\x00-\x1f]", str(path)):
            raise ValueError("has a path with a character that a database address cannot hold")
        return Database("sqlite", f"sqlite:///{path}", path)
    if text.startswith("postgresql+psycopg://"):
        _split(text)
        return Database("postgresql", text)
    raise ValueError("is none of sqlite:///path, postgresql+psycopg://user:password@host/name and memory:")


def mail_url(text: str, folder: Path) -> str:
    """What the mailer takes; the path of ``file:folder`` is made absolute."""
    place = place_of(text)
    return f"file:{quote(str(folder / place))}" if isinstance(place, Path) else text


def public_url(text: str) -> str:
    """``http(s)://host[:port]``, and no path: the desk's own paths begin at the root."""
    parts = _split(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
        raise ValueError("is no http:// or https:// address")
    if parts.path not in ("", "/") or parts.query or parts.fragment or re.search(r"\s", text):
        raise ValueError("has more than a scheme, a host and a port")
    return text.rstrip("/")


def origins(text: str) -> tuple[str, ...]:
    """Origins with commas, made as browsers spell them: no default port, no path; or ``*`` alone, for any."""
    listed = _listed(text)
    return listed if listed == ("*",) else tuple(dict.fromkeys(map(_origin, listed)))


def _origin(text: str) -> str:
    try:
        parts = urlsplit(public_url(text))
    except ValueError as error:
        raise ValueError(f"has {text!r}, which {error}") from None
    host = parts.hostname or ""
    if not host.isascii() or not _HOST.fullmatch(f"[{host}]" if ":" in host else host):
        raise ValueError(f"has {text!r}, whose host is none as browsers spell it (others than ASCII as xn--…)")
    port = None if parts.port == _DEFAULT_PORTS[parts.scheme] else parts.port
    named = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{named}" + (f":{port}" if port else "")


def is_loopback(host: str) -> bool:
    """Whether only this very machine reaches this host."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _split(text: str) -> SplitResult:
    """The parts of an address. ``urlsplit`` looks at the port only where it is asked, so it is asked here."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise ValueError("is no address") from None
    if port == 0:
        raise ValueError("has the port 0")
    return parts


def sender(text: str) -> str:
    """What mail can be sent from."""
    sender_of(text)
    return text


def secret_key(text: str) -> str:
    """Enough bytes, and none that anybody would try first."""
    if len(text.encode(errors="surrogateescape")) < SECRET_BYTES_LEAST:
        raise ValueError(f"has less than {SECRET_BYTES_LEAST} bytes")
    if len(set(text)) < SECRET_DIFFERENT_CHARACTERS_LEAST or any(word in text.lower() for word in PLACEHOLDERS):
        raise ValueError("is too easy to guess; python3 -c 'import secrets; print(secrets.token_urlsafe(48))' is not")
    if not text.isprintable():
        raise ValueError("has a character that cannot be printed")
    return text


def currencies(text: str, decimals_limit: int) -> tuple[Currency, ...]:
    """``btc:8,eth:18``: codes with their decimals."""
    found: dict[str, Currency] = {}
    for part in _listed(text):
        spelled = _CURRENCY.fullmatch(part)
        if spelled is None or int(spelled[2]) > decimals_limit:
            raise ValueError(f"has {part!r}, which is no code:decimals with at most {decimals_limit} decimals")
        if spelled[1] in found:
            raise ValueError(f"names {spelled[1]} twice")
        found[spelled[1]] = Currency(spelled[1], int(spelled[2]))
    return tuple(found.values())


def payment_methods(text: str) -> tuple[str, ...]:
    """``bank_transfer,card``: words of lower-case letters, digits and underscores."""
    methods = _listed(text)
    for method in methods:
        if not _PAYMENT_METHOD.fullmatch(method):
            raise ValueError(f"has {method!r}, which is no word of letters, digits and underscores")
        if methods.count(method) > 1:
            raise ValueError(f"names {method} twice")
    return methods


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip().lower() for part in text.split(","))


def choice(text: str, choices: tuple[str, ...]) -> str:
    """One of a few words."""
    if text not in choices:
        raise ValueError(f"is none of {', '.join(choices)}")
    return text
