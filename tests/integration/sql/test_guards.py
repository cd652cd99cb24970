"""The tables of what is only ever added to, once somebody has taken away what refuses every change of them."""

import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import Constraint, PrimaryKeyConstraint, UniqueConstraint

from adapters.sql.audit.verify import verify
from adapters.sql.connections.engine import sqlite_path
from adapters.sql.schema.only_added import ONLY_ADDED
from adapters.sql.schema.tables import metadata
from adapters.worker.bookkeeper import Bookkeeper
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


@pytest.mark.abuse("K4")
@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize("table", sorted(ONLY_ADDED))
def test_a_row_that_is_only_added_is_not_replaced(desk: Desk, url: str, table: str) -> None:
    """By any key of it, nor by the number that SQLite gives each row: that asks no trigger on deletions."""
    full_of_rows(desk)
    path = sqlite_path(url)
    assert path is not None
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.row_factory = sqlite3.Row
        own = list(metadata.tables[table].primary_key.columns.keys())
        keys = [["rowid"], *(unique_columns(index) for index in metadata.tables[table].constraints)]
        before = [tuple(row) for row in database.execute(f"SELECT rowid, * FROM {table} ORDER BY rowid")]
        assert before, "there is nothing to replace"
        for key in filter(None, keys):
            row = dict(database.execute(f'SELECT rowid AS "rowid", * FROM {table} ORDER BY rowid LIMIT 1').fetchone())
            if len(own) == 1:
                # A key that is one whole number is that number by another name.
                del row["rowid"]
                key = own if key == ["rowid"] else key
            if None in (row[name] for name in key):
                continue
            # All but the key is as it could be of another row.
            given = {name: value if name in key else other(value) for name, value in row.items() if value is not None}
            names = ", ".join(f'"{name}"' for name in given)
            statement = f"INSERT OR REPLACE INTO {table} ({names}) VALUES ({', '.join('?' * len(given))})"
            with pytest.raises(sqlite3.IntegrityError, match=f"{table} has such a row, and is append-only"):
                database.execute(statement, list(given.values()))
        assert [tuple(row) for row in database.execute(f"SELECT rowid, * FROM {table} ORDER BY rowid")] == before
    assert verify(url, desk.clock) == []


def unique_columns(constraint: Constraint) -> list[str]:
    """The columns that are a key; none where the constraint is about something else."""
    is_key = isinstance(constraint, PrimaryKeyConstraint | UniqueConstraint)
    return [column.name for column in constraint.columns] if is_key else []  # type: ignore[attr-defined]


def other(value: object) -> object:
    return value + 1_000_000 if isinstance(value, int) else f"{value} of another"


def full_of_rows(desk: Desk) -> None:
    """At least one in each of those tables."""
    maker, taker, staff = desk.trader(usdt=10), desk.trader(), desk.staff()
    ad = desk.ad(maker)
    offer = desk.offer(ad, taker, 4)
    desk.say(offer, taker)
    desk.pay(offer)
    desk.dispute(offer)
    desk.resolve(offer, staff, "buyer")
    desk.rate(offer)
    desk.suspend(taker)
    desk.suspend(taker, suspended=False)
    bookkeeper = Bookkeeper(desk.store, desk.identifiers, None)
    # The first round looks how far the journal goes, the next one links it.
    bookkeeper.chain_once()
    assert bookkeeper.chain_once() == 1


# Each leaves a trigger of the name that was there, which lets something pass.
WEAKENED = {
    "sqlite": {
        "entries_no_update": "DROP TRIGGER entries_no_update; CREATE TRIGGER entries_no_update"
        " BEFORE UPDATE OF kind ON entries BEGIN SELECT RAISE(ABORT, 'entries is append-only'); END",
        "offer_history_no_replace": "DROP TRIGGER offer_history_no_replace; CREATE TRIGGER offer_history_no_replace"
        " BEFORE INSERT ON offer_history WHEN false BEGIN SELECT RAISE(ABORT, 'offer_history is append-only'); END",
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
