"""Where a taker who sells is to be paid by a method that is no bank transfer.

Offers of before have none, and a process of the version before, which writes no such column, goes on as it did.
"""

from __future__ import annotations

from alembic import op

revision = "offer_payment_details"
down_revision = "one_shape"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The same words on both engines."""
    op.execute("ALTER TABLE offers ADD COLUMN payment_details TEXT DEFAULT '' NOT NULL")
