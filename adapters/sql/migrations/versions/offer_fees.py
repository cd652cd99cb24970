"""What the desk takes of an offer, in percent, as it was when the offer was made. Offers from before have none."""

from __future__ import annotations

from alembic import op

revision = "offer_fees"
down_revision = "api_keys"
branch_labels = None
depends_on = None

_DIGIT = "[0-9]"
_SHAPE = f"fee_percent GLOB '{_DIGIT * 18}.{_DIGIT * 20}'"
_RANGE = "fee_percent >= 0 AND fee_percent < 1000000000000000000"

_ON_POSTGRESQL = (
    "ALTER TABLE offers ADD COLUMN fee_percent NUMERIC(38, 20)",
    f"ALTER TABLE offers ADD CONSTRAINT offers_fee_percent_range_check CHECK ({_RANGE})",
    # For the check of the books, which has one text for both engines.
    """CREATE FUNCTION exact_fee(amount NUMERIC, percent NUMERIC, decimals INTEGER) RETURNS NUMERIC
        LANGUAGE sql IMMUTABLE AS 'SELECT trunc(amount * percent * 0.01, decimals)'""",
)
_ON_SQLITE = (
    f"ALTER TABLE offers ADD COLUMN fee_percent TEXT CONSTRAINT offers_fee_percent_shape_check CHECK ({_SHAPE})",
)


def upgrade() -> None:
    """The same outcome on both engines."""
    connection = op.get_bind()
    for statement in _ON_POSTGRESQL if connection.dialect.name == "postgresql" else _ON_SQLITE:
        connection.exec_driver_sql(statement, execution_options={"no_parameters": True})
