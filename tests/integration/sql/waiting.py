"""Knowing that a session of PostgreSQL waits for a lock, without a guess at how long it takes to get there."""

import time
from typing import Any

import psycopg

PATIENCE_SECONDS = 30.0


def wait_for_waiters(connection: psycopg.Connection[Any], count: int) -> None:
    """Return once this many sessions of the connection's database wait for a lock."""
    end = time.monotonic() + PATIENCE_SECONDS
    while True:
        found = connection.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        ).fetchone()
        assert found is not None
        if found[0] == count:
            return
        assert time.monotonic() < end, f"{found[0]} sessions wait, not {count}"
        time.sleep(0.01)
