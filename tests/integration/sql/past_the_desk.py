"""Raw SQL against all the rules: with triggers, foreign keys and CHECKs out of the way, as an administrator could."""

import re
import sqlite3
from contextlib import closing
from decimal import Decimal

from adapters.sql.connections.engine import sqlite_path
from adapters.sql.schema.types import amount_as_text
from tests.integration.sql.conftest import administrator

_AMOUNT = re.compile(r"<(-?[0-9.]+)>")


def write_past_the_desk(database_url: str, statements: str) -> None:
    """Run statements that a semicolon divides. An amount is written as ``<1.5>``, whichever way the engine keeps it."""
    path = sqlite_path(database_url)
    if path is None:
        script = _AMOUNT.sub(r"\1", statements)
        with closing(administrator(database_url)) as connection:
            checks = connection.execute(
                "SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE contype = 'c' AND conrelid <> 0"
                " AND connamespace = 'public'::regnamespace"
            ).fetchall()
            for table, name in checks:
                connection.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
            # Triggers, and with them the foreign keys, do not fire in a session of this role.
            connection.execute("SET session_replication_role = replica")
            connection.execute(script)
        return
    script = _AMOUNT.sub(lambda found: f"'{amount_as_text(Decimal(found[1]))}'", statements)
    with closing(sqlite3.connect(path)) as connection:
        triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("PRAGMA ignore_check_constraints = ON")
        connection.executescript(f"BEGIN; {script}; COMMIT")
        for _, made in triggers:
            connection.execute(made)
