"""What a trader knows their logins by, and what the last exchange of a refresh token gave out.

A process of the version before goes on as it did: what it writes has none of this.
"""

from __future__ import annotations

from alembic import op

revision = "logins_to_see"
down_revision = "feedback"
branch_labels = None
depends_on = None

_COLUMNS = ("used_at {moment}", "exchanged_id {id}", "access_id {id}")
_TEXTS = ("address", "client")
_POSTGRESQL_TYPES = {"id": "UUID", "moment": "TIMESTAMP WITH TIME ZONE"}
_SQLITE_TYPES = {"id": "TEXT", "moment": "TEXT"}


def upgrade() -> None:
    """The same outcome on both engines."""
    types = _POSTGRESQL_TYPES if op.get_bind().dialect.name == "postgresql" else _SQLITE_TYPES
    for column in _COLUMNS:
        op.execute(f"ALTER TABLE logins ADD COLUMN {column.format_map(types)}")
    for name in _TEXTS:
        op.execute(f"ALTER TABLE logins ADD COLUMN {name} TEXT DEFAULT '' NOT NULL")
    op.execute("CREATE INDEX logins_trader_id_idx ON logins (trader_id, created_at)")
