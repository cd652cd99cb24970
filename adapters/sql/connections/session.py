"""What a session with PostgreSQL is told at its beginning, so that it depends on nothing around it.

A server, a database, a role and the environment can each change how values are read and written, which tables a name
means, and what a COMMIT promises. All of that is said here once, for every connection of the desk. Options of the
database's address come on top, for whoever wants other ones and says so, but for the formats that the code reads.

What is left to the server: who may do what, where things are kept, and ``default_transaction_read_only``, by which an
operator can freeze a database. That changes nothing in silence: a write is refused, as by a standby.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import psycopg

from domain.errors import StoreUnavailable

ENCODING = "UTF8"
_FORMATS = {
    "DateStyle": "ISO, MDY",
    "IntervalStyle": "postgres",
    "TimeZone": "UTC",
    "client_encoding": ENCODING,
    "standard_conforming_strings": "on",
}
"""What a server reports of each session by itself, so that it can be looked at without asking."""
PINNED = {
    **_FORMATS,
    "bytea_output": "hex",
    "extra_float_digits": "1",
    "transform_null_equals": "off",
    # The tables are where the migrations made them, whatever else is called as they are.
    "search_path": "public",
    # The locks of a decision, and its second look at a key, rest on this level.
    "default_transaction_isolation": "read committed",
    "default_transaction_deferrable": "off",
    # A policy that hides rows is an error, and no shorter list.
    "row_security": "off",
    # An answer of the desk means that its commit is on disk.
    "synchronous_commit": "on",
    # How long somebody waits is bounded by the desk, which knows what for.
    "lock_timeout": "0",
    "idle_session_timeout": "0",
}
"""Settings that any role may change, with the values that the code was written for."""

Connection = TypeVar("Connection", bound=psycopg.Connection[Any])


def options(given: object, more: Mapping[str, str]) -> str:
    """The ``options`` of a connection: what is pinned, more settings of whoever opens it, and those of the address.

    They win against ``ALTER DATABASE``, ``ALTER ROLE`` and ``PGOPTIONS``.
    """
    parts = [f"-c {name}={_escaped(value)}" for name, value in {**PINNED, **more}.items()]
    return " ".join([*parts, given] if isinstance(given, str) else parts)


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace(" ", "\\ ")


def open_pinned(
    kind: type[Connection], *arguments: Any, prepare: Callable[[Connection], None] | None = None, **named: Any
) -> Connection:
    """A new connection with the formats of the code, of a kind that is ready to be used once it is prepared.

    Raises ``StoreUnavailable`` where the database keeps its texts in another encoding than UTF-8.
    """
    named["client_encoding"] = ENCODING
    host = named.get("host")
    if isinstance(host, str):
        # Of a host that is named, an address in the environment (PGHOSTADDR) would be that of another server.
        named.setdefault("hostaddr", "," * host.count(","))
    connection = kind.connect(*arguments, **named)
    try:
        if prepare is not None:
            prepare(connection)
        _check_encoding(connection)
        _pin_formats(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _check_encoding(connection: psycopg.Connection[Any]) -> None:
    encoding = connection.info.parameter_status("server_encoding")
    if encoding != ENCODING:
        raise StoreUnavailable(
            f"its encoding is {encoding}, which cannot keep every text; make one with"
            " createdb --encoding=UTF8 --template=template0, and name it in P2P_DATABASE_URL"
        )


def _pin_formats(connection: psycopg.Connection[Any]) -> None:
    """Set the formats that are not as they should be. Nothing is asked where all are.

    PGDATESTYLE and PGTZ, and the options of an address, are told to the server after ours, and would have their way.
    """
    wrong = {name: value for name, value in _FORMATS.items() if connection.info.parameter_status(name) != value}
    if not wrong:
        return
    autocommit = connection.autocommit
    # Inside a transaction they would be undone with it.
    connection.autocommit = True
    for name, value in wrong.items():
        connection.execute(f"SET {name} = '{value}'")
    connection.autocommit = autocommit
