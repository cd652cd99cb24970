"""Bringing a database's schema to this code's, by Alembic."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from alembic import command
from alembic.config import Config
from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from domain.errors import StoreUnavailable

from ..connections.engine import open_engine, own_transaction, sqlite_path
from ..connections.failures import TryAgain
from .revisions import (
    COMPATIBLE_TABLE,
    compatible_after,
    compatible_revisions,
    current_revisions,
    known_revisions,
    steps_after,
)
from .whose_database import check_migratable, make_file

LOCK_NUMBER = 7_228_271_921
"""The advisory lock of whoever migrates; any number does that nobody else uses."""
_ALEMBIC = Lock()
"""Alembic keeps what it works on in its modules, so that two threads of a process cannot migrate at once. The lock of
the database does not keep them apart where a connection is lost and its thread is not done yet."""
LOCK_TIMEOUT_MILLISECONDS = 1_000
"""How long a step waits for a table that somebody uses. All who come later wait behind it, and give up after 2 s."""
LOCK_TRIES = 10
LOCK_PAUSE_SECONDS = 1.0
"""Between two tries, in which those who waited are served."""


@dataclass(frozen=True, slots=True)
class SchemaState:
    """How far a database was migrated: its revision, and what is missing to this code's."""

    revision: str | None
    missing: tuple[str, ...]

    @property
    def is_newer(self) -> bool:
        """Whether a newer version has migrated it, and says that it serves this one too."""
        return self.revision is not None and self.revision not in known_revisions()

    @property
    def serves_meanwhile(self) -> bool:
        """Whether processes of the version before can go on while and after what is missing is made."""
        return self.revision is not None and self.revision in compatible_after(self.missing, [self.revision])


def upgrade(database_url: str, *, tries: int = LOCK_TRIES) -> None:
    """Apply all migrations that are missing. Safe to repeat, and safe for two at a time.

    Raises ``StoreUnavailable``, with nothing changed, where others use a table for so long that it cannot be altered.
    """
    path = sqlite_path(database_url)
    if path is not None:
        make_file(path)
    engine = open_engine(database_url, is_patient=True)
    try:
        for tried in range(1, tries + 1):
            try:
                with own_transaction(engine, writes=True) as connection:
                    if connection.dialect.name == "postgresql":
                        # One migrates and the others wait.
                        connection.execute(select(func.pg_advisory_xact_lock(LOCK_NUMBER)))
                        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {LOCK_TIMEOUT_MILLISECONDS}")
                    make_steps(connection)
            except TryAgain as error:
                if tried == tries:
                    raise StoreUnavailable(
                        f"nothing was changed, since others use its tables ({error}); run p2p migrate again"
                    ) from None
                time.sleep(LOCK_PAUSE_SECONDS)
            else:
                return
    finally:
        engine.dispose()


def state_of(database_url: str) -> SchemaState:
    """How far the database was migrated. Nothing is made or changed. Raises ``StoreUnavailable``."""
    engine = open_engine(database_url, is_patient=True)
    try:
        with own_transaction(engine, writes=False) as connection:
            return _state(connection)
    finally:
        engine.dispose()


def _state(connection: Connection) -> SchemaState:
    check_migratable(connection, known_revisions())
    revision = min(current_revisions(connection), default=None)
    return SchemaState(revision, steps_after(revision))


def make_steps(connection: Connection) -> None:
    """Make what is missing, in the connection's transaction, and say which code the tables serve from then on."""
    state = _state(connection)
    if state.is_newer:
        return
    before = compatible_revisions(connection)
    config = _config()
    config.attributes["connection"] = connection
    with _ALEMBIC:
        command.upgrade(config, "head")
    after = compatible_after(state.missing, before)
    if before - after:
        connection.exec_driver_sql(f"DELETE FROM {COMPATIBLE_TABLE}")
        before = frozenset()
    for revision in sorted(after - before):
        connection.exec_driver_sql(f"INSERT INTO {COMPATIBLE_TABLE} (revision) VALUES ('{revision}')")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    return config
