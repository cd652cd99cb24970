"""Whether PostgreSQL's own library takes an address, asked without connecting to anything."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from psycopg import ProgrammingError, pq
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from sqlalchemy import URL, make_url
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.exc import ArgumentError

_NOWHERE = "/p2p-nowhere"
"""The library looks at an address as a whole before it connects; to a socket that is not there that takes no time."""
_NOT_THERE = b"connection to server"
SERVING = ("primary", "read-write")
"""What ``target_session_attrs`` may ask for: a server that takes writes."""
_SERVER = re.compile(r"[A-Za-z0-9._-]{1,253}(:[0-9]{1,5})?", re.ASCII)
_PORT_LIMIT = 65535
_SHOWN = ("host", "port", "sslmode", "target_session_attrs")
"""The options by which a server is found. What others hold may be a secret."""
_SPELLING = "several servers are written ?host=one:5432&host=other:5432&target_session_attrs=primary"


def check_postgresql(url: str) -> None:
    """Raise ``ValueError`` with a sentence that lacks its subject where no connection could be made by this address.

    What the library says is not handed on: it quotes the address, and with it the password.
    """
    if "," in urlsplit(url).netloc.rpartition("@")[2]:
        raise ValueError(f"names several hosts before the name of the database; {_SPELLING}")
    try:
        known = make_url(url)
        _check_servers(known)
        parameters = conninfo_to_dict(known.set(drivername="postgresql").render_as_string(hide_password=False))
    except WrongServers:
        raise
    except (ArgumentError, ProgrammingError, ValueError):
        raise ValueError(f"has {_unknown_options(url)}") from None
    if "@" in (known.host or ""):
        raise ValueError("has an @ too many; that of a password is %40")
    # Where to connect is left out; of several hosts the ports are, since there is one for each.
    elsewhere = {"host", "hostaddr", "service"} | ({"port"} if "," in str(parameters.get("port", "")) else set())
    kept: dict[str, Any] = {name: value for name, value in parameters.items() if name not in elsewhere}
    probe = pq.PGconn.connect_start(make_conninfo(host=_NOWHERE, **kept).encode())
    message = probe.error_message
    probe.finish()
    if message and not message.startswith(_NOT_THERE):
        raise ValueError("has an option with a value that PostgreSQL does not know")


class WrongServers(ValueError):
    """The address names several servers in a way that does not lead to the one that serves."""


def servers_of(url: URL) -> tuple[str, ...]:
    """The several servers that an address names, each as ``host:port`` or ``host``; none where it names one."""
    named = url.query.get("host", ())
    return named if isinstance(named, tuple) else ()


def driver_arguments(url: URL) -> dict[str, Any]:
    """The address as the driver takes it, which is how an engine hands it on."""
    _, named = PGDialect_psycopg().create_connect_args(url)  # type: ignore[no-untyped-call]
    return dict(named)


def as_others_take_it(url: URL) -> str:
    """The address as PostgreSQL's own programs spell it, without the password, for which they ask."""
    shown = {name: value for name, value in url.query.items() if name in _SHOWN}
    servers = ",".join(servers_of(url))
    if servers:
        del shown["host"]
    # A password with an @ that should have been escaped has its rest here.
    host = (url.host or "").rpartition("@")[2] or None
    plain = URL.create("postgresql", url.username, None, host, url.port, url.database, shown)
    address = plain.render_as_string()
    if not servers:
        return address
    before, at, behind = address.partition("@") if url.username else ("postgresql://", "", address[13:])
    return f"{before}{at}{servers}{behind}"


def _check_servers(url: URL) -> None:
    """One spelling of several servers, and a word that the primary among them is meant: else a standby would do."""
    servers = servers_of(url)
    host = url.query.get("host", "")
    if not servers and "," not in (host if isinstance(host, str) else ""):
        return
    if not servers or url.host or url.port or "port" in url.query or not all(map(_SERVER.fullmatch, servers)):
        raise WrongServers(f"names several servers in another way than it is taken; {_SPELLING}")
    if any(not 1 <= int(port) <= _PORT_LIMIT for port in (each.partition(":")[2] for each in servers) if port):
        raise WrongServers(f"names a server with a port that is not from 1 to {_PORT_LIMIT}")
    if len(set(servers)) < len(servers):
        raise WrongServers("names a server twice")
    if "hostaddr" in url.query:
        raise WrongServers("names several servers, and hostaddr beside them")
    if url.query.get("target_session_attrs") not in SERVING:
        raise WrongServers("names several servers, of which one is the primary; target_session_attrs=primary finds it")


def _unknown_options(url: str) -> str:
    """The options that are none, which have no secrets in their names."""
    try:
        given = make_url(url).query
    except (ArgumentError, ValueError):
        return "a part that is none of an address"
    options = {each.keyword.decode() for each in pq.Conninfo.get_defaults()}
    unknown = sorted(set(given) - options)
    return (
        f"the option {unknown[0]}, which PostgreSQL does not have" if unknown else "a part that is none of an address"
    )
