"""A pooler before the database, such as pgbouncer: what a desk needs of it, found out at the start.

It needs sessions of its own: settings that stay, prepared statements, and a LISTEN that is heard. A pooler that hands
a session to another client after each transaction keeps none of that, and shows it only later, now and then.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from typing import Any

import psycopg
from sqlalchemy import make_url

from domain.errors import StoreUnavailable

from .addresses import driver_arguments
from .circuit_breaker import CircuitBreaker
from .engine import CONNECT_TIMEOUT_SECONDS
from .failures import one_line_of
from .session import Sessions, is_pooled
from .silence import BoundedConnection

SESSIONS = 3
"""So many are open at once in the check. Between transactions, a pooler by transaction would give all of them one."""
ROUNDS = 3
_MARK = "p2p.mark"
_CONNECT_HINT = "look at P2P_DATABASE_URL, and whether that server runs"


def check_pooler(database_url: str) -> bool:
    """Whether a pooler stands before the database; return only where it, or nothing, leaves sessions as they are.

    Raises ``StoreUnavailable`` with what is to be changed of the pooler, or because nothing answers.
    """
    url = make_url(database_url)
    sessions = Sessions(url.query.get("options"), {})
    address = driver_arguments(url)

    def connected() -> BoundedConnection:
        # Each statement is a transaction of its own.
        named = {**address, "connect_timeout": CONNECT_TIMEOUT_SECONDS, "application_name": "p2p", "autocommit": True}
        return sessions.open(BoundedConnection, prepare=_bounded, **named)

    with _told(_CONNECT_HINT), closing(connected()) as connection:
        if not is_pooled(connection):
            return False
    words = f"the pooler before it has too few sessions for {SESSIONS} connections at once, or is away"
    with _told(words, first=True):
        mark = secrets.token_hex(8)
        with ExitStack() as stack:
            several = [stack.enter_context(closing(connected())) for _ in range(SESSIONS)]
            _check_kept([[_asked(each, "SELECT pg_backend_pid()") for each in several] for _ in range(ROUNDS)])
            _asked(several[0], f"SELECT set_config('{_MARK}', '{mark}', false)")
        with ExitStack() as stack:
            several = [stack.enter_context(closing(connected())) for _ in range(SESSIONS)]
            _check_cleaned([_asked(each, f"SELECT current_setting('{_MARK}', true)") for each in several], mark)
    return True


def _bounded(connection: BoundedConnection) -> None:
    connection.breaker = CircuitBreaker()


@contextmanager
def _told(words: str, *, first: bool = False) -> Iterator[None]:
    try:
        yield
    except psycopg.Error as error:
        parts = [words, one_line_of(error)] if first else [one_line_of(error), words]
        raise StoreUnavailable(f"{parts[0]}{': ' if first else '; '}{parts[1]}") from None


def _asked(connection: psycopg.Connection[Any], question: str) -> Any:
    row = connection.execute(question.encode()).fetchone()
    return None if row is None else row[0]


def _check_kept(seen: list[list[int]]) -> None:
    """Each connection has had one server process in all rounds, and none the same as another."""
    if any(again != seen[0] for again in seen) or len(set(seen[0])) < len(seen[0]):
        raise StoreUnavailable(
            "the pooler before it hands a session to others after each transaction; for pgbouncer, set pool_mode ="
            " session for the desk's database"
        )


def _check_cleaned(marks: list[str | None], mark: str) -> None:
    if mark in marks:
        raise StoreUnavailable(
            "the pooler before it hands sessions on as they were left; for pgbouncer, set server_reset_query ="
            " DISCARD ALL"
        )
