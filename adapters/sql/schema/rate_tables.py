"""The table of market prices."""

from __future__ import annotations

from sqlalchemy import Column, Text

from .making import amount_checks, table
from .types import Amount, Moment

market_rates = table(
    "market_rates",
    Column("crypto_currency", Text, primary_key=True),
    Column("fiat_currency", Text, primary_key=True),
    Column("rate", Amount, nullable=False),
    Column("at", Moment, nullable=False),
    Column("answered_at", Moment, nullable=False),
    Column("doubted", Text, nullable=False),
    *amount_checks("rate"),
)
