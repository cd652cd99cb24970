"""Whether the tables of what is only ever added to still refuse every change.

Whoever may change the schema can take these guards away, change a row, and leave books that agree with it.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Table, UniqueConstraint
from sqlalchemy.engine import Connection

from ..schema.only_added import ONLY_ADDED
from ..schema.tables import metadata

# 27 is before each row that is updated or deleted, 34 before the table is emptied; both of all columns, and always.
_ON_POSTGRESQL = """
    SELECT tgname::text FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid
    WHERE NOT tgisinternal AND tgenabled IN ('O', 'A') AND tgfoid = to_regproc('refuse_change')
        AND tgtype = CASE WHEN tgname::text LIKE '%_append_only' THEN 27 ELSE 34 END
        AND tgqual IS NULL AND tgattr::text = ''
        AND regexp_replace(prosrc, '[[:space:]]+', ' ', 'g') = ' BEGIN RAISE EXCEPTION ''% is append-only'', '
            'TG_TABLE_NAME USING ERRCODE = ''restrict_violation''; END '
        AND tgrelid = to_regclass(regexp_replace(tgname::text, '_(append_only|no_truncate)$', ''))"""
_ON_SQLITE = "SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'"
_REFUSES = (
    "create trigger {table}_no_{event} before {event} on {table} begin"
    " select raise(abort, '{table} is append-only'); end"
)


def lost_guards(connection: Connection) -> str | None:
    """A sentence that names the triggers that are not there, or do nothing; None where each is."""
    is_sqlite = connection.dialect.name == "sqlite"
    kinds = ("no_update", "no_delete", "no_replace") if is_sqlite else ("append_only", "no_truncate")
    found = set(_found_on_sqlite(connection) if is_sqlite else _found_on_postgresql(connection))
    missing = {f"{table}_{kind}" for table in ONLY_ADDED for kind in kinds} - found
    if not missing:
        return None
    return f"V0: it does not hold that rows that are only ever added to are guarded: {', '.join(sorted(missing))}"


def _found_on_postgresql(connection: Connection) -> Iterator[str]:
    yield from connection.exec_driver_sql(_ON_POSTGRESQL, execution_options={"no_parameters": True}).scalars()


def _found_on_sqlite(connection: Connection) -> Iterator[str]:
    """Those that say word for word what the migrations have said."""
    for name, table, said in connection.exec_driver_sql(_ON_SQLITE):
        words = " ".join(said.replace('"', "").lower().split())
        said_right = {_REFUSES.format(table=table, event=event) for event in ("update", "delete")}
        if table in ONLY_ADDED:
            said_right.add(_refuses_replacing(metadata.tables[table]))
        if words in said_right:
            yield name


def _refuses_replacing(table: Table) -> str:
    """What keeps rows from being replaced, which deletes them and asks no trigger on deletions."""
    constraints = (each for each in table.constraints if isinstance(each, UniqueConstraint))
    unique = sorted([column.name for column in constraint.columns] for constraint in constraints)
    keys = (["rowid"], [column.name for column in table.primary_key], *unique)
    same = (" and ".join(f"{name} = new.{name}" for name in key) for key in keys)
    there = " or ".join(f"exists (select 1 from {table.name} where {each})" for each in same)
    return (
        f"create trigger {table.name}_no_replace before insert on {table.name} when {there} begin"
        f" select raise(abort, '{table.name} has such a row, and is append-only'); end"
    )
