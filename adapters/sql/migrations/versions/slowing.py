"""Wrong tries at secrets, and from where accounts were used before."""

from __future__ import annotations

from alembic import op

revision = "slowing"
down_revision = "market_ads"
branch_labels = None
depends_on = None

_TABLES = (
    """CREATE TABLE wrong_tries (
    digest {bytes} NOT NULL,
    moments TEXT NOT NULL,
    waits {small} NOT NULL,
    until {moment},
    kept_until {moment} NOT NULL,
    CONSTRAINT wrong_tries_pkey PRIMARY KEY (digest)
)""",
    """CREATE TABLE known_addresses (
    trader_id {id} NOT NULL,
    address TEXT NOT NULL,
    used_at {moment} NOT NULL,
    CONSTRAINT known_addresses_pkey PRIMARY KEY (trader_id, address),
    CONSTRAINT known_addresses_trader_id_fkey FOREIGN KEY(trader_id) REFERENCES traders (id)
)""",
)
_INDEXES = (
    "CREATE INDEX wrong_tries_kept_until_idx ON wrong_tries (kept_until)",
    "CREATE INDEX known_addresses_used_at_idx ON known_addresses (used_at)",
)
_POSTGRESQL_TYPES = {"id": "UUID", "bytes": "BYTEA", "moment": "TIMESTAMP WITH TIME ZONE", "small": "SMALLINT"}
_SQLITE_TYPES = {"id": "TEXT", "bytes": "BLOB", "moment": "TEXT", "small": "INTEGER"}
# What a login was opened from is known of those that are there.
_FROM_LOGINS = """INSERT INTO known_addresses (trader_id, address, used_at)
    SELECT trader_id, address, max(created_at) FROM logins WHERE address <> '' GROUP BY trader_id, address"""


def upgrade() -> None:
    """The same outcome on both engines."""
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    types, ending = (_POSTGRESQL_TYPES, "") if on_postgresql else (_SQLITE_TYPES, " STRICT")
    for statement in (*(table.format_map(types) + ending for table in _TABLES), *_INDEXES, _FROM_LOGINS):
        op.execute(statement)
