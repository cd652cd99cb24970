"""Offers: an amount of an ad that a taker wants, held in escrow until it is released or given back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar
from uuid import UUID

from .. import errors
from ..errors import FieldProblem, Problem
from .bounds import in_crypto, in_fiat, nearest_payable, nearest_taken
from .facts import Fact, Kept
from .lifecycle import AdType, OfferState
from .money import EXACT, amount_problem, buys, least_worth, worth
from .texts import given_text, has_visible_character, text_problem, trimmed

if TYPE_CHECKING:
    from .ad import Ad

BANK_FIELD_LENGTH_LIMIT = 100
BANK_TRANSFER = "bank_transfer"
REASON_LENGTH_LIMIT = 2000
"""Characters of a dispute's reason and of the note of whoever resolves it."""
PAYMENT_DETAILS_LENGTH_LIMIT = 2000
"""Characters of what says where to pay by a method that is no bank transfer."""
_SHOWN_OF_AN_ACCOUNT = 4


@dataclass(frozen=True, slots=True)
class BankDetails:
    """A bank account as its owner wrote it; empty where it was not given."""

    account_name: str = ""
    account_number: str = ""
    bank_name: str = ""

    def fields(self) -> tuple[tuple[str, str], ...]:
        """The three values under the names that callers know."""
        return (
            ("bank_account_name", self.account_name),
            ("bank_account_number", self.account_number),
            ("bank_name", self.bank_name),
        )

    def problems(self, *, required: bool = False) -> tuple[FieldProblem, ...]:
        """What is wrong with the three fields."""
        judged = (
            text_problem(name, value, BANK_FIELD_LENGTH_LIMIT, required=required) for name, value in self.fields()
        )
        return tuple(problem for problem in judged if problem is not None)

    def tidied(self) -> BankDetails:
        """The three fields as they are kept: trimmed, and empty where there is nothing to see in one."""
        return BankDetails(*(trimmed(value) for _, value in self.fields()))

    @property
    def masked_account_number(self) -> str:
        """The account number with all but its last four characters hidden; all of it where it has no more."""
        shown = self.account_number[-_SHOWN_OF_AN_ACCOUNT:]
        hidden = len(self.account_number) - len(shown)
        return "*" * hidden + shown if hidden > 0 else "*" * len(self.account_number)

    def __bool__(self) -> bool:
        return any(has_visible_character(value) for _, value in self.fields())


@dataclass(frozen=True, slots=True)
class PayTo:
    """Where the buyer is to pay: an account at a bank, words for any other method, or both."""

    bank: BankDetails
    payment_details: str

    @property
    def is_enough(self) -> bool:
        """Whether money can be sent there: the name of a bank, or of a person, alone is no account."""
        return has_visible_character(self.bank.account_number) or has_visible_character(self.payment_details)


@dataclass(frozen=True, slots=True)
class OfferProposal:
    """What a taker asks for; either amount may be left out and is then computed from the other.

    On a buy ad ``bank`` or ``payment_details`` is where the taker is to be paid; on a sell ad ``bank`` is the account
    that the taker pays from.
    """

    currency_amount: Decimal | None
    fiat_amount: Decimal | None
    bank: BankDetails = BankDetails()
    payment_details: str = ""

    def tidied(self) -> OfferProposal:
        """The proposal with its texts as they are kept."""
        return replace(self, bank=self.bank.tidied(), payment_details=given_text(self.payment_details))

    def account_problems(self, ad: Ad) -> tuple[FieldProblem, ...]:
        """What is wrong with the account, given the ad that the offer is for.

        A bank transfer needs a whole account, to pay from or to be paid on. By any other method a taker who sells
        says where to be paid, in words or by an account at a bank; an account that was begun is to be a whole one.
        """
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
class Offer:
    """An offer as it stands. ``currency_amount`` is crypto, ``fiat_amount`` fiat; ``version`` rises by one a move.

    ``payment_details`` is where a taker who sells is to be paid by a method that is no bank transfer.
    """

    id: int
    ad_id: int
    taker_id: UUID
    currency_amount: Decimal
    fiat_amount: Decimal
    bank: BankDetails
    created_at: datetime
    deadline: datetime
    state: OfferState = OfferState.PENDING
    paid_at: datetime | None = None
    ended_at: datetime | None = None
    version: int = 1
    payment_details: str = ""

    @property
    def payment_reference(self) -> str:
        """What the buyer is to write on the payment, and the seller to look for: the same for both."""
        return f"P2P-{self.id}"

    @property
    def has_indicated_paid(self) -> bool:
        """Whether the buyer ever said that the money was sent."""
        return self.paid_at is not None

    def state_at(self, at: datetime) -> OfferState:
        """The state at a moment: a pending offer has expired from its deadline on, swept or not."""
        if self.state is OfferState.PENDING and at >= self.deadline:
            return OfferState.EXPIRED
        return self.state


@dataclass(frozen=True, slots=True)
class HistoryItem:
    """A state that an offer came to: when, and by whom; nobody where the desk did it by itself."""

    version: int
    state: OfferState
    at: datetime
    by: UUID | None


@dataclass(frozen=True, slots=True)
class Dispute(Fact):
    """A quarrel about a payment, and its end. ``in_favour_of`` is ``buyer`` or ``seller`` once it is resolved.

    That it was opened is a fact; its end is a move that only an open dispute allows.
    """

    kept: ClassVar[Kept] = Kept(
        "disputes",
        key=("offer_id",),
        refers={"offer_id": "offers", "opened_by": "traders", "resolved_by": "traders"},
    )

    offer_id: int
    opened_by: UUID
    reason: str
    opened_at: datetime
    resolved_by: UUID | None = None
    in_favour_of: str | None = None
    note: str = ""
    resolved_at: datetime | None = None


def pay_to(ad: Ad, offer: Offer) -> PayTo | None:
    """Where the buyer of an offer is to pay: a maker who sells said so with the ad, a taker who sells with the offer.

    None where nothing was given. What was given may be too little to pay by: see ``account_is_given``.
    """
    given = ad if ad.ad_type is AdType.SELL else offer
    has_anything = bool(given.bank) or has_visible_character(given.payment_details)
    return PayTo(given.bank, given.payment_details) if has_anything else None


def account_is_given(ad: Ad, offer: Offer) -> bool:
    """Whether somebody has said where to pay, so that money can be sent there. Nothing is to be paid before."""
    found = pay_to(ad, offer)
    return found is not None and found.is_enough


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
