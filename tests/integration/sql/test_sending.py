"""What the driver sends by itself is to everybody else as if SQLAlchemy had sent it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from psycopg.rows import namedtuple_row
from sqlalchemy import Engine
from sqlalchemy.exc import DataError, ProgrammingError

from adapters.sql.connections.engine import open_engine, own_transaction
from adapters.sql.connections.failures import LostBeforeCommit, TryAgain
from adapters.sql.connections.sending import KEPT_CURSORS, send, send_for_many
from tests.integration.sql.touched import noted

pytestmark = pytest.mark.parametrize("engine", ["postgres"], indirect=True)


@pytest.fixture
def opened(url: str) -> Iterator[Engine]:
    opened = open_engine(url)
    yield opened
    opened.dispose()


def test_rows_are_tuples_or_have_names(opened: Engine) -> None:
    with own_transaction(opened, writes=False) as connection:
        assert send(connection, "SELECT $1::int AS one, $2 AS two", (1, "b")).fetchall() == [(1, "b")]
        (row,) = send_for_many(connection, "SELECT $1::int AS one", (1,), namedtuple_row).fetchall()
        assert row.one == 1


def test_it_is_a_part_of_the_transaction(opened: Engine) -> None:
    def write_and_fail() -> None:
        with own_transaction(opened, writes=True) as connection:
            send(connection, "INSERT INTO entries (kind, reference, at) VALUES ('deposit', $1, now())", ("kept?",))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_and_fail()
    with own_transaction(opened, writes=False) as connection:
        found = send(connection, "SELECT count(*) FROM entries WHERE reference = $1", ("kept?",)).fetchone()
        assert found == (0,)


def test_the_listeners_of_the_engine_hear_of_it(opened: Engine) -> None:
    with noted() as asked, own_transaction(opened, writes=False) as connection:
        send(connection, "SELECT $1::int", (7,))
    assert asked == [("SELECT $1::int", (7,))]


def test_what_the_server_refuses_becomes_what_it_becomes_elsewhere(opened: Engine) -> None:
    with pytest.raises(ProgrammingError, match="no_such_column"), own_transaction(opened, writes=True) as connection:
        send(connection, "SELECT no_such_column", ())
    with pytest.raises(TryAgain), own_transaction(opened, writes=True) as connection:
        send(connection, "SELECT expect_rows($1, 0, 1)", ("offer",))
    with own_transaction(opened, writes=True) as connection:
        assert send(connection, "SELECT 1", ()).fetchone() == (1,)


def test_a_connection_that_is_gone_is_given_up(opened: Engine) -> None:
    with pytest.raises(LostBeforeCommit), own_transaction(opened, writes=True) as connection:
        send(connection, "SELECT pg_terminate_backend(pg_backend_pid())", ())
    assert opened.pool.checkedout() == 0  # type: ignore[attr-defined]
    with own_transaction(opened, writes=True) as connection:
        assert send(connection, "SELECT 1", ()).fetchone() == (1,)


def test_a_text_is_sent_again_on_its_cursor_with_values_of_any_type(opened: Engine) -> None:
    text = "SELECT $1::text AS one"
    values = [1, "b", None, 2**40, Decimal("1.50"), UUID(int=7), datetime(2026, 12, 1, tzinfo=UTC), "c", 1]
    with own_transaction(opened, writes=False) as connection:
        # A value that is None or changes its type must be written as it is, whatever the one before was.
        sent = [send(connection, text, (value,)) for value in values[:1]]
        found = [send(connection, text, (value,)).fetchone() for value in values]
        assert sent[0] is send(connection, text, ("again",))
    with own_transaction(opened, writes=False) as connection:
        anew = [connection.exec_driver_sql(text, (value,)).fetchone() for value in values]
    assert found == anew


def test_a_refused_text_is_sent_on_a_new_cursor(opened: Engine) -> None:
    text = "SELECT 12 / $1::int"
    with pytest.raises(DataError), own_transaction(opened, writes=True) as connection:
        send(connection, text, (0,))
    with own_transaction(opened, writes=True) as connection:
        assert send(connection, text, (4,)).fetchone() == (3,)


def test_a_connection_keeps_few_cursors(opened: Engine) -> None:
    with own_transaction(opened, writes=False) as connection:
        first, *_ = [send(connection, f"SELECT {number}", ()) for number in range(KEPT_CURSORS)]
        assert send(connection, "SELECT 0", ()) is first
        second = send(connection, "SELECT 1", ())
        send(connection, "SELECT -1", ())
        send(connection, "SELECT 0", ()).fetchone()
        # The one that was used longest ago has gone: neither the first nor the second, but the third.
        assert send(connection, "SELECT 1", ()) is second
        kept = connection.connection.info["p2p_kept_cursors"]
        assert len(kept) == KEPT_CURSORS
        assert "SELECT 2" not in kept
