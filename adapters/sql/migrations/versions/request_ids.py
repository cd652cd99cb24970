"""The request that caused a notice, or a letter that has no notice, kept with it.

What a process of the version before writes has none, which is what all that was written before has.
"""

from __future__ import annotations

from alembic import op

revision = "request_ids"
down_revision = "restores"
branch_labels = None
depends_on = None
expands = True


def upgrade() -> None:
    """The same outcome on both engines."""
    kind = "UUID" if op.get_bind().dialect.name == "postgresql" else "TEXT"
    for table in ("notices", "letters"):
        op.execute(f"ALTER TABLE {table} ADD COLUMN request_id {kind}")
