"""Market rates on a database."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from decimal import Decimal

from sqlalchemy import Row, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from domain.model.prices import MarketRate

from .schema.rate_tables import market_rates

_RATES = select(market_rates).order_by(market_rates.c.crypto_currency, market_rates.c.fiat_currency)


class SqlRates:
    """The port ``Rates``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self) -> Sequence[MarketRate]:
        """All rates, by the codes of their pairs."""
        return [_rate_from(row) for row in self._connection.execute(_RATES)]

    def locked(self) -> Sequence[MarketRate]:
        """All rates, locked. On SQLite the unit holds the one lock that there is."""
        return [_rate_from(row) for row in self._connection.execute(_RATES.with_for_update())]

    def keep(self, rates: Iterable[MarketRate]) -> None:
        """Keep these in place of what was known of their pairs."""
        values = [
            {
                "crypto_currency": rate.crypto_currency,
                "fiat_currency": rate.fiat_currency,
                "rate": rate.rate,
                "at": rate.at,
                "answered_at": rate.answered_at,
                "doubted": json.dumps([f"{doubted:f}" for doubted in rate.doubted]),
            }
            for rate in rates
        ]
        if not values:
            return
        insert = postgresql.insert if self._connection.dialect.name == "postgresql" else sqlite.insert
        statement = insert(market_rates)
        changed = {name: statement.excluded[name] for name in ("rate", "at", "answered_at", "doubted")}
        keys = [market_rates.c.crypto_currency, market_rates.c.fiat_currency]
        self._connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=changed), values)


def _rate_from(row: Row[tuple[object, ...]]) -> MarketRate:
    doubted = tuple(Decimal(text) for text in json.loads(row.doubted))
    return MarketRate(row.crypto_currency, row.fiat_currency, row.rate, row.at, row.answered_at, doubted)
