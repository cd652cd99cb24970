"""Asks a feed for market prices and keeps them where all processes see them."""

from __future__ import annotations

import logging

from domain.model.money import Catalogue
from domain.ports.prices import Prices, PricesUnavailable
from domain.ports.store import Store, Unit
from domain.use_cases.take_prices import take_prices

logger = logging.getLogger(__name__)


class Pricer:
    """One feed, and one store. Any number of them may ask: an answer that two of them hear counts once."""

    def __init__(self, store: Store, prices: Prices, catalogue: Catalogue) -> None:
        self._store = store
        self._prices = prices
        self._catalogue = catalogue
        self._is_silent = False

    @property
    def ask_every_seconds(self) -> float:
        """How long to wait between two questions."""
        return self._prices.ask_every.total_seconds()

    def ask_once(self) -> int:
        """Ask, and keep what counts of the answer; of how many pairs that was. Raises ``StoreUnavailable``.

        A feed that says nothing is told of once, and so is that it speaks again: what is known grows old meanwhile.
        """
        try:
            answer = self._prices.ask()
        except PricesUnavailable as error:
            if not self._is_silent:
                logger.warning("There are no market prices now: %s", error)
            self._is_silent = True
            return 0
        if answer is None:
            return 0
        if self._is_silent:
            logger.info("There are market prices again.")
        self._is_silent = False

        def keep(unit: Unit) -> int:
            at = unit.now()
            kept = take_prices(answer, apart=self._prices.apart, rates=unit.rates, catalogue=self._catalogue, at=at)
            return len(kept)

        return self._store.run(keep, writes=True)
