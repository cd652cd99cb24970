"""The tables of what is only ever added to, once somebody has taken away what refuses every change of them."""

import sqlite3
from contextlib import closing

import pytest

from adapters.sql.audit.verify import verify
from adapters.sql.connections.engine import sqlite_path
from adapters.sql.schema.only_added import ONLY_ADDED
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


# Each leaves a trigger of the name that was there, which lets something pass.
WEAKENED = {
    "sqlite": {
        "entries_no_update": "DROP TRIGGER entries_no_update; CREATE TRIGGER entries_no_update"
        " BEFORE UPDATE OF kind ON entries BEGIN SELECT RAISE(ABORT, 'entries is append-only'); END",
        "postings_no_delete": "DROP TRIGGER postings_no_delete; CREATE TRIGGER postings_no_delete"
        " BEFORE DELETE ON postings BEGIN SELECT RAISE(ABORT, 'postings is append-only') LIMIT 0; END",
    },
    "postgres": {
        "entries_append_only": "DROP TRIGGER entries_append_only ON entries; CREATE TRIGGER entries_append_only"
        " BEFORE UPDATE OR DELETE ON entries FOR EACH ROW WHEN (false) EXECUTE FUNCTION refuse_change()",
        "feedback_append_only": "DROP TRIGGER feedback_append_only ON feedback; CREATE TRIGGER feedback_append_only"
        " BEFORE UPDATE OF rating OR DELETE ON feedback FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        "postings_append_only": "DROP TRIGGER postings_append_only ON postings; CREATE TRIGGER postings_append_only"
        " BEFORE UPDATE ON postings FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    },
}


@pytest.mark.abuse("K4")
def test_a_guard_that_guards_less_is_missed(desk: Desk, url: str, engine: str) -> None:
    path = sqlite_path(url)
    for weaken in WEAKENED[engine].values():
        if path is None:
            with closing(administrator(url)) as connection:
                connection.execute(weaken)
        else:
            with closing(sqlite3.connect(path)) as database:
                database.executescript(weaken)
    assert verify(url, desk.clock) == [
        f"V0: it does not hold that rows that are only ever added to are guarded: {', '.join(WEAKENED[engine])}"
    ]


@pytest.mark.abuse("K4")
def test_a_function_that_refuses_nothing_guards_nothing(database_url: str) -> None:
    with closing(administrator(database_url)) as connection:
        connection.execute(
            "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'"
        )
    [sentence] = verify(database_url)
    assert sentence.count("_append_only") == len(ONLY_ADDED)
