"""Webhooks: where traders have their notices sent."""

from __future__ import annotations

from alembic import op

revision = "webhooks"
down_revision = "urgent_letters"
branch_labels = None
depends_on = None

_TABLE = """CREATE TABLE webhooks (
    id {id} NOT NULL,
    trader_id {id} NOT NULL,
    url TEXT NOT NULL,
    types TEXT NOT NULL,
    sealed_secret {bytes} NOT NULL,
    created_at {moment} NOT NULL,
    is_on {flag} NOT NULL,
    last_status {small},
    last_at {moment},
    position {big} NOT NULL,
    tries {small} NOT NULL,
    retry_at {moment},
    due_at {moment},
    claim {id},
    test_id {id},
    is_proven {flag} NOT NULL,
    CONSTRAINT webhooks_pkey PRIMARY KEY (id),
    CONSTRAINT webhooks_tries_range_check CHECK (tries BETWEEN 0 AND 9),
    CONSTRAINT webhooks_lease_check CHECK (claim IS NULL OR due_at IS NOT NULL),
    CONSTRAINT webhooks_trader_id_fkey FOREIGN KEY(trader_id) REFERENCES traders (id)
)"""
_INDEXES = (
    "CREATE INDEX webhooks_trader_id_idx ON webhooks (trader_id, created_at)",
    "CREATE INDEX webhooks_due_idx ON webhooks (is_proven, due_at) WHERE due_at IS NOT NULL",
)
_POSTGRESQL_TYPES = {
    "big": "BIGINT",
    "small": "SMALLINT",
    "id": "UUID",
    "flag": "BOOLEAN",
    "bytes": "BYTEA",
    "moment": "TIMESTAMP WITH TIME ZONE",
}
_SQLITE_TYPES = {
    "big": "INTEGER", "small": "INTEGER", "id": "TEXT", "flag": "INTEGER", "bytes": "BLOB", "moment": "TEXT",
}  # fmt: skip


def upgrade() -> None:
    """The same outcome on both engines."""
    connection = op.get_bind()
    is_postgresql = connection.dialect.name == "postgresql"
    table = _TABLE.format_map(_POSTGRESQL_TYPES) if is_postgresql else f"{_TABLE.format_map(_SQLITE_TYPES)} STRICT"
    for statement in (table, *_INDEXES):
        connection.exec_driver_sql(statement, execution_options={"no_parameters": True})
