"""Made-up market prices, for a desk that somebody wants to try. No setting names them: only ``--demo`` does."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal

from domain.model.money import EXACT
from domain.model.prices import Answer

MADE_UP = "made-up:"
"""What stands in place of the address of a feed."""

_IN_DOLLARS: Mapping[str, str] = {
    "btc": "66000", "eth": "3420", "usdt": "1", "usdc": "1", "trx": "0.125", "ltc": "84", "bnb": "590", "sol": "150",
    "xrp": "0.56", "doge": "0.14",
}  # fmt: skip
_FOR_A_DOLLAR: Mapping[str, str] = {
    "usd": "1", "eur": "0.92", "gbp": "0.785", "ngn": "1580", "ghs": "15.4", "kes": "129.5", "zar": "18.3",
    "inr": "87.2", "brl": "5.45", "jpy": "157",
}  # fmt: skip
RATES = {
    (crypto, fiat): EXACT.multiply(Decimal(dollars), Decimal(rate))
    for crypto, dollars in _IN_DOLLARS.items()
    for fiat, rate in _FOR_A_DOLLAR.items()
}
"""As of one day in 2024."""


class MadeUpPrices:
    """A market that never moves and always answers."""

    ask_every = timedelta(seconds=30)
    apart = timedelta(0)

    def ask(self) -> Answer:
        """The same as ever."""
        return Answer(RATES)
