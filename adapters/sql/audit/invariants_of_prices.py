"""What must be true of ads that follow the market."""

from __future__ import annotations

from .invariant import Invariant

PRICES = (
    Invariant(
        "V8",
        "an ad that follows the market asks for a part of its rate, of at most 2 decimals",
        """SELECT id AS ad_id FROM ads
            WHERE price_margin = ZERO OR CAST(price_margin AS REAL) > 1000.001
                OR price_margin <> ROUNDED(coalesce(price_margin, ZERO) TIMES '1', 2)""",
    ),
    Invariant(
        "V8",
        "there is a rate of whatever ads follow",
        """SELECT id AS ad_id FROM ads
            WHERE price_margin IS NOT NULL AND NOT EXISTS (SELECT 1 FROM market_rates
                WHERE market_rates.crypto_currency = ads.crypto_currency
                    AND market_rates.fiat_currency = ads.fiat_currency)""",
    ),
)
