"""The tables of what is only ever added to, once somebody has taken away what refuses every change of them."""

import sqlite3
from contextlib import closing

import pytest

from adapters.sql.audit.verify import verify
from adapters.sql.connections.engine import sqlite_path
from tests.integration.desk import Desk
from tests.integration.sql.conftest import administrator


@pytest.mark.abuse("K4")
def test_a_guard_that_was_taken_away_is_missed(desk: Desk, url: str) -> None:
    """Or one that lets everything pass: whoever did that may have made the books agree with what they did."""
    path = sqlite_path(url)
    if path is None:
        with closing(administrator(url)) as connection:
            connection.execute("DROP TRIGGER postings_no_truncate ON postings")
            connection.execute("ALTER TABLE entries DISABLE TRIGGER entries_append_only")
        lost = "entries_append_only, postings_no_truncate"
    else:
        with closing(sqlite3.connect(path)) as connection:
            connection.executescript(
                "DROP TRIGGER postings_no_delete; DROP TRIGGER entries_no_update;"
                "CREATE TRIGGER entries_no_update BEFORE UPDATE ON entries BEGIN SELECT 1; END"
            )
        lost = "entries_no_update, postings_no_delete"
    assert verify(url, desk.clock) == [
        f"V0: it does not hold that rows that are only ever added to are guarded: {lost}"
    ]
