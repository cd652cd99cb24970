"""Ads that follow the market, by a margin of its rate. Ads from before have a fixed price.

The board's index by price is of the fixed ones from here on: a process of the version before reads the board without
it. It takes every price for a fixed one, so that no ad may follow the market before the last of them has ended.
"""

from __future__ import annotations

from alembic import op

revision = "market_ads"
down_revision = "dispute_queues"
branch_labels = None
depends_on = None

_DIGIT = "[0-9]"
_SHAPE = f"price_margin GLOB '{_DIGIT * 18}.{_DIGIT * 20}'"
_RANGE = "price_margin >= 0 AND price_margin < 1000000000000000000"

_ON_POSTGRESQL = (
    "ALTER TABLE ads ADD COLUMN price_margin NUMERIC(38, 20)",
    f"ALTER TABLE ads ADD CONSTRAINT ads_price_margin_range_check CHECK ({_RANGE})",
)
_ON_SQLITE = (f"ALTER TABLE ads ADD COLUMN price_margin TEXT CONSTRAINT ads_price_margin_shape_check CHECK ({_SHAPE})",)
_ON_BOTH = (
    "DROP INDEX ads_board_idx",
    """CREATE INDEX ads_board_idx ON ads (crypto_currency, price_per_unit)
        WHERE status = 'pending' AND price_margin IS NULL""",
    """CREATE INDEX ads_market_idx ON ads (crypto_currency, fiat_currency, price_margin)
        WHERE status = 'pending' AND price_margin IS NOT NULL""",
)


def upgrade() -> None:
    """The same outcome on both engines."""
    connection = op.get_bind()
    own = _ON_POSTGRESQL if connection.dialect.name == "postgresql" else _ON_SQLITE
    for statement in (*own, *_ON_BOTH):
        connection.exec_driver_sql(statement, execution_options={"no_parameters": True})
