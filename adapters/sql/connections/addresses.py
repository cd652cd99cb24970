"""Whether PostgreSQL's own library takes an address, asked without connecting to anything."""

from __future__ import annotations

from typing import Any

from psycopg import ProgrammingError, pq
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

_NOWHERE = "/p2p-nowhere"
"""The library looks at an address as a whole before it connects; to a socket that is not there that takes no time."""
_NOT_THERE = b"connection to server"


def check_postgresql(url: str) -> None:
    """Raise ``ValueError`` with a sentence that lacks its subject where no connection could be made by this address.

    What the library says is not handed on: it quotes the address, and with it the password.
    """
    try:
        known = make_url(url)
        parameters = conninfo_to_dict(known.set(drivername="postgresql").render_as_string(hide_password=False))
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
