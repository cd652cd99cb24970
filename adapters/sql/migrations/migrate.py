"""Bringing a database's schema to this code's, by Alembic."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from domain.errors import StoreUnavailable

from ..connections.engine import open_engine, own_transaction, sqlite_path
from .whose_database import check_migratable, make_file

_LOCK_NUMBER = 7_228_271_921
"""The advisory lock of whoever migrates; any number does that nobody else uses."""


def upgrade(database_url: str) -> None:
    """Apply all migrations that are missing. Safe to repeat, and safe for two at a time."""
    path = sqlite_path(database_url)
    if path is not None:
        make_file(path)
    engine = open_engine(database_url, is_patient=True)
    try:
        with own_transaction(engine, writes=True) as connection:
            if connection.dialect.name == "postgresql":
                # One migrates and the others wait.
                connection.execute(select(func.pg_advisory_xact_lock(_LOCK_NUMBER)))
            check_migratable(connection, known_revisions())
            config = _config()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    finally:
        engine.dispose()


def current_revision(connection: Connection) -> str | None:
    """The revision that a database is at; None where it was never migrated."""
    try:
        return MigrationContext.configure(connection).get_current_revision()
    except CommandError as error:
        raise StoreUnavailable(f"its table alembic_version is not the desk's: {error}") from None


@lru_cache(maxsize=1)
def head_revision() -> str | None:
    """The newest revision that this code knows."""
    return ScriptDirectory.from_config(_config()).get_current_head()


@lru_cache(maxsize=1)
def known_revisions() -> frozenset[str]:
    """All revisions that this code can begin from."""
    return frozenset(script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions())


def check_current(connection: Connection) -> None:
    """Return if the database has this code's schema. Raises ``StoreUnavailable`` with what it has, and what to do."""
    revision = current_revision(connection)
    if revision == head_revision():
        return
    check_migratable(connection, known_revisions())
    if revision is None:
        raise StoreUnavailable("the database is not migrated; p2p migrate does that")
    raise StoreUnavailable(f"the database is of revision {revision}, before this version's; p2p migrate brings it up")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    return config
