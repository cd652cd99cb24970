"""How the value of one setting is spelled. Each reader raises ``ValueError`` with what is wrong with the text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from pathlib import Path
from urllib.parse import SplitResult, quote, unquote, urlsplit

from adapters.smtp.addresses import place_of, sender_of
from domain import Currency
from domain.model.offer import FEE_PERCENT_DECIMALS, FEE_PERCENT_LIMIT

from .databases import Database, MemoryDatabase, PostgresqlDatabase, SqliteDatabase

SECRET_BYTES_LEAST = 32
"""Bytes of a key for HS256. Source: RFC 7518, section 3.2."""
SECRET_DIFFERENT_CHARACTERS_LEAST = 6
PLACEHOLDERS = ("changeme", "change-me", "change_me", "replace-me", "replaceme", "replace_me", "your-secret")
PORT_LIMIT = 65535
HTTP_PORT = 80
WEBSOCKET_PATH = "/ws/p2p/"
PAYMENT_METHOD_LENGTH_LIMIT = 32

Network = IPv4Network | IPv6Network

_DEFAULT_PORTS = {"http": 80, "https": 443}
_NUMBER = re.compile(r"[0-9]{1,9}", re.ASCII)
_PERCENT = re.compile(rf"[0-9]{{1,2}}(\.[0-9]{{1,{FEE_PERCENT_DECIMALS}}})?", re.ASCII)
_CURRENCY = re.compile(r"([a-z0-9]{2,10}):([0-9]{1,2})", re.ASCII)
_PAYMENT_METHOD = re.compile(rf"[a-z0-9_]{{1,{PAYMENT_METHOD_LENGTH_LIMIT}}}", re.ASCII)
_AMOUNT = re.compile(r"[0-9]{1,18}(\.[0-9]{1,20})?", re.ASCII)
_HOST = re.compile(r"[A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\]", re.ASCII)
_CLASS = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*(\.[A-Za-z_]\w*)*", re.ASCII)
RATE_POLICIES = ("write", "read", "anonymous")
_SECONDS = {"second": 1, "minute": 60, "hour": 3600}
_RATE = re.compile(rf"({'|'.join(RATE_POLICIES)})=([1-9][0-9]{{0,5}})/({'|'.join(_SECONDS)})", re.ASCII)
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_EVERYWHERE = frozenset({"0.0.0.0", "::"})  # noqa: S104 (these are what others may name)


@dataclass(frozen=True, slots=True)
class Listen:
    """Where a server listens."""

    host: str
    port: int

    @property
    def is_everywhere(self) -> bool:
        """Whether it listens on every address of its machine, and so has none of its own."""
        return self.host in _EVERYWHERE

    @property
    def reachable(self) -> str:
        """``host:port`` by which a client on this machine reaches it: nobody can connect to "every address"."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104 (it is replaced here)
        return with_port(host, self.port)

    def __str__(self) -> str:
        return with_port(self.host, self.port)

    def answers(self, host: str) -> bool:
        """Whether who asks for this host may be answered here, with nobody in between."""
        return self.is_everywhere or host == self.host or {host, self.host} <= _LOOPBACK


def networks(text: str) -> tuple[Network, ...]:
    """Addresses and networks with commas between them; an address is a network of one."""
    try:
        return tuple(ip_network(part.strip()) for part in text.split(","))
    except ValueError as error:
        raise ValueError(f"names what is no address and no network: {error}") from None


def with_port(host: str, port: int) -> str:
    """``host:port`` as it stands in a URL."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def rate_limits(text: str) -> dict[str, tuple[int, int]]:
    """``write=300/minute,…``: how many in how many seconds, of each policy there is; nothing for ``off``."""
    if text == "off":
        return {}
    found: dict[str, tuple[int, int]] = {}
    for part in _listed(text):
        spelled = _RATE.fullmatch(part)
        if spelled is None or spelled[1] in found:
            raise ValueError(f"has {part!r}, which is no policy=number/unit, such as write=300/minute, or there twice")
        found[spelled[1]] = (int(spelled[2]), _SECONDS[spelled[3]])
    if missing := [name for name in RATE_POLICIES if name not in found]:
        raise ValueError(f"says nothing of {', '.join(missing)}")
    return {name: found[name] for name in RATE_POLICIES}


def whole_number(text: str, least: int, most: int) -> int:
    """A number of ASCII digits within its bounds."""
    if not _NUMBER.fullmatch(text) or not least <= int(text) <= most:
        raise ValueError(f"is no whole number from {least} to {most}")
    return int(text)


def fee_percent(text: str) -> Decimal:
    """Percent, exact: digits with at most so many behind a point."""
    if not _PERCENT.fullmatch(text) or Decimal(text) >= FEE_PERCENT_LIMIT:
        raise ValueError(f"is no percentage below {FEE_PERCENT_LIMIT} with at most {FEE_PERCENT_DECIMALS} decimals")
    return Decimal(text)


def listen(text: str) -> Listen:
    """``host:port``; the host of an IPv6 address stands in brackets."""
    host, colon, port = text.rpartition(":")
    if not colon or not _HOST.fullmatch(host) or not _NUMBER.fullmatch(port):
        raise ValueError("is no host:port, such as 127.0.0.1:8080")
    if not 1 <= int(port) <= PORT_LIMIT:
        raise ValueError(f"has a port that is not from 1 to {PORT_LIMIT}")
    _check_host(host)
    return Listen(host.strip("[]"), int(port))


def _check_host(host: str) -> None:
    """Refuse what looks like a number of the network and is none, and a name that cannot be looked up."""
    try:
        if host.startswith("["):
            IPv6Address(host.strip("[]"))
        elif not host.strip("0123456789."):
            IPv4Address(host)
        else:
            host.encode("idna")
    except ValueError:
        raise ValueError(f"has the host {host}, which is none") from None


def database(text: str, folder: Path) -> Database:
    """``memory:``, ``sqlite:///path`` (relative to the folder) or ``postgresql+psycopg://…``."""
    if text == "memory:":
        return MemoryDatabase(text)
    if text.startswith("sqlite:///"):
        path = folder / _unescaped(text.removeprefix("sqlite:///"))
        if path == folder or text.endswith("/") or ":memory:" in text:
            raise ValueError("names no file; sqlite:///var/p2p.sqlite3 would, and memory: keeps nothing")
        if re.search(r"[?#\x00-\x1f]", str(path)):
            raise ValueError("has a path with a character that a database address cannot hold")
        # Whoever opens the address reads it once more.
        return SqliteDatabase(f"sqlite:///{str(path).replace('%', '%25')}", path)
    if text.startswith("postgresql+psycopg://"):
        from adapters.sql.connections.addresses import check_postgresql

        _split(text)
        _unescaped(text)
        if re.search(r"\s", text):
            # What masks passwords looks for them up to the next blank.
            raise ValueError("has a blank in it; written as %20 it would mean itself")
        check_postgresql(text)
        return PostgresqlDatabase(text)
    raise ValueError("is none of sqlite:///path, postgresql+psycopg://user:password@host/name and memory:")


def with_replica(text: str, primary: Database) -> Database:
    """The database, with the address of a standby of it."""
    return primary.with_replica(database(text, Path()))


def mail_url(text: str, folder: Path) -> str:
    """What the mailer takes; the path of ``file:folder`` is made absolute."""
    place = place_of(text)
    return f"file:{quote(str(folder / place))}" if isinstance(place, Path) else text


def files_folder(text: str, folder: Path) -> Path:
    """The folder of ``file:folder``; a relative path begins at ``folder``."""
    scheme, _, path = text.partition(":")
    if scheme != "file" or not path or "\0" in path:
        raise ValueError("is no file:folder")
    return folder / unquote(path)


def prices_url(text: str, folder: Path) -> str:
    """``file:path``, which is made absolute, or ``https://…``."""
    if text.startswith("file:"):
        path = folder / text.removeprefix("file:")
        if path == folder or text.endswith("/"):
            raise ValueError("names no file; file:/var/lib/p2p/prices.json would")
        return f"file:{path}"
    parts = _split(text)
    if parts.scheme != "https" or not parts.hostname or "@" in parts.netloc or re.search(r"\s", text):
        raise ValueError("is none of file:path and https://host/path")
    return text


def public_url(text: str) -> str:
    """``http(s)://host[:port]``, and no path: the desk's own paths begin at the root."""
    parts = _split(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
        raise ValueError("is no http:// or https:// address")
    if parts.path not in ("", "/") or parts.query or parts.fragment or re.search(r"\s", text):
        raise ValueError("has more than a scheme, a host and a port")
    return _origin(parts)


def websocket_url(text: str) -> str:
    """``ws(s)://host[:port]``, with the path where another server in front has one of its own for it."""
    parts = _split(text)
    if parts.scheme not in ("ws", "wss") or not parts.hostname or "@" in parts.netloc:
        raise ValueError("is no ws:// or wss:// address")
    if parts.query or parts.fragment or not re.fullmatch(r"(/[A-Za-z0-9._~/-]*)?", parts.path, re.ASCII):
        raise ValueError("has more than a scheme, a host, a port and a path")
    path = WEBSOCKET_PATH if parts.path in ("", "/", WEBSOCKET_PATH.rstrip("/")) else parts.path
    return f"{_origin(parts)}{path}"


def websocket_beside(public: str, http: Listen, websocket: Listen) -> str:
    """Where clients find the websocket of a desk that they reach by this public address.

    A server in front gives both one origin. Without one, which shows in HTTP's own port in plain text at an address
    where both listen, the websocket has its port.
    """
    parts = urlsplit(public)
    host = parts.hostname or ""
    is_direct = parts.scheme == "http" and (parts.port or HTTP_PORT) == http.port
    if is_direct and http.answers(host) and websocket.answers(host):
        return f"ws://{with_port(host, websocket.port)}{WEBSOCKET_PATH}"
    return f"{'wss' if parts.scheme == 'https' else 'ws'}://{parts.netloc}{WEBSOCKET_PATH}"


def _origin(parts: SplitResult) -> str:
    """Scheme, host and port as they stand in headers, which are in ASCII, and as browsers spell a page's origin."""
    host = parts.hostname or ""
    try:
        name = f"[{IPv6Address(host)}]" if ":" in host else host.encode("idna").decode("ascii")
        _check_host(name)
    except ValueError:
        raise ValueError(f"has the host {host}, which is none") from None
    if not _HOST.fullmatch(name):
        raise ValueError(f"has the host {host}, which is none")
    return f"{parts.scheme}://{name}" if parts.port is None else f"{parts.scheme}://{name}:{parts.port}"


def _unescaped(text: str) -> str:
    """The text with its %-sequences as what they mean."""
    try:
        return unquote(text, errors="strict")
    except UnicodeDecodeError:
        raise ValueError("has a %-sequence that is no UTF-8") from None


def origins(text: str) -> tuple[str, ...]:
    """Origins with commas, made as browsers spell them: no default port, no path; or ``*`` alone, for any."""
    listed = _listed(text)
    return listed if listed == ("*",) else tuple(dict.fromkeys(map(_page_origin, listed)))


def _page_origin(text: str) -> str:
    try:
        parts = urlsplit(public_url(text))
    except ValueError as error:
        raise ValueError(f"has {text!r}, which {error}") from None
    bare = parts.netloc.removesuffix(f":{_DEFAULT_PORTS[parts.scheme]}")
    return f"{parts.scheme}://{bare}"


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


def name_of_a_class(text: str) -> str:
    """``module:Name``, either of which may have dots. Whether there is such a class is found when it is needed."""
    if not _CLASS.fullmatch(text):
        raise ValueError("is no module:Name, such as my_desk.parts:MyContainer")
    return text


def sender(text: str) -> str:
    """What mail can be sent from."""
    sender_of(text)
    return text


def secret_keys(text: str) -> tuple[str, ...]:
    """Keys with commas: the first signs and seals, and all of them are known."""
    return tuple(secret_key(key.strip()) for key in text.split(","))


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


def amounts(text: str, traded: Iterable[Currency]) -> dict[str, Decimal]:
    """``btc:1,usdt:50000``: codes of currencies that are traded, with an amount of each."""
    known = {currency.code: currency.decimals for currency in traded}
    found: dict[str, Decimal] = {}
    for part in _listed(text):
        code, _, spelled = part.partition(":")
        if code not in known or not _AMOUNT.fullmatch(spelled) or len(spelled.partition(".")[2]) > known[code]:
            raise ValueError(f"has {part!r}, which is no code:amount of a currency that is traded")
        if code in found:
            raise ValueError(f"names {code} twice")
        found[code] = Decimal(spelled)
    return found


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
