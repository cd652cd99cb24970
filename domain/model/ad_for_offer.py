"""Making an offer on an ad: what a taker asks for, the amounts agreed, and what is held for it.

On a sell ad not all of what a decision is made on has to be locked; the write guards it.
The methods are pure: they refuse early, with one named reason each, and otherwise return the ``Changes`` that are to be
written in one go. ``at`` is the moment by the store's clock at which it was read and its locks were held: what a use
case decides by, since any other clock may be wrong.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal

from .. import errors
from ..errors import FieldProblem, InvalidFields, Problem
from .ad import Ad
from .bank import BANK_TRANSFER, PAYMENT_DETAILS_LENGTH_LIMIT, BankDetails, PayTo
from .bounds import check_bounds, in_crypto, in_fiat, nearest_payable, nearest_taken
from .changes import AdChange, Changes, OfferChange
from .days import day_of
from .events import Event
from .ledger import Account, Balances, Entry, EntryKind, Purse, movement, post
from .lifecycle import AdType, EventKind
from .limits import NO_LIMITS, Limits, TraderCounts
from .money import EXACT, Catalogue, Money, amount_problem, amount_text, buys, least_worth, worth
from .offer import NO_FEE, Offer
from .payment_methods import SavedPaymentMethod, saved_problem
from .rights import check_not_frozen
from .telling import notices_for
from .texts import client_reference_problem, given_text, has_visible_character, text_problem, trimmed
from .track_record import TrackRecord
from .trader import Trader

_PRICE_DECIMALS_TOLD = 2


@dataclass(frozen=True, slots=True)
class OfferProposal:
    """What a taker asks for; either amount may be left out and is then computed from the other.

    On a buy ad ``bank`` or ``payment_details`` is where the taker is to be paid; on a sell ad ``bank`` is the account
    that the taker pays from. ``price_per_unit`` is the price that the taker saw, if they say so: at no other is an
    offer made then. ``saved_payment_method`` is the id of one that stands for the account; ``saved`` is that one, where
    whoever drives this has found it.
    """

    currency_amount: Decimal | None
    fiat_amount: Decimal | None
    bank: BankDetails = BankDetails()
    payment_details: str = field(default="", repr=False)
    price_per_unit: Decimal | None = None
    client_reference: str | None = field(default=None, repr=False)
    saved_payment_method: int | None = None
    saved: SavedPaymentMethod | None = None

    def tidied(self) -> OfferProposal:
        """The proposal with its texts as they are kept."""
        return replace(
            self,
            bank=self.bank.tidied(),
            payment_details=given_text(self.payment_details),
            client_reference=trimmed(self.client_reference or "") or None,
        )

    def price_problem(self, ad: Ad) -> FieldProblem | None:
        """What is wrong with the price that was seen: that it is the ad's no more."""
        if self.price_per_unit in (None, ad.price_per_unit):
            return None
        now = amount_text(ad.price_per_unit, _PRICE_DECIMALS_TOLD)
        return FieldProblem("price_per_unit", Problem.PRICE_HAS_CHANGED, now)

    def pay_to(self, ad: Ad) -> PayTo:
        """Where the buyer is to pay: a maker who sells said so with the ad, a taker who sells says so here."""
        given = ad if ad.ad_type is AdType.SELL else self
        return PayTo(given.bank, given.payment_details)

    def with_account(self) -> OfferProposal:
        """The proposal with the account that the saved payment method says, if it names one."""
        if self.saved is None:
            return self
        account = {"bank": self.saved.bank, "payment_details": self.saved.payment_details}
        return replace(self, saved_payment_method=None, saved=None, **account)  # type: ignore[arg-type]

    def account_problems(self, ad: Ad) -> tuple[FieldProblem, ...]:
        """What is wrong with the account, given the ad that the offer is for.

        A bank transfer needs a whole account, to pay from or to be paid on. By any other method a taker who sells
        says where to be paid, in words or by an account at a bank; an account that was begun is to be a whole one.
        """
        if self.saved_payment_method is not None:
            given = (ad.payment_method, self.bank, self.payment_details)
            problem = saved_problem(self.saved_payment_method, self.saved, *given)
            return self.with_account().account_problems(ad) if problem is None else (problem,)
        is_by_bank = ad.payment_method == BANK_TRANSFER
        is_to_be_paid = ad.ad_type is AdType.BUY and not is_by_bank
        has_words = has_visible_character(self.payment_details)
        needs_account = is_by_bank or (is_to_be_paid and bool(self.bank) and not has_words)
        needs_words = is_to_be_paid and not self.bank
        details = text_problem(
            "payment_details", self.payment_details, PAYMENT_DETAILS_LENGTH_LIMIT, required=needs_words
        )
        return self.bank.problems(required=needs_account) + ((details,) if details else ())


@dataclass(frozen=True, slots=True)
class AdForOffer:
    """An ad that somebody makes an offer on, with the taker and their purses; on a buy ad all of it is locked.

    ``is_blocked`` says that one of the two has blocked the other. ``taker_counts`` is what the taker has under way;
    whoever else makes an offer or places an ad for them waits. ``record`` is the taker's, as far as the ad asks for it.
    """

    ad: Ad
    maker: Trader
    taker: Trader
    maker_is_restricted: bool
    taker_is_restricted: bool
    balances: Balances
    next_offer_id: int
    at: datetime
    is_blocked: bool = False
    taker_counts: TraderCounts = TraderCounts()
    record: TrackRecord = TrackRecord()
    is_frozen: bool = False

    def make_offer(
        self,
        proposal: OfferProposal,
        at: datetime,
        catalogue: Catalogue,
        limits: Limits = NO_LIMITS,
        fee_percent: Decimal = NO_FEE,
    ) -> Changes:
        """A new offer: its amount is held out of the ad, and on a buy ad the taker's coins go into escrow.

        Raises, in this order: ``InvalidFields``, ``Frozen``, ``AddressNotVerified``, ``OwnAd``,
        ``RestrictedFromTrading``, ``Blocked``, ``ShortOfRequirements``, ``TooManyUnpaid``, ``TooManyCancelled``,
        ``TooManyLiveOffers``, ``AdNotOpen``, ``BelowMinimum`` or ``AboveMaximum``, ``NotEnoughAvailable``,
        ``InsufficientBalance``.
        """
        ad, proposal = self.ad, proposal.tidied()
        currency_amount, fiat_amount = self._checked_amounts(proposal)
        proposal = proposal.with_account()
        check_not_frozen(self.is_frozen)
        limits.check_verified(self.taker)
        self._check_taker()
        limits.check_new_offer(self.taker_counts, at)
        barred = self.maker_is_restricted or self.maker.is_suspended
        closure = ad.closure(day_of(at), maker_is_barred=barred, catalogue=catalogue, priced_at=at)
        if closure is not None:
            day = {"not_started": ad.start_date, "expired": ad.end_date}.get(closure.value)
            raise errors.AdNotOpen(closure.value, day)
        check_bounds(ad, currency_amount, fiat_amount, is_asked_in_fiat=proposal.currency_amount is None)
        offer = Offer(
            id=self.next_offer_id,
            ad_id=ad.id,
            taker_id=self.taker.id,
            currency_amount=currency_amount,
            fiat_amount=fiat_amount,
            bank=proposal.bank,
            created_at=at,
            deadline=at + timedelta(minutes=ad.time_to_pay),
            price_per_unit=ad.price_per_unit,
            payment_method=ad.payment_method,
            pay_to=proposal.pay_to(ad),
            payment_details=proposal.payment_details,
            client_reference=proposal.client_reference,
            fee_percent=fee_percent,
        )
        return self._changes(offer, at)

    def _check_taker(self) -> None:
        """Return if this ad is one for this taker at all."""
        if self.taker.id == self.ad.maker_id:
            raise errors.OwnAd()
        if self.taker_is_restricted:
            raise errors.RestrictedFromTrading(self.ad.crypto.code)
        if self.is_blocked:
            raise errors.Blocked()
        shortfall = self.ad.requirements.shortfall(self.record, self.taker.has_kyc)
        if shortfall is not None:
            raise shortfall

    def _checked_amounts(self, proposal: OfferProposal) -> tuple[Decimal, Decimal]:
        """The amounts, with every field problem that depends on the ad told at once.

        Of another price than the taker saw only that is told: amounts that fit the old one are no mistake of theirs.
        """
        price_problem = proposal.price_problem(self.ad)
        if price_problem is not None:
            raise InvalidFields((price_problem,))
        amounts: tuple[Decimal, Decimal] | None = None
        problems: tuple[FieldProblem, ...] = ()
        try:
            amounts = agreed_amounts(self.ad, proposal.currency_amount, proposal.fiat_amount)
        except InvalidFields as refused:
            problems = refused.problems
        problems += proposal.account_problems(self.ad)
        reference = client_reference_problem(proposal.client_reference)
        problems += () if reference is None else (reference,)
        if problems or amounts is None:
            raise InvalidFields(problems)
        return amounts

    def _changes(self, offer: Offer, at: datetime) -> Changes:
        """The point of no return is here: nothing below refuses but for a balance."""
        ad, code, taker = self.ad, self.ad.crypto.code, self.taker.id
        entries: tuple[Entry, ...] = ()
        if ad.ad_type is AdType.BUY:
            money = Money(offer.currency_amount, code)
            source, target = (Account(taker, code, purse) for purse in (Purse.P2P, Purse.ESCROW))
            entries = (movement(EntryKind.OFFER_ESCROW, f"offer:{offer.id}", at, source, target, money),)
        # The buyer's purse exists from here on, so that a release never has to open one under a lock.
        opened = [Account(taker, code, Purse.P2P)]
        after = ad.reserve(offer.currency_amount, at)
        event = Event(EventKind.MADE, offer.id, offer.version, offer.state, at, taker)
        return Changes(
            offer=OfferChange(None, offer, at),
            ad=AdChange(ad, after, reserves=offer.currency_amount),
            entries=entries,
            balances=post(entries, self.balances, opened),
            facts=(event,),
            notices=notices_for(event, offer, after, self.maker, self.taker),
        )


def agreed_amounts(ad: Ad, currency_amount: Decimal | None, fiat_amount: Decimal | None) -> tuple[Decimal, Decimal]:
    """The crypto and the fiat of an offer on this ad, either computed from the other where it is left out.

    Crypto is rounded down to its currency's decimals (one unit up where only that is worth the fiat), fiat half up.
    Raises ``InvalidFields`` where an amount does not fit its currency, where the two disagree, and where no amount
    of crypto is worth the fiat asked for. What it names is taken when it is asked for, where the ad takes anything.
    """
    checks = (("currency_amount", currency_amount, ad.crypto), ("fiat_amount", fiat_amount, ad.fiat))
    problems = tuple(
        problem
        for name, amount, currency in checks
        if amount is not None and (problem := amount_problem(name, amount, currency.decimals))
    )
    if problems:
        raise errors.InvalidFields(problems)
    if currency_amount is None:
        if fiat_amount is None:
            raise errors.InvalidFields((FieldProblem("currency_amount", Problem.MISSING),))
        return _bought(ad, fiat_amount), fiat_amount
    due = worth(currency_amount, ad.price_per_unit, ad.fiat)
    nearest = nearest_taken(ad, currency_amount)
    if due == 0:
        least = (
            least_worth(ad.fiat.smallest_unit, ad.price_per_unit, ad.crypto, ad.fiat) if nearest is None else nearest
        )
        raise errors.InvalidFields((FieldProblem("currency_amount", Problem.WORTH_TOO_SMALL, in_crypto(ad, least)),))
    if fiat_amount is not None and fiat_amount != due:
        if nearest is None or nearest == currency_amount:
            problem = FieldProblem("fiat_amount", Problem.AMOUNTS_DISAGREE, in_fiat(ad, due))
        else:
            # What is due for an amount that the ad does not take would only be refused in its turn.
            problem = FieldProblem("fiat_amount", Problem.AMOUNTS_DISAGREE_OUTSIDE, in_crypto(ad, nearest))
        raise errors.InvalidFields((problem,))
    return currency_amount, due


def _bought(ad: Ad, fiat_amount: Decimal) -> Decimal:
    """The crypto that a fiat amount buys on this ad.

    The whole rest of the ad where the fiat is that rest's worth and only an offer for the whole rest is taken: since
    the amount would be more than there is, or less than the ad's least. One smallest unit more where only that is
    worth the fiat asked for: rounded half up, an amount may be worth a little less than it costs.
    """
    amount = buys(fiat_amount, ad.price_per_unit, ad.crypto)
    if ad.rest_worth == fiat_amount and (amount > ad.available or fiat_amount < ad.min_limit):
        return ad.available
    candidates = (amount, EXACT.add(amount, ad.crypto.smallest_unit))
    worths = [worth(candidate, ad.price_per_unit, ad.fiat) for candidate in candidates]
    for candidate, due in zip(candidates, worths, strict=True):
        if due == fiat_amount:
            return candidate
    nearest = in_fiat(ad, nearest_payable(ad, candidates, fiat_amount))
    raise errors.InvalidFields((FieldProblem("fiat_amount", Problem.NOT_PAYABLE_EXACTLY, nearest),))
