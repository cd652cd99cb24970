"""A desk without a face: the use cases driven over a book, each in a unit of work of its own.

desk = BookDesk(books)
jude = desk.trader(usdt=100)
ad = desk.ad(jude)
offer = desk.offer(ad, desk.trader())
desk.pay(offer)
desk.release(offer)
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from .. import (
    NO_LIMITS,
    Account,
    Actor,
    Ad,
    AdEdit,
    AdTerms,
    AdType,
    BankDetails,
    Book,
    Catalogue,
    Changes,
    Currency,
    DisputeKind,
    Feedback,
    Identifiers,
    Limits,
    LockedOffer,
    LockedWallet,
    Money,
    Offer,
    OfferProposal,
    People,
    PriceType,
    Purse,
    Trader,
    approve_proposal,
    cancel_offer,
    close_ad,
    deposit_funds,
    edit_ad,
    escalate_offer,
    expire_ad,
    expire_offer,
    give_feedback,
    indicate_payment,
    make_offer,
    open_dispute,
    pause_ad,
    post_ad,
    reject_proposal,
    release_funds,
    resolve_dispute,
    resume_ad,
    return_offer,
    take_dispute,
    transfer_funds,
    withdraw_dispute,
    withdraw_funds,
)  # fmt: skip
from .books import Books, in_unit
from .factories import BankDetailsFactory, TraderFactory
from .identifiers import CountedIdentifiers

Answer = TypeVar("Answer")

CATALOGUE = Catalogue.of(
    (Currency("usdt", 6), Currency("btc", 8), Currency("fine", 20)),
    (Currency("usd", 2), Currency("jpy", 0)),
    ("bank_transfer", "mobile_money"),
    has_market_prices=True,
)


class Deeds:
    """Short names for what people do to a set of books. Any number of threads may use it.

    It remembers whom and what it made, so that a check of the books knows where to look. Ads and offers are made within
    ``limits``, and offers pay ``fee_percent``: there are none unless a test sets them.
    """

    def __init__(self, books: Books, catalogue: Catalogue = CATALOGUE) -> None:
        self.books = books
        self.clock = books.clock
        self.catalogue = catalogue
        self.limits, self.fee_percent = NO_LIMITS, Decimal(0)
        self.identifiers: Identifiers = CountedIdentifiers()
        self.traders: list[Trader] = []
        self.ads: list[int] = []
        self.offers: list[int] = []

    def decide(self, work: Callable[[Book], Answer]) -> Answer:
        """Run the work on the book in a unit that writes: kept on return, forgotten on a raise."""
        return in_unit(self.books.store, lambda unit: work(unit.book))

    def judge(self, work: Callable[[Book, People | None], Answer]) -> Answer:
        """Run what staff decide of a dispute, who are kept from it by what they are to the parties, if that is known.

        A book alone does not know it.
        """
        return self.decide(lambda book: work(book, None))

    def apply(self, changes: Changes) -> None:
        """Write changes that no use case would make."""
        self.decide(lambda book: book.apply(changes))

    # What there is -------------------------------------------------------------------------------------------------

    def ad_now(self, ad_id: int) -> Ad:
        """The ad as it stands."""
        return self.decide(lambda book: book.lock_ad(ad_id)).ad

    def offer_now(self, offer_id: int) -> LockedOffer:
        """The offer as it stands, with its ad, both parties, their purses and its dispute."""
        return self.decide(lambda book: book.lock_offer(offer_id))

    def wallet(self, trader: Trader | UUID, code: str = "usdt") -> LockedWallet:
        """A trader's purses in one currency, with the desk's account of what is outside."""
        owner = trader.id if isinstance(trader, Trader) else trader
        return self.decide(lambda book: book.lock_wallet(owner, code, with_outside=True))

    def holds(self, trader: Trader | UUID, code: str = "usdt") -> tuple[Decimal, Decimal, Decimal]:
        """What is in the main, p2p and escrow purse; zero for one that was never opened."""
        wallet = self.wallet(trader, code)
        main, p2p, escrow = (
            wallet.balances.get(wallet.purse(purse), Decimal(0)) for purse in (Purse.MAIN, Purse.P2P, Purse.ESCROW)
        )
        return main, p2p, escrow

    def outside(self, trader: Trader, code: str = "usdt") -> Decimal:
        """What the desk's account of what is outside stands at, looked at with this trader's wallet."""
        return self.wallet(trader, code).balances.get(Account(None, code, Purse.OUTSIDE), Decimal(0))

    # People and money ----------------------------------------------------------------------------------------------

    def add(self, trader: Trader) -> Trader:
        """Keep a new trader."""
        self.books.add_trader(trader)
        self.traders.append(trader)
        return trader

    def staff(self) -> Trader:
        """Somebody new who decides disputes."""
        return self.add(TraderFactory(staff=True, created_at=self.clock.now()))

    def trader(self, **p2p: Decimal | int) -> Trader:
        """A new trader with these amounts in their p2p purses."""
        trader = self.add(TraderFactory(created_at=self.clock.now()))
        for code, amount in p2p.items():
            self.deposit(trader, Decimal(amount), code)
        return trader

    def deposit(
        self,
        trader: Trader,
        amount: Decimal,
        code: str = "usdt",
        *,
        purse: Purse = Purse.P2P,
        reference: str | None = None,
    ) -> bool:
        """A deposit, by a reference of its own unless given; tells whether it was made now."""
        money, named = Money(amount, code), reference or f"deposit {self.identifiers.new()}"
        return self.decide(
            lambda book: deposit_funds(trader.id, money, purse, named, book=book, catalogue=self.catalogue)
        )

    def withdraw(self, trader: Trader, amount: Decimal, code: str = "usdt", *, reference: str | None = None) -> bool:
        """A withdrawal, by a reference of its own unless given; tells whether it was made now."""
        money, named = Money(amount, code), reference or f"withdrawal {self.identifiers.new()}"
        return self.decide(lambda book: withdraw_funds(trader.id, money, named, book=book, catalogue=self.catalogue))

    def transfer(self, trader: Trader, amount: Decimal, source: Purse, target: Purse, code: str = "usdt") -> None:
        """An amount from one of the trader's purses to the other."""
        money, tools = Money(amount, code), {"identifiers": self.identifiers, "catalogue": self.catalogue}
        self.decide(lambda book: transfer_funds(trader.id, money, source, target, book=book, **tools))  # type: ignore[arg-type]

    # Ads and offers ------------------------------------------------------------------------------------------------

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

    def ad(self, maker: Trader, *, limits: Limits | None = None, **changed: Any) -> Ad:
        """An ad with these terms. The maker of a sell ad needs the coins."""
        terms, limits = self.terms(**changed), limits or self.limits
        ad = self.decide(
            lambda book: post_ad(
                maker.id, terms, book=book, catalogue=self.catalogue, default_time_to_pay=30, limits=limits
            )
        )
        self.ads.append(ad.id)
        return ad

    def follows(self, margin: Decimal | int | str) -> dict[str, Any]:
        """The terms of an ad at so many percent of the market's rate."""
        return {"price_type": PriceType.MARKET, "price_margin": Decimal(margin), "price_per_unit": None}

    def market_ad(self, margin: Decimal | int | str = 100, amount: Decimal | int = 10, **changed: Any) -> Ad:
        """A sell ad of a new maker, at so many percent of the market's rate, which has to be known."""
        return self.sell_ad(amount, **self.follows(margin), **changed)

    def sell_ad(self, amount: Decimal | int = 10, **changed: Any) -> Ad:
        """A sell ad of a new maker who has the coins for it."""
        code = changed.get("crypto_currency", "usdt")
        return self.ad(self.trader(**{code: amount}), crypto_amount=Decimal(amount), **changed)

    def buy_ad(self, amount: Decimal | int = 10, **changed: Any) -> Ad:
        """A buy ad of a new maker."""
        return self.ad(self.trader(), crypto_amount=Decimal(amount), ad_type=AdType.BUY, **changed)

    def proposal(self, amount: Decimal | int | None = 2, fiat: Decimal | None = None, **given: Any) -> OfferProposal:
        """A proposal that is right."""
        bank: BankDetails = BankDetailsFactory()
        return OfferProposal(None if amount is None else Decimal(amount), fiat, bank, **given)

    def offer(
        self,
        ad: Ad,
        taker: Trader,
        amount: Decimal | int | None = 2,
        fiat: Decimal | None = None,
        *,
        limits: Limits | None = None,
        fee_percent: Decimal | int | None = None,
        **given: Any,
    ) -> Offer:
        """An offer of so much crypto, or of what so much fiat buys."""
        proposal = self.proposal(amount, fiat, **given)
        fee = self.fee_percent if fee_percent is None else Decimal(fee_percent)
        ports: dict[str, Any] = {"catalogue": self.catalogue, "limits": limits or self.limits, "fee_percent": fee}
        offer = self.decide(lambda book: make_offer(ad.id, taker.id, proposal, book=book, **ports))
        self.offers.append(offer.id)
        return offer

    def parties(self, offer: Offer) -> tuple[UUID, UUID]:
        """The buyer's and the seller's id."""
        locked = self.offer_now(offer.id)
        return locked.buyer.id, locked.seller.id

    def pay(self, offer: Offer) -> None:
        """The buyer says that the money was sent."""
        actor = Actor(self.parties(offer)[0])
        self.decide(lambda book: indicate_payment(offer.id, actor, book=book))

    def release(self, offer: Offer) -> None:
        """The seller lets the buyer have the coins."""
        actor = Actor(self.parties(offer)[1])
        self.decide(lambda book: release_funds(offer.id, actor, book=book))

    def cancel(self, offer: Offer) -> None:
        """The taker takes the offer back."""
        self.decide(lambda book: cancel_offer(offer.id, Actor(offer.taker_id), book=book, catalogue=self.catalogue))

    def give_up(self, offer: Offer) -> None:
        """The buyer gives up the paid offer."""
        actor = Actor(self.parties(offer)[0])
        self.decide(lambda book: return_offer(offer.id, actor, book=book))

    def expire(self, offer: Offer) -> None:
        """The desk ends the offer, whose time is over."""
        self.decide(lambda book: expire_offer(offer.id, book=book))

    def rate(self, offer: Offer, rating: int = 5, *, by_maker: bool = False) -> Feedback:
        """One party, the taker unless told otherwise, rates the other. Returns what they said."""
        buyer, seller = self.parties(offer)
        maker = seller if buyer == offer.taker_id else buyer
        by, whom = (maker, offer.taker_id) if by_maker else (offer.taker_id, maker)
        said = rating > 2, rating, "Quick and friendly."
        self.decide(lambda book: give_feedback(offer.id, Actor(by), *said, book=book))
        return Feedback(offer.id, by, whom, *said, self.clock.now())

    def dispute(
        self, offer: Offer, reason: str = "The money never came.", kind: DisputeKind = DisputeKind.OTHER
    ) -> None:
        """The seller quarrels about the payment."""
        actor = Actor(self.parties(offer)[1])
        self.decide(lambda book: open_dispute(offer.id, actor, reason, kind, book=book))

    def resolve(self, offer: Offer, staff: Trader, in_favour_of: str, note: str = "Both were heard.") -> None:
        """Somebody of the staff decides the dispute."""
        given = offer.id, Actor.of(staff), in_favour_of, note
        self.judge(lambda book, people: resolve_dispute(*given, book=book, people=people))

    def split(self, offer: Offer, staff: Trader, buyer_amount: Decimal) -> None:
        """Somebody of the staff gives the buyer so much, and the seller the rest."""
        given = offer.id, Actor.of(staff), "split", "Half of it came.", buyer_amount
        self.judge(lambda book, people: resolve_dispute(*given, book=book, people=people))

    def propose(self, offer: Offer, staff: Trader, in_favour_of: str, buyer_amount: Decimal | None = None) -> None:
        """Somebody of the staff proposes how the dispute is to end, as if any amount needed two of them."""
        given = offer.id, Actor.of(staff), in_favour_of, "Both were heard.", buyer_amount
        above = dict.fromkeys(self.catalogue.crypto, Decimal(0))
        self.judge(lambda book, people: resolve_dispute(*given, book=book, people=people, second_approval=above))

    def approve(self, offer: Offer, staff: Trader) -> None:
        """Somebody else of the staff approves it."""
        given = offer.id, Actor.of(staff), "I agree."
        self.judge(lambda book, people: approve_proposal(*given, book=book, people=people))

    def reject(self, offer: Offer, staff: Trader) -> None:
        """Somebody of the staff drops it."""
        given = offer.id, Actor.of(staff), "I do not agree."
        self.judge(lambda book, people: reject_proposal(*given, book=book, people=people))

    def take(self, offer: Offer, staff: Trader) -> None:
        """Somebody of the staff looks at the dispute."""
        self.judge(lambda book, people: take_dispute(offer.id, Actor.of(staff), book=book, people=people))

    def withdraw_dispute(self, offer: Offer) -> None:
        """The seller, who opened the dispute, takes it back."""
        actor = Actor(self.parties(offer)[1])
        self.decide(lambda book: withdraw_dispute(offer.id, actor, book=book))

    def escalate(self, offer: Offer, after: timedelta) -> None:
        """The desk disputes the offer, which has been paid for so long."""
        self.decide(lambda book: escalate_offer(offer.id, after, book=book))

    def edit(self, ad: Ad, edit: AdEdit | None = None, **changed: Any) -> None:
        """The maker changes the ad: by an edit, or by what is to be changed."""
        edit = edit or AdEdit(**changed)
        self.decide(lambda book: edit_ad(ad.id, ad.maker_id, edit, book=book, default_time_to_pay=30))

    def pause(self, ad: Ad) -> None:
        """The maker pauses the ad."""
        self.decide(lambda book: pause_ad(ad.id, ad.maker_id, book=book))

    def resume(self, ad: Ad, *, limits: Limits | None = None) -> None:
        """The maker lets a paused ad take offers again."""
        limits = limits or self.limits
        self.decide(lambda book: resume_ad(ad.id, ad.maker_id, book=book, catalogue=self.catalogue, limits=limits))

    def close(self, ad: Ad) -> None:
        """The maker ends the ad."""
        self.decide(lambda book: close_ad(ad.id, ad.maker_id, book=book))

    def expire_ad(self, ad: Ad) -> None:
        """The desk ends the ad, whose last day is over."""
        self.decide(lambda book: expire_ad(ad.id, book=book))


class BookDesk(Deeds):
    """A desk on a book alone, which needs nothing else of its store."""

    def write(self, work: Callable[[Book], Answer]) -> Answer:
        """Run the work on the book in a unit that writes: kept on return, forgotten on a raise."""
        return self.decide(work)
