"""What a database that somebody named is to the desk: its own, an empty one, or somebody else's.

Each refusal is one line that says what to do, and comes before anything is made or changed.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Set
from contextlib import closing
from pathlib import Path

from sqlalchemy.engine import Connection

from domain.errors import StoreUnavailable

from ..connections.engine import SQLITE_BUSY_TIMEOUT_SECONDS
from ..connections.failures import translated_of_sqlite
from .revisions import (
    COMPATIBLE_TABLE,
    VERSIONS_TABLE,
    compatible_revisions,
    current_revisions,
    head_revision,
    known_revisions,
)

_OWNER_ONLY = 0o600
_OURS = frozenset({"accounts", "ads", "entries", "offers", "postings", "traders"})
"""Tables that each revision of the desk has, and hardly another program all together."""
_SHOWN = 3

# What an extension brought is nobody's tables.
_TABLES_ON_POSTGRESQL = """SELECT relname FROM pg_class
    WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT EXISTS (
        SELECT 1 FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = pg_class.oid AND deptype = 'e')"""
_TABLES_ON_SQLITE = r"""SELECT name FROM sqlite_master
    WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\_%' ESCAPE '\'"""


def check_migratable(connection: Connection, known: Set[str]) -> None:
    """Return if the database is empty, or the desk's, and of a known revision or a newer one that serves this code too.

    Raises ``StoreUnavailable``.
    """
    statement = _TABLES_ON_POSTGRESQL if connection.dialect.name == "postgresql" else _TABLES_ON_SQLITE
    tables = set(connection.exec_driver_sql(statement, execution_options={"no_parameters": True}).scalars())
    if not tables:
        return
    _check_owner(tables)
    revisions = current_revisions(connection)
    if not revisions:
        raise StoreUnavailable("it has the desk's tables, but does not say of which revision; restore a backup")
    unknown = sorted(revisions - known)
    if unknown and head_revision() not in compatible_revisions(connection):
        raise StoreUnavailable(
            f"it is of revision {unknown[0]}, which this version of the desk does not know, so a newer one has migrated"
            " it; run that one"
        )


def check_current(connection: Connection) -> None:
    """Return if the database has this code's schema, or a newer one that says that this code can work with it.

    Raises ``StoreUnavailable`` with what it has, and what to do.
    """
    revisions = current_revisions(connection)
    if revisions == {head_revision()}:
        return
    if len(revisions) > 1:
        raise StoreUnavailable(f"its table {VERSIONS_TABLE} is not the desk's: it names {len(revisions)} revisions")
    check_migratable(connection, known_revisions())
    if not revisions:
        raise StoreUnavailable("the database is not migrated; p2p migrate does that")
    if not revisions <= known_revisions():
        return
    raise StoreUnavailable(
        f"the database is of revision {min(revisions)}, before this version's; p2p migrate brings it up"
    )


def _check_owner(tables: Set[str]) -> None:
    """Return if these are the desk's tables, or none."""
    if not tables or tables >= _OURS:
        return
    others = sorted(tables - {VERSIONS_TABLE, COMPATIBLE_TABLE}) or [VERSIONS_TABLE]
    shown = ", ".join(others[:_SHOWN]) + (" …" if len(others) > _SHOWN else "")
    raise StoreUnavailable(
        f"it holds what is another program's ({shown}); give the desk a database of its own, and name that in"
        " P2P_DATABASE_URL"
    )


def check_file(path: Path) -> None:
    """Return if the desk can work with this file, which need not be there yet. Raises ``StoreUnavailable``.

    Only SQLite opens it: closing it by other means would let go of the locks that SQLite has on it in this process.
    """
    try:
        if path.is_dir():
            raise StoreUnavailable(f"{path} is a folder; P2P_DATABASE_URL should name a file in it")
        if not path.exists():
            return
        if not path.is_file():
            raise StoreUnavailable(f"{path} is no file that could hold one; P2P_DATABASE_URL should name another")
        for place, modes in ((path, os.R_OK | os.W_OK), (path.parent, os.W_OK | os.X_OK)):
            if not os.access(place, modes):
                raise StoreUnavailable(
                    f"{place} cannot be written by whoever runs this; SQLite writes both file and folder"
                )
        _check_tables_in(path)
    except OSError as error:
        raise StoreUnavailable(f"{path} cannot be used: {error.strerror}") from None
    except sqlite3.Error as error:
        raise translated_of_sqlite(error) or StoreUnavailable(f"{path} cannot be read: {error}") from None


def _check_tables_in(path: Path) -> None:
    """Look before an engine does, which switches the file to a write-ahead log: another program's is left as it is."""
    address = f"{path.absolute().as_uri()}?mode=rw"
    with closing(sqlite3.connect(address, timeout=SQLITE_BUSY_TIMEOUT_SECONDS, uri=True)) as connection:
        _check_owner({str(name) for (name,) in connection.execute(_TABLES_ON_SQLITE)})


def make_file(path: Path) -> None:
    """Make a database file that only its owner can read, and its folder, where there is none yet.

    Raises ``StoreUnavailable`` where that cannot be, and where something else is there.
    """
    check_file(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, _OWNER_ONLY))
    except FileExistsError as error:
        if not path.exists():
            raise StoreUnavailable(f"{path} cannot be made: {error.filename} is no folder") from None
    except OSError as error:
        raise StoreUnavailable(
            f"{path} cannot be made: {error.strerror}; whoever runs this must be able to write there"
        ) from None
