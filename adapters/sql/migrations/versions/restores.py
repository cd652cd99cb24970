"""What keeps numbers and Message-IDs from being used twice after a restore to an earlier point.

A process of the version before goes on. Until it has ended it may number offers and ads of an SQLite database, and
letters of any, as if there had been no restore.
"""

from __future__ import annotations

from alembic import op

revision = "restores"
down_revision = "compatible_revisions"
branch_labels = None
depends_on = None
expands = True


def upgrade() -> None:
    """The same outcome on both engines."""
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    big, strict = ("BIGINT", "") if on_postgresql else ("INTEGER", " STRICT")
    op.execute(f"ALTER TABLE notice_counters ADD COLUMN epoch {big} DEFAULT 0 NOT NULL")
    op.execute(
        f"""CREATE TABLE restores (epoch {big} NOT NULL, ids_above {big} NOT NULL,
            CONSTRAINT restores_pkey PRIMARY KEY (epoch)){strict}"""
    )
