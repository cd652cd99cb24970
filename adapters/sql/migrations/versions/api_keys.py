"""Keys of programs. A login of the same id stands behind each, and takes it along when it is forgotten."""

from __future__ import annotations

from alembic import op

revision = "api_keys"
down_revision = "dispute_kinds"
branch_labels = None
depends_on = None

_TABLE = """CREATE TABLE api_keys (
    id {id} NOT NULL,
    trader_id {id} NOT NULL,
    name TEXT NOT NULL,
    scopes TEXT NOT NULL,
    digest {bytes} NOT NULL,
    created_at {moment} NOT NULL,
    expires_at {moment},
    CONSTRAINT api_keys_pkey PRIMARY KEY (id),
    CONSTRAINT api_keys_id_fkey FOREIGN KEY(id) REFERENCES logins (id) ON DELETE CASCADE,
    CONSTRAINT api_keys_trader_id_fkey FOREIGN KEY(trader_id) REFERENCES traders (id)
)"""
_INDEX = "CREATE INDEX api_keys_trader_id_idx ON api_keys (trader_id, created_at)"
_POSTGRESQL_TYPES = {"id": "UUID", "bytes": "BYTEA", "moment": "TIMESTAMP WITH TIME ZONE"}
_SQLITE_TYPES = {"id": "TEXT", "bytes": "BLOB", "moment": "TEXT"}


def upgrade() -> None:
    """The same outcome on both engines."""
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    table = _TABLE.format_map(_POSTGRESQL_TYPES) if on_postgresql else f"{_TABLE.format_map(_SQLITE_TYPES)} STRICT"
    for statement in (table, _INDEX):
        op.execute(statement)
