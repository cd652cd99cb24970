"""Asks a feed for market prices and keeps them where all processes see them."""

from __future__ import annotations

import logging
from collections import deque

from domain.errors import ConcurrentChange, StoreUnavailable
from domain.model.money import Catalogue
from domain.model.prices import Answer
from domain.ports.prices import Prices, PricesUnavailable
from domain.ports.store import Store, Unit
from domain.use_cases.take_prices import take_prices

logger = logging.getLogger(__name__)

UNKEPT_LIMIT = 300
"""As many answers are held while the store is away as a feed gives in a second each while a rate is good."""


class Pricer:
    """One feed, and one store. Any number of them may ask: an answer that two of them hear counts once."""

    def __init__(self, store: Store, prices: Prices, catalogue: Catalogue) -> None:
        self._store = store
        self._prices = prices
        self._catalogue = catalogue
        self._is_silent = False
        self._unkept: deque[Answer] = deque(maxlen=UNKEPT_LIMIT)

    @property
    def ask_every_seconds(self) -> float:
        """How long to wait between two questions."""
        return self._prices.ask_every.total_seconds()

    def ask_once(self) -> int:
        """Ask, and keep what counts of the answer; of how many pairs that was.

        Raises ``StoreUnavailable`` and ``ConcurrentChange``: what was answered is kept next time then, in its order,
        since a file says it once. What has no moment of its own is let go, and asked for again: it would be told as of
        a moment at which nobody said it.
        """
        answer = self._ask()
        if answer is not None:
            self._unkept.append(answer)
        kept = 0
        while self._unkept:
            answer = self._unkept.popleft()
            try:
                kept += self._keep(answer)
            except (StoreUnavailable, ConcurrentChange):
                left = [one for one in (answer, *self._unkept) if one.at is not None]
                self._unkept = deque(left, UNKEPT_LIMIT)
                raise
        return kept

    def _ask(self) -> Answer | None:
        """What the feed answers, or None.

        A feed that says nothing is told of once, and so is that it speaks again: what is known grows old meanwhile.
        """
        try:
            answer = self._prices.ask()
        except PricesUnavailable as error:
            if not self._is_silent:
                logger.warning("There are no market prices now: %s", error)
            self._is_silent = True
            return None
        if answer is not None and self._is_silent:
            logger.info("There are market prices again.")
            self._is_silent = False
        return answer

    def _keep(self, answer: Answer) -> int:
        def keep(unit: Unit) -> int:
            at = unit.now()
            kept = take_prices(answer, apart=self._prices.apart, rates=unit.rates, catalogue=self._catalogue, at=at)
            return len(kept)

        return self._store.run(keep, writes=True)
