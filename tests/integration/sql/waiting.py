"""Knowing that something has come to be so, without a guess at how long it takes to get there."""

import time
from collections.abc import Callable
from typing import Any

import psycopg

PATIENCE_SECONDS = 30.0


def wait_for_waiters(connection: psycopg.Connection[Any], count: int) -> None:
    """Return once this many sessions of the connection's database wait for a lock."""
    statement = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    wait_until(lambda: connection.execute(statement).fetchone() == (count,))


def wait_until(is_so: Callable[[], bool]) -> None:
    """Return once it is so."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.02)
