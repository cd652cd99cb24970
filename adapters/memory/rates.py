"""Market rates over dicts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from domain.model.prices import MarketRate

from .unit import Session


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
