"""The currencies that the factories deal in."""

from __future__ import annotations

from ... import Catalogue, Currency

BTC = Currency("btc", 8)
USDT = Currency("usdt", 6)
USD = Currency("usd", 2)
JPY = Currency("jpy", 0)
CATALOGUE = Catalogue.of((BTC, USDT), (USD, JPY), ("bank_transfer", "mobile_money"))
