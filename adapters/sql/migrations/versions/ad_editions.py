"""Ads that can be edited: how often one was changed, and whether its most per offer was given or follows from the rest.

Of an ad from before it is not known whether its most was given: one that is the whole ad's worth counts as not given.
"""

from __future__ import annotations

from alembic import op

revision = "ad_editions"
down_revision = "client_references"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The same outcome on both engines."""
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    big, flag = ("BIGINT", "BOOLEAN") if on_postgresql else ("INTEGER", "INTEGER")
    op.execute(f"ALTER TABLE ads ADD COLUMN edition {big} DEFAULT 1 NOT NULL")
    op.execute(f"ALTER TABLE ads ADD COLUMN max_limit_follows {flag}")
