"""Market prices, as all processes know them. A process of the version before knows of none."""

from __future__ import annotations

from alembic import op

revision = "market_rates"
down_revision = "saved_payment_methods"
branch_labels = None
depends_on = None

_DIGIT = "[0-9]"
_TABLE = """CREATE TABLE market_rates (
    crypto_currency TEXT NOT NULL,
    fiat_currency TEXT NOT NULL,
    rate {amount} NOT NULL,
    at {moment} NOT NULL,
    answered_at {moment} NOT NULL,
    doubted TEXT NOT NULL,
    CONSTRAINT market_rates_pkey PRIMARY KEY (crypto_currency, fiat_currency),
    CONSTRAINT market_rates_{check}
)"""
_ON_POSTGRESQL = _TABLE.format(
    amount="NUMERIC(38, 20)",
    moment="TIMESTAMP WITH TIME ZONE",
    check="rate_range_check CHECK (rate >= 0 AND rate < 1000000000000000000)",
)
_ON_SQLITE = _TABLE.format(
    amount="TEXT", moment="TEXT", check=f"rate_shape_check CHECK (rate GLOB '{_DIGIT * 18}.{_DIGIT * 20}')"
)


def upgrade() -> None:
    """The same outcome on both engines."""
    connection = op.get_bind()
    statement = _ON_POSTGRESQL if connection.dialect.name == "postgresql" else f"{_ON_SQLITE} STRICT"
    connection.exec_driver_sql(statement, execution_options={"no_parameters": True})
