"""Market rates over dicts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from domain.model.ad import Ad
from domain.model.prices import MarketRate, Pair, Quote

from .tables import Tables
from .unit import Session


def quote_of(tables: Tables, pair: Pair) -> Quote | None:
    """The last rate of a pair."""
    rate = tables.rates.get(pair)
    return None if rate is None else rate.quote


def priced(tables: Tables, ad: Ad) -> Ad:
    """An ad at the last rate, where it follows the market."""
    return ad if ad.price_margin is None else ad.at_market(quote_of(tables, ad.pair))


class MemoryRates:
    """The port ``Rates``."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def all(self) -> Sequence[MarketRate]:
        """All rates, by the codes of their pairs."""
        with self._session.reading() as tables:
            return sorted(tables.rates.values(), key=lambda rate: rate.pair)

    def locked(self) -> Sequence[MarketRate]:
        """All rates; the unit is the only one that writes."""
        return sorted(self._session.writing().rates.values(), key=lambda rate: rate.pair)

    def keep(self, rates: Iterable[MarketRate]) -> None:
        """Keep these in place of what was known of their pairs."""
        tables = self._session.writing()
        for rate in rates:
            tables.rates.put(rate.pair, rate)
