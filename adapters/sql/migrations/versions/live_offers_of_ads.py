"""The live offers on an ad: whose ads have had very many is shown what is under way without going through the past."""

from __future__ import annotations

from alembic import op

revision = "live_offers_of_ads"
down_revision = "solvency_tiers"
branch_labels = None
depends_on = None
expands = True


def upgrade() -> None:
    """The same on both engines."""
    op.execute(
        "CREATE INDEX offers_live_of_ad_idx ON offers (ad_id, id) WHERE state IN ('pending', 'paid', 'disputed')"
    )
