"""Whether the tables of what is only ever added to still refuse every change.

Whoever may change the schema can take these guards away, change a row, and leave books that agree with it.
"""

from __future__ import annotations

from sqlalchemy.engine import Connection

from ..schema.only_added import ONLY_ADDED

_ON_POSTGRESQL = """
    SELECT tgname::text FROM pg_trigger
    WHERE NOT tgisinternal AND tgenabled IN ('O', 'A') AND tgfoid = to_regproc('refuse_change')
        AND tgrelid = to_regclass(regexp_replace(tgname::text, '_(append_only|no_truncate)$', ''))"""
_ON_SQLITE = """
    SELECT name FROM sqlite_master
    WHERE type = 'trigger' AND name IN (tbl_name || '_no_update', tbl_name || '_no_delete')
        AND sql LIKE '%RAISE(ABORT, ''' || tbl_name || ' is append-only'')%' AND sql NOT LIKE '% WHEN %'"""


def lost_guards(connection: Connection) -> str | None:
    """A sentence that names the triggers that are not there, or do nothing; None where each is."""
    is_sqlite = connection.dialect.name == "sqlite"
    kinds = ("no_update", "no_delete") if is_sqlite else ("append_only", "no_truncate")
    statement = _ON_SQLITE if is_sqlite else _ON_POSTGRESQL
    found = connection.exec_driver_sql(statement, execution_options={"no_parameters": True}).scalars()
    missing = {f"{table}_{kind}" for table in ONLY_ADDED for kind in kinds} - set(found)
    if not missing:
        return None
    return f"V0: it does not hold that rows that are only ever added to are guarded: {', '.join(sorted(missing))}"
