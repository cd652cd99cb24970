"""The desk of the test kit on one of our stores, with what these can do beyond what their ports ask.

desk = Desk(store)
jude = desk.trader(usdt=Decimal(100))
ad = desk.ad(jude)
offer = desk.offer(ad, desk.trader())
desk.pay(offer); desk.release(offer)
"""

from collections.abc import Callable, Collection
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

import transaction

import domain
from adapters.system.identifiers import RandomIdentifiers
from domain import (
    DESK,
    Account,
    Actor,
    Ad,
    Book,
    MarketRate,
    Message,
    NumberedNotice,
    Offer,
    Purse,
    StaffAct,
    Trader,
)
from domain.model.money import Catalogue
from domain.model.prices import Pair
from domain.ports.people import People
from domain.ports.store import Store, Unit
from domain.testing import Books, Capabilities, StoreDesk, Tier
from domain.testing.desk import CATALOGUE
from domain.use_cases.end_trades import end_ad_of_suspended, end_offer_of_suspended
from tests.clock import SettableClock
from tests.factories import TraderFactory

Answer = TypeVar("Answer")

__all__ = ["CATALOGUE", "Desk", "books_of", "joined"]


def joined(store: Store, manager: Any, *, writes: bool = True) -> Unit:
    """A unit on the manager's transaction: all stores of this repository can do that, beside what the port asks."""
    unit: Unit = store.joined_unit(manager, writes=writes)  # type: ignore[attr-defined]
    return unit


def books_of(store: Store, clock: SettableClock, capabilities: Capabilities = Capabilities()) -> Books:  # noqa: B008
    """One of our stores, as the test kit wants it: it has every tier."""

    def add_trader(trader: Trader) -> None:
        store.run(lambda unit: unit.traders.add(trader, "not a hash"), writes=True)

    def restrict(trader_id: UUID, currency: str, restricted: bool) -> None:
        def work(unit: Unit) -> None:
            act = StaffAct(DESK.id, unit.now(), "trader.restrict", f"trader:{trader_id}:{currency}")
            unit.traders.set_restricted(trader_id, currency, restricted, act)

        store.run(work, writes=True)

    def suspend(trader_id: UUID, suspended: bool) -> None:
        given = trader_id, suspended, DESK
        store.run(lambda unit: domain.set_suspended(*given, traders=unit.traders, at=unit.now()), writes=True)

    def notices(trader_id: UUID) -> list[NumberedNotice]:
        return list(store.tail.after(trader_id, 0, 100_000))

    def keep_rate(rate: MarketRate) -> None:
        store.run(lambda unit: unit.rates.keep([rate]), writes=True)

    return Books(store, clock, add_trader, restrict, notices, capabilities, keep_rate, suspend, tiers=frozenset(Tier))


class Desk(StoreDesk):
    """One store, its clock, and short names for what tests do again and again. Any number of threads may use it.

    The clock is the one that the store was given; where it was given none, ``clock`` tells about the same.
    """

    def __init__(self, store: Store, clock: SettableClock | None = None, catalogue: Catalogue = CATALOGUE) -> None:
        super().__init__(books_of(store, clock or store.clock), catalogue)  # type: ignore[attr-defined]
        # Processes of their own may be at the same store.
        self.identifiers = RandomIdentifiers()

    def judge(self, work: Callable[[Book, People | None], Answer]) -> Answer:
        return self.write(lambda unit: work(unit.book, unit.people))

    def attempt(self, work: Callable[[Unit], Answer], *, tries: int = 1) -> Answer:
        """Run the work in a unit that is tried so many times, by a manager of this test's own."""
        manager = transaction.TransactionManager(explicit=True)
        answer: Answer = manager.run(lambda: work(joined(self.store, manager)), tries=tries)
        return answer

    def open_unit(self) -> tuple[Any, Unit]:
        """A transaction manager whose transaction has begun, and a writing unit on it, for the test to end."""
        manager = transaction.TransactionManager(explicit=True)
        manager.begin()
        return manager, joined(self.store, manager)

    def outside_of(self, codes: Collection[str]) -> dict[str, Decimal]:
        found: dict[str, Decimal] = {}

        def look(unit: Unit) -> None:
            # Of the others each may have gone, and nobody's wallet is locked who has.
            somebody = TraderFactory()
            unit.traders.add(somebody, "not a hash")
            for code in codes:
                locked = unit.book.lock_wallet(somebody.id, code, with_outside=True)
                found[code] = locked.balances.get(Account(None, code, Purse.OUTSIDE), Decimal(0))

        self.undo(look)
        return found

    # People --------------------------------------------------------------------------------------------------------

    def add(self, trader: Trader, password_hash: str = "not a hash") -> Trader:
        self.write(lambda unit: unit.traders.add(trader, password_hash))
        self.traders.append(trader)
        return trader

    def staff(self) -> Trader:
        return self.add(TraderFactory(staff=True))

    def freeze(self, *, frozen: bool = True) -> None:
        """Have nothing new begin on the desk, or let it begin again."""
        self.write(lambda unit: domain.set_frozen(frozen, DESK, freezing=unit.freezing, at=unit.now()))

    def restrict(self, trader: Trader, code: str = "usdt", *, restricted: bool = True) -> None:
        self.write(
            lambda unit: domain.set_restricted(
                trader.id,
                code,
                restricted,
                DESK,
                book=unit.book,
                traders=unit.traders,
                at=unit.now(),
                catalogue=self.catalogue,
            )
        )

    def suspend(self, trader: Trader, *, suspended: bool = True, end_trades: bool = False) -> None:
        given, how = (trader.id, suspended, DESK), {"end_trades": end_trades}
        self.write(lambda unit: domain.set_suspended(*given, traders=unit.traders, at=unit.now(), **how))

    def verify(self, trader: Trader, **verified: bool) -> None:
        given = trader.id, domain.Verified(**verified), DESK
        self.write(lambda unit: domain.set_verified(*given, traders=unit.traders, at=unit.now()))

    # Ads and offers ------------------------------------------------------------------------------------------------

    def market_ad(self, margin: Decimal | int | str = 100, amount: Decimal | int = 10, **changed: Any) -> Ad:
        """A buy ad of a new maker, at so many percent of the market's rate, which has to be known."""
        return self.buy_ad(amount, **self.follows(margin) | changed)

    def rates(self) -> dict[Pair, Decimal]:
        """What the market has last said, of each pair."""
        return {rate.pair: rate.rate for rate in self.read(lambda unit: unit.rates.all())}

    def end_ad(self, ad: Ad) -> None:
        """As the worker does whose maker was shut out."""
        self.write(lambda unit: end_ad_of_suspended(ad.id, book=unit.book))

    def end_offer(self, offer: Offer) -> None:
        """As the worker does of which a party was shut out."""
        self.write(lambda unit: end_offer_of_suspended(offer.id, book=unit.book))

    def disputed(self, ad: Ad, taker: Trader) -> Offer:
        """A new offer of one, paid and disputed."""
        offer = self.offer(ad, taker, 1)
        self.pay(offer)
        self.dispute(offer)
        return offer

    def say(self, offer: Offer, by: Trader, text: str = "Hello.") -> Message:
        """Somebody writes in the chat of an offer."""
        return self.write(lambda unit: domain.write_message(offer.id, Actor.of(by), text, book=unit.book)).message

    def hear(self, offer: Offer, by: Trader, since: int = 0, limit: int = 100) -> list[Message]:
        """Somebody reads the chat of an offer."""
        actor = Actor.of(by)

        def work(unit: Unit) -> list[Message]:
            ports = {"readers": unit.readers, "chats": unit.chats, "at": unit.now()}
            return [view.message for view in domain.read_chat(offer.id, actor, since, limit, **ports).items]

        return self.write(work)
