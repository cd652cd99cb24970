"""By what a program knows its own ads and offers. Those of before have no such thing, and need none."""

from __future__ import annotations

from alembic import op

revision = "client_references"
down_revision = "offer_keeps"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The same words on both engines."""
    for table, owner in (("ads", "maker_id"), ("offers", "taker_id")):
        op.execute(f"ALTER TABLE {table} ADD COLUMN client_reference TEXT")
        op.execute(
            f"CREATE INDEX {table}_client_reference_idx ON {table} ({owner}, client_reference, id)"
            " WHERE client_reference IS NOT NULL"
        )
