"""The table of ads, and how the board and others read it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CheckConstraint, Column, ForeignKey, Identity, Index, Text, false, text

from .making import amount_checks, one_of, partial_index, table
from .types import BIG, SMALL, Amount, Day, Flag, Id, Moment


def _up_to(most: int, name: str) -> Column[Any]:
    """A small whole number between zero and a bound; zero where nothing was given."""
    bounded = CheckConstraint(f"{name} BETWEEN 0 AND {most}", name=f"{name}_range")
    return Column(name, SMALL, bounded, nullable=False, server_default=text("0"))


ads = table(
    "ads",
    Column("id", BIG, Identity(), primary_key=True),
    Column("maker_id", Id, ForeignKey("traders.id"), nullable=False),
    Column("ad_type", Text, nullable=False),
    Column("crypto_currency", Text, nullable=False),
    Column("crypto_decimals", SMALL, nullable=False),
    Column("fiat_currency", Text, nullable=False),
    Column("fiat_decimals", SMALL, nullable=False),
    Column("payment_method", Text, nullable=False),
    Column("price_per_unit", Amount, nullable=False),
    Column("crypto_amount", Amount, nullable=False),
    Column("min_limit", Amount, nullable=False),
    Column("max_limit", Amount, nullable=False),
    Column("start_date", Day, nullable=False),
    Column("end_date", Day),
    Column("time_to_pay", SMALL, nullable=False),
    Column("auto_reply_message", Text, nullable=False),
    Column("terms_of_trade", Text, nullable=False),
    Column("additional_information", Text, nullable=False),
    Column("bank_account_name", Text, nullable=False),
    Column("bank_account_number", Text, nullable=False),
    Column("bank_name", Text, nullable=False),
    Column("payment_details", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("status", Text, nullable=False),
    Column("available", Amount, nullable=False),
    Column("reserved", Amount, nullable=False),
    Column("sold", Amount, nullable=False),
    Column("withdrawn", Amount, nullable=False),
    Column("trade_started_at", Moment),
    Column("trade_completed_at", Moment),
    Column("version", BIG, nullable=False),
    Column("client_reference", Text),
    Column("edition", BIG, nullable=False, server_default=text("1")),
    # Of ads from before it is not known.
    Column("max_limit_follows", Flag),
    _up_to(1000, "min_completed_offers"),
    _up_to(100, "min_completion_rate"),
    Column("requires_kyc", Flag, nullable=False, server_default=false()),
    # Only ads that follow the market have one.
    Column("price_margin", Amount),
    one_of("ad_type", "sell", "buy"),
    one_of("status", "pending", "paused", "completed", "closed", "expired"),
    *amount_checks(
        "price_per_unit",
        "crypto_amount",
        "min_limit",
        "max_limit",
        "available",
        "reserved",
        "sold",
        "withdrawn",
        "price_margin",
    ),
    CheckConstraint("crypto_amount = available + reserved + sold + withdrawn", name="whole").ddl_if(
        dialect="postgresql"
    ),
    Index("ads_maker_id_idx", "maker_id", "id"),
)

# The board reads live ads by price, or by margin where they follow the market, or by age, most often of one pair; the
# worker by their end.
partial_index(
    "ads_board_idx", "status = 'pending' AND price_margin IS NULL", ads.c.crypto_currency, ads.c.price_per_unit
)
partial_index(
    "ads_market_idx",
    "status = 'pending' AND price_margin IS NOT NULL",
    ads.c.crypto_currency,
    ads.c.fiat_currency,
    ads.c.price_margin,
)
partial_index("ads_pair_idx", "status = 'pending'", ads.c.crypto_currency, ads.c.fiat_currency, ads.c.id)
partial_index(
    "ads_pair_price_idx",
    "status = 'pending' AND price_margin IS NULL",
    ads.c.crypto_currency,
    ads.c.fiat_currency,
    ads.c.price_per_unit,
)
partial_index("ads_price_idx", "status = 'pending' AND price_margin IS NULL", ads.c.price_per_unit)
partial_index("ads_newest_idx", "status = 'pending'", ads.c.id)
partial_index("ads_due_idx", "status IN ('pending', 'paused')", ads.c.end_date)
partial_index("ads_live_idx", "status IN ('pending', 'paused')", ads.c.maker_id)

# What a program knows its own by; most ads and offers have no such thing.
partial_index(
    "ads_client_reference_idx", "client_reference IS NOT NULL", ads.c.maker_id, ads.c.client_reference, ads.c.id
)
