"""Bringing a database's schema to this code's, by Alembic."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from .engine import open_engine, own_transaction, sqlite_path

_OWNER_ONLY = 0o600
_LOCK_NUMBER = 7_228_271_921
"""The advisory lock of whoever migrates; any number does that nobody else uses."""


def upgrade(database_url: str) -> None:
    """Apply all migrations that are missing. Safe to repeat, and safe for two at a time."""
    path = sqlite_path(database_url)
    if path is not None:
        _make_private(path)
    engine = open_engine(database_url, is_patient=True)
    try:
        with own_transaction(engine, writes=True) as connection:
            if connection.dialect.name == "postgresql":
                # One migrates and the others wait.
                connection.execute(select(func.pg_advisory_xact_lock(_LOCK_NUMBER)))
            config = _config()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    finally:
        engine.dispose()


def current_revision(connection: Connection) -> str | None:
    """The revision that a database is at; None where it was never migrated."""
    return MigrationContext.configure(connection).get_current_revision()


@lru_cache(maxsize=1)
def head_revision() -> str | None:
    """The newest revision that this code knows."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    return config


def _make_private(path: Path) -> None:
    """Make a database file that only its owner can read, where there is none yet."""
    path.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, _OWNER_ONLY))
