"""Indexes for the board of one pair of currencies, which is what most who look at it ask for, and of all by price."""

from __future__ import annotations

from alembic import op

revision = "boards_of_pairs"
down_revision = "no_replace"
branch_labels = None
depends_on = None
expands = True

_INDEXES = (
    "CREATE INDEX ads_pair_idx ON ads (crypto_currency, fiat_currency, id) WHERE status = 'pending'",
    """CREATE INDEX ads_pair_price_idx ON ads (crypto_currency, fiat_currency, price_per_unit)
        WHERE status = 'pending' AND price_margin IS NULL""",
    "CREATE INDEX ads_price_idx ON ads (price_per_unit) WHERE status = 'pending' AND price_margin IS NULL",
)


def upgrade() -> None:
    """The same on both engines."""
    for statement in _INDEXES:
        op.execute(statement)
