"""What a session with PostgreSQL is told at its beginning, so that it depends on nothing around it.

A server, a database, a role and the environment can each change how values are read and written, which tables a name
means, and what a COMMIT promises. All of that is said here once, for every connection of the desk. Options of the
database's address come on top, for whoever wants other ones and says so, but for the formats that the code reads.

What is left to the server: who may do what, where things are kept, and ``default_transaction_read_only``, by which an
operator can freeze a database. That changes nothing in silence: a write is refused, as by a standby.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any, TypeVar

import psycopg
from psycopg import RawCursor

from domain.errors import StoreUnavailable

from .servers import Servers

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

_NO_OPTIONS = "unsupported startup parameter"
"""What pgbouncer says, and only in words, to a client that brings options."""


class Sessions:
    """Opens the connections of one engine, or of one thread that has its own: pinned, and to the server that serves.

    ``given`` are the options of the address, ``more`` settings beside those that are pinned. They win against ``ALTER
    DATABASE``, ``ALTER ROLE`` and ``PGOPTIONS``.
    """

    def __init__(self, given: object, more: Mapping[str, str]) -> None:
        self._settings = {**PINNED, **more}
        self._given = given if isinstance(given, str) else None
        self._servers = Servers()
        self._is_pooled: bool | None = None

    def open(
        self, kind: type[Connection], *arguments: Any, prepare: Callable[[Connection], None] | None = None, **named: Any
    ) -> Connection:
        """A new connection with the formats of the code, of a kind that is ready to be used once it is prepared.

        Raises ``StoreUnavailable`` where the database keeps its texts in another encoding than UTF-8, and where a
        pooler stands before it that the settings cannot be told through.
        """
        named |= {"client_encoding": ENCODING, "options": self._options()}
        try:
            connection = self._servers.connect(partial(kind.connect, *arguments), named)
        except psycopg.OperationalError as error:
            if _NO_OPTIONS in str(error):
                raise StoreUnavailable(
                    "the pooler before it takes no options; for pgbouncer, ignore_startup_parameters has to name them"
                ) from None
            raise
        try:
            if prepare is not None:
                prepare(connection)
            _check_encoding(connection)
            self._tell_through_a_pooler(connection)
            _pin_formats(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def silence_of(self, connection: psycopg.Connection[Any]) -> Callable[[], None]:
        """What to call when the server of this connection says nothing any more."""
        return partial(self._servers.try_last, connection.info.host, connection.info.port)

    def _options(self) -> str:
        parts = [f"-c {name}={_escaped(value)}" for name, value in self._settings.items()]
        return " ".join(parts if self._given is None else [*parts, self._given])

    def _tell_through_a_pooler(self, connection: psycopg.Connection[Any]) -> None:
        """Set what the options say, where a pooler has kept them to itself.

        Whether there is one is asked once, by the first connection.
        """
        if self._is_pooled is False:
            return
        with _outside_transactions(connection):
            if self._is_pooled is None:
                self._is_pooled = is_pooled(connection)
            if not self._is_pooled:
                return
            if self._given is not None:
                raise StoreUnavailable(
                    "the pooler before it does not hand on the options of P2P_DATABASE_URL; leave them out"
                )
            values = [value for pair in self._settings.items() for value in pair]
            marks = ", ".join(f"set_config(${number}, ${number + 1}, false)" for number in range(1, len(values), 2))
            RawCursor(connection).execute(f"SELECT {marks}", values)


def is_pooled(connection: psycopg.Connection[Any]) -> bool:
    """Whether something stands before the server that shares its sessions out.

    It has to make up the number by which a client could have a statement cancelled: the server's own is of a process
    that works for others, too.
    """
    found = RawCursor(connection).execute("SELECT pg_backend_pid()").fetchone()
    return found != (connection.info.backend_pid,)


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace(" ", "\\ ")


@contextmanager
def _outside_transactions(connection: psycopg.Connection[Any]) -> Iterator[None]:
    """What is set inside a transaction would be undone with it."""
    autocommit = connection.autocommit
    connection.autocommit = True
    yield
    connection.autocommit = autocommit


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
    with _outside_transactions(connection):
        for name, value in wrong.items():
            RawCursor(connection).execute(f"SET {name} = '{value}'")
