"""On SQLite, rows that are only ever added to are not replaced either.

There ``INSERT OR REPLACE`` deletes the row that is in the way, and no trigger on deletions fires: only one before each
insertion is asked. PostgreSQL knows no such statement.
"""

from __future__ import annotations

from alembic import op

revision = "no_replace"
down_revision = "request_ids"
branch_labels = None
depends_on = None
expands = True

_KEYS = {
    "audit_trail": (("id",),),
    "chat_messages": (("offer_id", "number"), ("file",)),
    "endings": (("offer_id", "trader_id"),),
    "entries": (("id",), ("kind", "reference")),
    "feedback": (("offer_id", "by"),),
    "journal_links": (("number",), ("last_entry",)),
    "offer_history": (("offer_id", "version"),),
    "postings": (("entry_id", "line"),),
    "settlements": (("offer_id",), ("entry_id",)),
}


def _is_there(table: str, key: tuple[str, ...]) -> str:
    """Whether the table has a row with the key of the one that is to come."""
    same = " AND ".join(f"{name} = NEW.{name}" for name in (name if name != "by" else '"by"' for name in key))
    return f"EXISTS (SELECT 1 FROM {table} WHERE {same})"


def upgrade() -> None:
    """SQLite only."""
    if op.get_bind().dialect.name != "sqlite":
        return
    for table, keys in _KEYS.items():
        there = " OR ".join(_is_there(table, key) for key in (("rowid",), *keys))
        op.execute(
            f"""CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN {there} BEGIN
    SELECT RAISE(ABORT, '{table} has such a row, and is append-only');
END"""
        )
