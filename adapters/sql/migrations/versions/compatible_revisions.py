"""Which code the tables serve: what a newer version says here, a process of an older one reads.

The rows are written by whoever migrates, from what each revision says of itself.
"""

from __future__ import annotations

from alembic import op

revision = "compatible_revisions"
down_revision = "ledger_checks"
branch_labels = None
depends_on = None
expands = True


def upgrade() -> None:
    """The same outcome on both engines."""
    strict = "" if op.get_bind().dialect.name == "postgresql" else " STRICT"
    primary_key = "CONSTRAINT compatible_revisions_pkey PRIMARY KEY (revision)"
    op.execute(f"CREATE TABLE compatible_revisions (revision TEXT NOT NULL, {primary_key}){strict}")
