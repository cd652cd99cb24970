"""What a database looks like, in words that do not depend on the order in which things were made."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.integration.sql.conftest import administrator

PLACES = ("tables", "constraints", "indexes", "triggers", "functions")

# What the catalogue tells of each place; the first column is the name.
_CATALOGUES = {
    "tables": """SELECT table_name, column_name, data_type, numeric_precision, numeric_scale, is_nullable, is_identity,
        column_default FROM information_schema.columns
        WHERE table_schema = 'public' AND table_name <> 'alembic_version' ORDER BY table_name, ordinal_position""",
    "constraints": """SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text <> 'alembic_version'
            AND contype <> 'n' ORDER BY 1, 2""",
    "indexes": """SELECT indexname, indexdef FROM pg_indexes
        WHERE schemaname = 'public' AND tablename <> 'alembic_version' ORDER BY indexname""",
    "triggers": """SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal ORDER BY tgname""",
    "functions": """SELECT proname, pg_get_functiondef(oid) FROM pg_proc
        WHERE pronamespace = 'public'::regnamespace ORDER BY proname""",
}

Shape = dict[str, dict[str, list[Any]]]


def shape_of(url: str) -> Shape:
    """By place and name, what is there."""
    if url.startswith("sqlite"):
        return _on_sqlite(Path(url.removeprefix("sqlite:///")))
    found: Shape = {}
    with closing(administrator(url)) as connection:
        for place, catalogue in _CATALOGUES.items():
            found[place] = {}
            for name, *told in connection.execute(catalogue).fetchall():
                found[place].setdefault(name, []).append(told)
    return found


def _on_sqlite(path: Path) -> Shape:
    """Each definition clause by clause, where constraints stand by themselves; spaces and quotes do not matter."""
    found: Shape = {place: {} for place in PLACES}
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT type, name, sql FROM sqlite_master WHERE sql <> ''").fetchall()
    for kind, name, text in rows:
        if name != "alembic_version":
            found[{"table": "tables", "index": "indexes", "trigger": "triggers"}[kind]][name] = sorted(_clauses(text))
    assert found["tables"]
    return found


def _clauses(text: str) -> list[str]:
    plain = re.sub(r"\s+", " ", text.replace('"', "")).strip().replace("( ", "(").replace(" )", ")")
    return re.split(r", (?=[a-z_]+ [A-Z])|,? (?=CONSTRAINT)|(?<=[a-z]) \((?=[a-z_]+ [A-Z])|\) (?=STRICT)", plain)
