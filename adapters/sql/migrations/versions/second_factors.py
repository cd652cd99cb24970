"""One-time passwords of those who have turned them on, which nobody has of before."""

from __future__ import annotations

from alembic import op

revision = "second_factors"
down_revision = "trades_to_end"
branch_labels = None
depends_on = None

_TABLE = """CREATE TABLE second_factors (
    trader_id {id} NOT NULL,
    secret {bytes} NOT NULL,
    begun_at {moment} NOT NULL,
    confirmed_at {moment},
    last_step {big} NOT NULL,
    recovery_digests {bytes} NOT NULL,
    wrong {small} NOT NULL,
    wait_until {moment},
    CONSTRAINT second_factors_pkey PRIMARY KEY (trader_id),
    CONSTRAINT second_factors_trader_id_fkey FOREIGN KEY(trader_id) REFERENCES traders (id)
)"""
_POSTGRESQL_TYPES = {
    "id": "UUID", "bytes": "BYTEA", "moment": "TIMESTAMP WITH TIME ZONE", "small": "SMALLINT", "big": "BIGINT",
}  # fmt: skip
_SQLITE_TYPES = {"id": "TEXT", "bytes": "BLOB", "moment": "TEXT", "small": "INTEGER", "big": "INTEGER"}


def upgrade() -> None:
    """The same outcome on both engines."""
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    table = _TABLE.format_map(_POSTGRESQL_TYPES) if on_postgresql else f"{_TABLE.format_map(_SQLITE_TYPES)} STRICT"
    flag, no = ("BOOLEAN", "false") if on_postgresql else ("INTEGER", "0")
    op.execute(table)
    op.execute(f"ALTER TABLE traders ADD COLUMN has_totp {flag} DEFAULT {no} NOT NULL")
