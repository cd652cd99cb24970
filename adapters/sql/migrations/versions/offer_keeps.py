"""What an offer keeps of its ad: the price, the payment method, and where the buyer is to pay.

Offers of ads that are live are given what their ads say, since such an ad can be edited from the version on that comes
with this. Of an ad that has ended nothing changes any more, and its offers are read with it; so are those that a
process of the version before goes on to write.
"""

from __future__ import annotations

from alembic import op

revision = "offer_keeps"
down_revision = "chats"
branch_labels = None
depends_on = None

_DIGIT = "[0-9]"
_SHAPE = f"price_per_unit GLOB '{_DIGIT * 18}.{_DIGIT * 20}'"
_RANGE = "price_per_unit >= 0 AND price_per_unit < 1000000000000000000"
_KEPT = "CONSTRAINT offers_kept_check CHECK ((price_per_unit IS NULL) = (pay_to_details IS NULL))"
_TEXTS = ("payment_method", "pay_to_account_name", "pay_to_account_number", "pay_to_bank_name")

_ON_POSTGRESQL = (
    "ALTER TABLE offers ADD COLUMN price_per_unit NUMERIC(38, 20)",
    *(f"ALTER TABLE offers ADD COLUMN {name} TEXT" for name in (*_TEXTS, "pay_to_details")),
    f"ALTER TABLE offers ADD {_KEPT}",
    f"ALTER TABLE offers ADD CONSTRAINT offers_price_per_unit_range_check CHECK ({_RANGE})",
)
_ON_SQLITE = (
    f"ALTER TABLE offers ADD COLUMN price_per_unit TEXT CONSTRAINT offers_price_per_unit_shape_check CHECK ({_SHAPE})",
    *(f"ALTER TABLE offers ADD COLUMN {name} TEXT" for name in _TEXTS),
    f"ALTER TABLE offers ADD COLUMN pay_to_details TEXT {_KEPT}",
)
_OWN = "CASE ads.ad_type WHEN 'sell' THEN ads.{name} ELSE offers.{name} END"
_GIVEN = f"""UPDATE offers SET price_per_unit = ads.price_per_unit, payment_method = ads.payment_method,
    pay_to_account_name = {_OWN.format(name="bank_account_name")},
    pay_to_account_number = {_OWN.format(name="bank_account_number")},
    pay_to_bank_name = {_OWN.format(name="bank_name")},
    pay_to_details = {_OWN.format(name="payment_details")}
FROM ads WHERE ads.id = offers.ad_id AND ads.status IN ('pending', 'paused')"""


def upgrade() -> None:
    """The same outcome on both engines."""
    connection = op.get_bind()
    statements = _ON_POSTGRESQL if connection.dialect.name == "postgresql" else _ON_SQLITE
    for statement in (*statements, _GIVEN):
        connection.exec_driver_sql(statement, execution_options={"no_parameters": True})
