"""A desk without a face: the use cases driven over a store, each in a unit of work of its own.

desk = Desk(store)
jude = desk.trader(usdt=Decimal(100))
ad = desk.ad(jude)
offer = desk.offer(ad, desk.trader())
desk.pay(offer); desk.release(offer)
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from itertools import count
from typing import Any, TypeVar
from uuid import UUID, uuid4

import transaction

import domain
from adapters.system.identifiers import RandomIdentifiers
from domain import (
    NO_LIMITS,
    Actor,
    Ad,
    AdEdit,
    AdTerms,
    AdType,
    Catalogue,
    Currency,
    DisputeKind,
    Feedback,
    MarketRate,
    Message,
    Money,
    Offer,
    OfferProposal,
    OfferState,
    PriceType,
    Purse,
    Trader,
)
from domain.model.changes import Changes
from domain.model.prices import Pair
from domain.ports.store import Store, Unit
from domain.use_cases.end_trades import end_ad_of_suspended, end_offer_of_suspended
from tests.clock import SettableClock
from tests.factories import BankDetailsFactory, TraderFactory

Answer = TypeVar("Answer")

CATALOGUE = Catalogue.of(
    (Currency("usdt", 6), Currency("btc", 8), Currency("fine", 20)),
    (Currency("usd", 2), Currency("jpy", 0)),
    ("bank_transfer", "mobile_money"),
    has_market_prices=True,
)


class Forgotten(Exception):
    """What a unit wrote is to be rolled back."""


def joined(store: Store, manager: Any, *, writes: bool = True) -> Unit:
    """A unit on the manager's transaction: all stores of this repository can do that, beside what the port asks."""
    unit: Unit = store.joined_unit(manager, writes=writes)  # type: ignore[attr-defined]
    return unit


class Desk:
    """One store, its clock, and short names for what tests do again and again. Any number of threads may use it.

    The clock is the one that the store was given; where it was given none, ``clock`` tells about the same.
    """

    def __init__(self, store: Store, clock: SettableClock | None = None, catalogue: Catalogue = CATALOGUE) -> None:
        self.store = store
        self.clock: SettableClock = clock or store.clock  # type: ignore[attr-defined]
        self.catalogue = catalogue
        self.limits, self.fee_percent = NO_LIMITS, Decimal(0)
        self.identifiers = RandomIdentifiers()
        self.traders: list[Trader] = []
        self._numbers = count(1)

    # Units of work ---------------------------------------------------------------------------------------------

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

    # People and money ------------------------------------------------------------------------------------------

    def add(self, trader: Trader, password_hash: str = "not a hash") -> Trader:
        self.write(lambda unit: unit.traders.add(trader, password_hash))
        self.traders.append(trader)
        return trader

    def trader(self, **p2p: Decimal | int) -> Trader:
        """A new trader with these amounts in their p2p purses."""
        trader = self.add(TraderFactory(created_at=self.clock.now()))
        for code, amount in p2p.items():
            self.deposit(trader, Decimal(amount), code)
        return trader

    def staff(self) -> Trader:
        return self.add(TraderFactory(staff=True))

    def deposit(
        self,
        trader: Trader,
        amount: Decimal,
        code: str = "usdt",
        *,
        purse: Purse = Purse.P2P,
        reference: str | None = None,
    ) -> bool:
        named = reference or f"deposit {uuid4()}"
        return self.write(
            lambda unit: domain.deposit_funds(
                trader.id,
                Money(amount, code),
                purse,
                named,
                book=unit.book,
                catalogue=self.catalogue,
            )
        )

    def withdraw(self, trader: Trader, amount: Decimal, code: str = "usdt", *, reference: str | None = None) -> bool:
        named = reference or f"withdrawal {uuid4()}"
        return self.write(
            lambda unit: domain.withdraw_funds(
                trader.id, Money(amount, code), named, book=unit.book, catalogue=self.catalogue
            )
        )

    def transfer(self, trader: Trader, amount: Decimal, source: Purse, target: Purse, code: str = "usdt") -> None:
        self.write(
            lambda unit: domain.transfer_funds(
                trader.id,
                Money(amount, code),
                source,
                target,
                book=unit.book,
                identifiers=self.identifiers,
                catalogue=self.catalogue,
            )
        )

    def freeze(self, *, frozen: bool = True) -> None:
        """Have nothing new begin on the desk, or let it begin again."""
        self.write(lambda unit: domain.set_frozen(frozen, domain.DESK, freezing=unit.freezing, at=unit.now()))

    def restrict(self, trader: Trader, code: str = "usdt", *, restricted: bool = True) -> None:
        self.write(
            lambda unit: domain.set_restricted(
                trader.id,
                code,
                restricted,
                domain.DESK,
                book=unit.book,
                traders=unit.traders,
                at=unit.now(),
                catalogue=self.catalogue,
            )
        )

    def suspend(self, trader: Trader, *, suspended: bool = True, end_trades: bool = False) -> None:
        given, how = (trader.id, suspended, domain.DESK), {"end_trades": end_trades}
        self.write(lambda unit: domain.set_suspended(*given, traders=unit.traders, at=unit.now(), **how))

    def verify(self, trader: Trader, **verified: bool) -> None:
        given = trader.id, domain.Verified(**verified), domain.DESK
        self.write(lambda unit: domain.set_verified(*given, traders=unit.traders, at=unit.now()))

    def end_ad(self, ad: Ad) -> None:
        """As the worker does whose maker was shut out."""
        self.write(lambda unit: end_ad_of_suspended(ad.id, book=unit.book))

    def end_offer(self, offer: Offer) -> None:
        """As the worker does of which a party was shut out."""
        self.write(lambda unit: end_offer_of_suspended(offer.id, book=unit.book))

    # Ads and offers --------------------------------------------------------------------------------------------

    def terms(self, **changed: Any) -> AdTerms:
        """Terms that are right: ten usdt at two usd, for sale."""
        plain: dict[str, Any] = {
            "crypto_currency": "usdt",
            "price_per_unit": Decimal("2.00"),
            "ad_type": AdType.SELL,
            "payment_method": "bank_transfer",
            "fiat_currency": "usd",
            "crypto_amount": Decimal(10),
        }
        return AdTerms(**plain | changed)

    def ad(self, maker: Trader, **changed: Any) -> Ad:
        """An ad with these terms. The maker of a sell ad needs the coins."""
        terms = self.terms(**changed)
        return self.write(
            lambda unit: domain.post_ad(
                maker.id,
                terms,
                book=unit.book,
                catalogue=self.catalogue,
                default_time_to_pay=30,
                limits=self.limits,
            )
        )

    def market_ad(self, margin: Decimal | int | str = 100, **changed: Any) -> Ad:
        """A buy ad of a new maker, at so many percent of the market's rate, which has to be known."""
        follows = {"price_type": PriceType.MARKET, "price_margin": Decimal(margin), "price_per_unit": None}
        return self.buy_ad(**follows | changed)

    def says(self, rate: Decimal | int | str, pair: Pair = ("usdt", "usd")) -> None:
        """The market says a rate, now."""
        known = MarketRate.first(pair, Decimal(rate), self.clock.now())
        self.write(lambda unit: unit.rates.keep([known]))

    def rates(self) -> dict[Pair, Decimal]:
        """What the market has last said, of each pair."""
        return {rate.pair: rate.rate for rate in self.read(lambda unit: unit.rates.all())}

    def sell_ad(self, amount: Decimal | int = 10, **changed: Any) -> Ad:
        """A sell ad of a new maker who has the coins for it."""
        code = changed.get("crypto_currency", "usdt")
        return self.ad(self.trader(**{code: amount}), crypto_amount=Decimal(amount), **changed)

    def buy_ad(self, amount: Decimal | int = 10, **changed: Any) -> Ad:
        return self.ad(self.trader(), crypto_amount=Decimal(amount), ad_type=AdType.BUY, **changed)

    def offer(
        self, ad: Ad, taker: Trader, amount: Decimal | int | None = 2, fiat: Decimal | None = None, **given: Any
    ) -> Offer:
        crypto = None if amount is None else Decimal(amount)
        proposal = OfferProposal(crypto, fiat, BankDetailsFactory(), **given)
        ports: dict[str, Any] = {"catalogue": self.catalogue, "limits": self.limits, "fee_percent": self.fee_percent}
        return self.write(lambda unit: domain.make_offer(ad.id, taker.id, proposal, book=unit.book, **ports))

    def pay(self, offer: Offer) -> None:
        buyer, _ = self.parties(offer)
        self.write(lambda unit: domain.indicate_payment(offer.id, Actor(buyer), book=unit.book))

    def release(self, offer: Offer) -> None:
        _, seller = self.parties(offer)
        self.write(lambda unit: domain.release_funds(offer.id, Actor(seller), book=unit.book))

    def cancel(self, offer: Offer) -> None:
        actor = Actor(offer.taker_id)
        self.write(lambda unit: domain.cancel_offer(offer.id, actor, book=unit.book))

    def give_up(self, offer: Offer) -> None:
        buyer, _ = self.parties(offer)
        self.write(lambda unit: domain.return_offer(offer.id, Actor(buyer), book=unit.book))

    def expire(self, offer: Offer) -> None:
        self.write(lambda unit: domain.expire_offer(offer.id, book=unit.book))

    def dispute(
        self, offer: Offer, reason: str = "The money never came.", kind: DisputeKind = DisputeKind.OTHER
    ) -> None:
        _, seller = self.parties(offer)
        actor = Actor(seller)
        self.write(lambda unit: domain.open_dispute(offer.id, actor, reason, kind, book=unit.book))

    def resolve(self, offer: Offer, staff: Trader, in_favour_of: str, note: str = "Both were heard.") -> None:
        actor = Actor.of(staff)
        self.write(lambda unit: domain.resolve_dispute(offer.id, actor, in_favour_of, note, book=unit.book))

    def disputed(self, ad: Ad, taker: Trader) -> Offer:
        """A new offer of one, paid and disputed."""
        offer = self.offer(ad, taker, 1)
        self.pay(offer)
        self.dispute(offer)
        return offer

    def split(self, offer: Offer, staff: Trader, buyer_amount: Decimal) -> None:
        given = (offer.id, Actor.of(staff), "split", "Half of it came.", buyer_amount)
        self.write(lambda unit: domain.resolve_dispute(*given, book=unit.book))

    def propose(self, offer: Offer, staff: Trader, in_favour_of: str, buyer_amount: Decimal | None = None) -> None:
        """As if any amount needed two of the staff."""
        given = (offer.id, Actor.of(staff), in_favour_of, "Both were heard.", buyer_amount)
        above = dict.fromkeys(self.catalogue.crypto, Decimal(0))
        self.write(lambda unit: domain.resolve_dispute(*given, book=unit.book, second_approval=above))

    def approve(self, offer: Offer, staff: Trader) -> None:
        self.write(lambda unit: domain.approve_proposal(offer.id, Actor.of(staff), "I agree.", book=unit.book))

    def reject(self, offer: Offer, staff: Trader) -> None:
        self.write(lambda unit: domain.reject_proposal(offer.id, Actor.of(staff), "I do not agree.", book=unit.book))

    def take(self, offer: Offer, staff: Trader) -> None:
        self.write(lambda unit: domain.take_dispute(offer.id, Actor.of(staff), book=unit.book))

    def withdraw_dispute(self, offer: Offer) -> None:
        """By the seller, who opened it."""
        _, seller = self.parties(offer)
        self.write(lambda unit: domain.withdraw_dispute(offer.id, Actor(seller), book=unit.book))

    def escalate(self, offer: Offer, after: timedelta) -> None:
        self.write(lambda unit: domain.escalate_offer(offer.id, after, book=unit.book))

    def rate(self, offer: Offer, rating: int = 5, *, by_maker: bool = False) -> Feedback:
        """One party, the taker unless told otherwise, rates the other."""
        view = self.read(lambda unit: unit.readers.offer(offer.id))
        by = view.maker.id if by_maker else view.taker.id
        said = rating > 2, rating, "Quick and friendly."
        self.write(lambda unit: domain.give_feedback(offer.id, Actor(by), *said, book=unit.book))
        (given,) = self.read(lambda unit: unit.readers.facts(Feedback, (offer.id, by), 1))
        return given

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

    def close(self, ad: Ad) -> None:
        self.write(lambda unit: domain.close_ad(ad.id, ad.maker_id, book=unit.book))

    def edit(self, ad: Ad, **changed: Any) -> None:
        edit = AdEdit(**changed)
        self.write(lambda unit: domain.edit_ad(ad.id, ad.maker_id, edit, book=unit.book, default_time_to_pay=30))

    def pause(self, ad: Ad) -> None:
        self.write(lambda unit: domain.pause_ad(ad.id, ad.maker_id, book=unit.book))

    def resume(self, ad: Ad) -> None:
        ports: dict[str, Any] = {"catalogue": self.catalogue, "limits": self.limits}
        self.write(lambda unit: domain.resume_ad(ad.id, ad.maker_id, book=unit.book, **ports))

    def expire_ad(self, ad: Ad) -> None:
        self.write(lambda unit: domain.expire_ad(ad.id, book=unit.book))

    def state_of(self, offer: Offer) -> OfferState:
        """What the offer has come to by now."""
        return self.read(lambda unit: unit.readers.offer(offer.id)).offer.state

    def parties(self, offer: Offer) -> tuple[UUID, UUID]:
        """The buyer's and the seller's id."""
        ad = self.read(lambda unit: unit.readers.ad(offer.ad_id)).ad
        is_sell = ad.ad_type is AdType.SELL
        return (offer.taker_id, ad.maker_id) if is_sell else (ad.maker_id, offer.taker_id)

    def apply(self, changes: Changes) -> None:
        """Write changes that no use case would make."""
        self.write(lambda unit: unit.book.apply(changes))
