"""A backup of an embedded database: whole at one moment, while the desk runs, and checked before it is called whole.

A plain copy of the file is not: what was written last stands in the write-ahead log beside it, and nothing in the copy
tells that it is missing.
"""

from __future__ import annotations

import os
import secrets
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from domain.errors import StoreUnavailable
from domain.ports.clock import Clock

from ..connections.failures import one_line_of
from ..migrations.revisions import head_revision
from ..migrations.whose_database import check_file
from .verify import verify

_OWNER_ONLY = 0o600
_BESIDE = ("", "-wal", "-shm", "-journal")


class BackupFailed(Exception):
    """There is no backup; the message is one line that says why."""


def back_up(database: Path, target: Path, clock: Clock | None = None) -> list[str]:
    """Copy a database to a file that is not there yet, and return what is broken in its books, as the check says it.

    Everything that was committed before the call is in it. A copy of broken books is kept: it is what there is.
    The check looks by ``clock``, or by the machine's. Raises ``BackupFailed`` where there would be no copy, or none
    that is whole, and leaves nothing then.
    """
    if os.path.lexists(target):
        raise BackupFailed(f"{target} is there already, and no backup is written over anything")
    # Beside the target, so that it is given its name in one step, and no reader ever finds half a backup there.
    draft = target.with_name(f".{target.name}.{secrets.token_hex(8)}")
    try:
        check_file(database)
        if not database.exists():
            raise StoreUnavailable(f"there is no database at {database}")
        os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_RDWR, _OWNER_ONLY))
        _copy(database, draft)
        _check_whole(draft)
        # The books of another version are for that version to check: a backup is made before a migration, too.
        broken = _broken_in(draft, clock) if _revision_of(draft) == head_revision() else []
        _make_one_file(draft)
        _sync(draft)
        # A link, unlike a renaming, does not replace what somebody else has put there meanwhile.
        os.link(draft, target)
        _sync(target.parent)
    except FileExistsError:
        raise BackupFailed(f"{target} is there already, and no backup is written over anything") from None
    except OSError as error:
        raise BackupFailed(f"{target} cannot be written: {error.strerror}") from None
    except (sqlite3.Error, StoreUnavailable) as error:
        raise BackupFailed(f"{database} cannot be copied: {one_line_of(error) or error}") from None
    finally:
        for suffix in _BESIDE:
            with suppress(OSError):
                draft.with_name(draft.name + suffix).unlink(missing_ok=True)
    return broken


def _copy(database: Path, draft: Path) -> None:
    """All pages in one step: between two, other processes might write, and then it would begin again for ever."""
    with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(draft)) as copy:
        source.backup(copy)


def _check_whole(draft: Path) -> None:
    with closing(sqlite3.connect(draft)) as copy:
        # A value that a CHECK would refuse is a matter of the books, which are copied as they are.
        copy.execute("PRAGMA ignore_check_constraints = ON")
        found = [str(row[0]) for row in copy.execute("PRAGMA integrity_check")]
    if found != ["ok"]:
        raise BackupFailed(f"the database is damaged, and so would be its backup: {' '.join(found[0].split())}")


def _broken_in(draft: Path, clock: Clock | None) -> list[str]:
    try:
        return verify(f"sqlite:///{draft}", clock)
    except DBAPIError as error:
        return [f"the books cannot be checked: {one_line_of(error)}"]


def _revision_of(draft: Path) -> str:
    with closing(sqlite3.connect(draft)) as copy:
        row = copy.execute("SELECT version_num FROM alembic_version").fetchone()
    return str(row[0]) if row else ""


def _make_one_file(draft: Path) -> None:
    """End the write-ahead log, so that the file alone is all of it."""
    with closing(sqlite3.connect(draft, isolation_level=None)) as copy:
        [mode] = copy.execute("PRAGMA journal_mode=DELETE").fetchone()
    if mode != "delete":
        raise BackupFailed(f"the copy's write-ahead log cannot be ended: it stays in {mode} mode")


def _sync(path: Path) -> None:
    """Have it on disk, a folder's names too."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
