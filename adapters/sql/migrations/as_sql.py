"""The statements by which a database would be migrated, for whoever wants to read or run them by hand."""

from __future__ import annotations

from typing import Any

from sqlalchemy import event

from domain.errors import StoreUnavailable

from ..connections.engine import open_engine, own_transaction
from .migrate import LOCK_NUMBER, LOCK_TIMEOUT_MILLISECONDS, make_steps, state_of
from .revisions import steps_after

_READS = "finding_traders"
"""The last revision whose step reads what the ones before it made: from there on, none has to be run to be told."""
_BEGINNINGS = {
    "postgresql": (
        "BEGIN",
        "SET LOCAL search_path = public",
        f"SELECT pg_advisory_xact_lock({LOCK_NUMBER})",
        f"SET LOCAL lock_timeout = {LOCK_TIMEOUT_MILLISECONDS}",
    ),
    "sqlite": ("BEGIN IMMEDIATE",),
}


class _Told(Exception):
    """All statements are known, so that the transaction may end; it is never committed."""


def statements(database_url: str) -> list[str]:
    """The statements of ``p2p migrate`` for the database as it is, in one transaction; none where it is up to date.

    Nothing is changed. Only the steps of an empty database are run, where they disturb nobody, and rolled back. Raises
    ``StoreUnavailable``, also for a database that is older than the revisions that can be told.
    """
    state = state_of(database_url)
    if not state.missing:
        return []
    is_empty = state.revision is None
    if not is_empty and state.revision != _READS and state.revision not in steps_after(_READS):
        raise StoreUnavailable(
            f"it is of revision {state.revision}, and the steps up to {_READS} go by what they find; run p2p migrate"
        )
    engine = open_engine(database_url, is_patient=True)
    found: list[str] = []

    def note(_cursor: Any, statement: str, parameters: Any, _context: Any) -> bool | None:
        if statement.lstrip().upper().startswith(("SELECT", "PRAGMA", "SHOW", "SET ")):
            return None
        if parameters:
            raise StoreUnavailable("one of its steps writes what it has read, which cannot be told; run p2p migrate")
        found.append(statement.strip().rstrip(";"))
        # A handler that returns True has done what there was to do.
        return None if is_empty else True

    # What is not run has no count of rows, by which Alembic would judge it.
    engine.dialect.supports_sane_rowcount = False
    try:
        with own_transaction(engine, writes=is_empty) as connection:
            name = connection.dialect.name
            event.listen(engine, "do_execute", note)
            event.listen(engine, "do_execute_no_params", lambda cursor, text, context: note(cursor, text, (), context))
            make_steps(connection)
            raise _Told
    except _Told:
        return [*_BEGINNINGS[name], *found, "COMMIT"]
    finally:
        engine.dispose()
