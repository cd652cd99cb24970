"""A desk without a face, on a store that has more than a book."""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import suppress
from decimal import Decimal
from typing import Any, TypeVar, cast
from uuid import UUID

from .. import AdType, Catalogue, MarketRate, Offer, OfferState, Store, Trader, Unit
from ..model.prices import Pair
from .books import Books
from .desk import CATALOGUE, Deeds

Answer = TypeVar("Answer")


class Forgotten(Exception):
    """What a unit wrote is to be rolled back."""


class StoreDesk(Deeds):
    """A desk on a store that has more than a book: its units, whole, and what it keeps beside them.

    Of ``store`` and of its units there is what the books claim by their tiers, and nothing else of it may be asked.
    """

    def __init__(self, books: Books, catalogue: Catalogue = CATALOGUE) -> None:
        super().__init__(books, catalogue)
        self.store = cast("Store", books.store)

    @classmethod
    def of(cls, desk: Deeds) -> StoreDesk:
        """The same desk, where more than its book is to be looked at."""
        seen = cls(desk.books, desk.catalogue)
        seen.traders, seen.ads, seen.offers = desk.traders, desk.ads, desk.offers
        return seen

    def write(self, work: Callable[[Unit], Answer]) -> Answer:
        """Run the work in a unit that writes, committed on return; tried again where the store says that is safe."""
        return self.store.run(work, writes=True)

    def read(self, work: Callable[[Unit], Answer]) -> Answer:
        """Run the work in a unit that only reads."""
        return self.store.run(work, writes=False)

    def undo(self, work: Callable[[Unit], Any]) -> None:
        """Run the work in a unit that writes, and forget what it wrote."""

        def forgotten(unit: Unit) -> None:
            work(unit)
            raise Forgotten

        with suppress(Forgotten):
            self.write(forgotten)

    def parties(self, offer: Offer) -> tuple[UUID, UUID]:
        """The buyer's and the seller's id."""
        ad = self.read(lambda unit: unit.readers.ad(offer.ad_id)).ad
        is_sell = ad.ad_type is AdType.SELL
        return (offer.taker_id, ad.maker_id) if is_sell else (ad.maker_id, offer.taker_id)

    def state_of(self, offer: Offer) -> OfferState:
        """What the offer has come to by now."""
        return self.read(lambda unit: unit.readers.offer(offer.id)).offer.state

    def outside_of(self, codes: Collection[str]) -> dict[str, Decimal]:
        """What the desk's account of what is outside stands at, in each of these currencies."""
        return {code: self.outside(self.traders[0], code) for code in codes}

    def restrict(self, trader: Trader, code: str = "usdt", *, restricted: bool = True) -> None:
        """Bar a trader from new ads and offers in a currency, or let them again."""
        self.books.restrict(trader.id, code, restricted)

    def suspend(self, trader: Trader, *, suspended: bool = True) -> None:
        """Shut a trader out, or let them in again. The books must be able to."""
        assert self.books.suspend is not None
        self.books.suspend(trader.id, suspended)

    def says(self, rate: Decimal | int | str, pair: Pair = ("usdt", "usd")) -> None:
        """The market says a rate, now. The books must know rates."""
        assert self.books.keep_rate is not None
        self.books.keep_rate(MarketRate.first(pair, Decimal(rate), self.clock.now()))
