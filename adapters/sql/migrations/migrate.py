"""Bringing a database's schema to this code's, by Alembic."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import func, select

from ..connections.engine import open_engine, own_transaction, sqlite_path
from .revisions import known_revisions
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


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    return config
