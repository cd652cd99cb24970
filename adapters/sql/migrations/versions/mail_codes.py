"""Codes that are mailed, to show that an address is one's own."""

from __future__ import annotations

from alembic import op

revision = "mail_codes"
down_revision = "ad_editions"
branch_labels = None
depends_on = None

_TABLE = """CREATE TABLE mail_codes (
    id {id} NOT NULL,
    trader_id {id} NOT NULL,
    purpose TEXT NOT NULL,
    digest {bytes} NOT NULL,
    created_at {moment} NOT NULL,
    tries {small} NOT NULL,
    used_at {moment},
    CONSTRAINT mail_codes_pkey PRIMARY KEY (id),
    CONSTRAINT mail_codes_trader_id_fkey FOREIGN KEY(trader_id) REFERENCES traders (id)
)"""
_INDEXES = (
    "CREATE INDEX mail_codes_created_at_idx ON mail_codes (created_at)",
    "CREATE INDEX mail_codes_trader_id_idx ON mail_codes (trader_id, purpose, created_at)",
)
_POSTGRESQL_TYPES = {"id": "UUID", "bytes": "BYTEA", "moment": "TIMESTAMP WITH TIME ZONE", "small": "SMALLINT"}
_SQLITE_TYPES = {"id": "TEXT", "bytes": "BLOB", "moment": "TEXT", "small": "INTEGER"}


def upgrade() -> None:
    """The same outcome on both engines."""
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    table = _TABLE.format_map(_POSTGRESQL_TYPES) if on_postgresql else f"{_TABLE.format_map(_SQLITE_TYPES)} STRICT"
    for statement in (table, *_INDEXES):
        op.execute(statement)
