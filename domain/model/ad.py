"""Ads: what a maker wants to sell or buy, on what terms, and how much of it is left."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from .. import errors
from ..errors import FieldProblem, Named, Problem
from .bank import BankDetails, PayTo
from .days import day_of as day_of
from .lifecycle import AdType
from .money import (
    CRYPTO_DECIMALS_LIMIT,
    EXACT,
    LIMIT,
    PRICE_DECIMALS,
    WHOLE_DIGITS,
    Catalogue,
    Currency,
    amount_problem,
    least_exactly_worth,
    least_worth,
    most_worth,
    worth,
)
from .requirements import Requirements
from .texts import client_reference_problem, given_text, text_problem, trimmed

TEXT_LENGTH_LIMIT = 2000
"""Characters of each free text of an ad, and of its payment details."""
TIME_TO_PAY_LIMIT_MINUTES = 1440
_TEXTS = ("auto_reply_message", "terms_of_trade", "additional_information", "payment_details")


class AdStatus(StrEnum):
    """Where an ad stands; ``pending`` is live, the last three are ends."""

    PENDING = "pending"
    PAUSED = "paused"
    COMPLETED = "completed"
    CLOSED = "closed"
    EXPIRED = "expired"


LIVE_STATUSES = frozenset({AdStatus.PENDING, AdStatus.PAUSED})


class Closure(StrEnum):
    """Why an ad takes no new offers."""

    PAUSED = "paused"
    COMPLETED = "completed"
    CLOSED = "closed"
    EXPIRED = "expired"
    NOT_STARTED = "not_started"
    MAKER_RESTRICTED = "maker_restricted"
    NOT_TRADED = "not_traded"


@dataclass(frozen=True, slots=True)
class AdTerms:
    """What a maker asks for, before anything of it is checked. ``None`` means that it was not given."""

    crypto_currency: str | None
    price_per_unit: Decimal | None
    ad_type: AdType | None
    payment_method: str | None
    fiat_currency: str | None
    crypto_amount: Decimal | None
    start_date: date | None = None
    end_date: date | None = None
    auto_reply_message: str = ""
    terms_of_trade: str = ""
    additional_information: str = ""
    time_to_pay: int = 0
    min_limit: Decimal | None = None
    max_limit: Decimal | None = None
    bank: BankDetails = field(default_factory=BankDetails)
    payment_details: str = ""
    client_reference: str | None = None
    requirements: Requirements = Requirements()
    saved_payment_method: int | None = None

    def tidied(self) -> AdTerms:
        """The terms with their texts as they are kept: one without a visible character counts as not given."""
        return replace(
            self,
            bank=self.bank.tidied(),
            auto_reply_message=given_text(self.auto_reply_message),
            terms_of_trade=given_text(self.terms_of_trade),
            additional_information=given_text(self.additional_information),
            payment_details=given_text(self.payment_details),
            client_reference=trimmed(self.client_reference or "") or None,
        )


@dataclass(frozen=True, slots=True)
class Ad:
    """An ad as it stands.

    ``crypto_amount`` is always ``available`` (open to new offers) + ``reserved`` (in live offers) + ``sold`` +
    ``withdrawn`` (what left the ad unsold, when it ended). ``min_limit`` and ``max_limit`` are fiat, per offer.
    ``time_to_pay`` is in minutes; ``client_reference`` is for the eyes of the maker only. ``version`` rises with every
    change, ``edition`` only with what its maker changed and with its end. ``max_limit_follows`` says that the most was
    never given, and is the whole ad's worth.

    Raises ``ValueError`` where the four parts are not the whole.
    """

    id: int
    maker_id: UUID
    ad_type: AdType
    crypto: Currency
    fiat: Currency
    payment_method: str
    price_per_unit: Decimal
    crypto_amount: Decimal
    min_limit: Decimal
    max_limit: Decimal
    start_date: date
    end_date: date | None
    time_to_pay: int
    auto_reply_message: str
    terms_of_trade: str
    additional_information: str
    bank: BankDetails
    payment_details: str
    created_at: datetime
    available: Decimal
    status: AdStatus = AdStatus.PENDING
    reserved: Decimal = Decimal(0)
    sold: Decimal = Decimal(0)
    withdrawn: Decimal = Decimal(0)
    trade_started_at: datetime | None = None
    trade_completed_at: datetime | None = None
    version: int = 1
    client_reference: str | None = None
    edition: int = 1
    max_limit_follows: bool = False
    requirements: Requirements = Requirements()

    def __post_init__(self) -> None:
        parts = (self.available, self.reserved, self.sold, self.withdrawn)
        whole = Decimal(0)
        for part in parts:
            whole = EXACT.add(whole, part)
        if min(parts) < 0 or whole != self.crypto_amount:
            raise ValueError(f"ad {self.id}: {parts} are not the parts of {self.crypto_amount}")

    @property
    def is_live(self) -> bool:
        """Whether the ad has not ended, paused or not."""
        return self.status in LIVE_STATUSES

    def is_past_end(self, today: date) -> bool:
        """Whether the last day on which the ad is open, in UTC, is over."""
        return self.end_date is not None and self.end_date < today

    def as_of(self, today: date) -> Ad:
        """The ad as a reader is to see it: past its end date it has expired though nobody swept it yet."""
        if self.is_live and self.is_past_end(today):
            withdrawn = EXACT.add(self.withdrawn, self.available)
            ended = {"available": Decimal(0), "withdrawn": withdrawn, "edition": self.edition + 1}
            return replace(self, status=AdStatus.EXPIRED, **ended)  # type: ignore[arg-type]
        return self

    def is_traded_in(self, catalogue: Catalogue) -> bool:
        """Whether what the ad is about is in use here now: if not, what is under way goes on and nothing new begins."""
        return catalogue.has(self.crypto, self.fiat, self.payment_method)

    def closure(self, today: date, *, maker_is_barred: bool, catalogue: Catalogue | None = None) -> Closure | None:
        """Why the ad takes no new offers on this day, or None where it takes them.

        Without a ``catalogue`` whatever it trades counts as still traded.
        """
        if not self.is_live:
            return Closure(self.status.value)
        if self.is_past_end(today):
            return Closure.EXPIRED
        if self.status is AdStatus.PAUSED:
            return Closure.PAUSED
        if self.start_date > today:
            return Closure.NOT_STARTED
        if catalogue is not None and not self.is_traded_in(catalogue):
            return Closure.NOT_TRADED
        return Closure.MAKER_RESTRICTED if maker_is_barred else None

    @property
    def takes_back(self) -> bool:
        """Whether the crypto of an offer that comes to nothing returns to the ad, and not to the seller's p2p purse."""
        return self.ad_type is AdType.SELL and self.is_live

    @property
    def gives_account(self) -> bool:
        """Whether a place to be paid came with the ad. On a buy ad the taker is paid, and it comes with each offer."""
        return self.ad_type is AdType.SELL and PayTo(self.bank, self.payment_details).is_enough

    @property
    def rest_worth(self) -> Decimal:
        """The fiat that an offer for all that is available is for; zero where that is too little to be paid for."""
        return worth(self.available, self.price_per_unit, self.fiat)

    def reserve(self, amount: Decimal, at: datetime) -> Ad:
        """The ad with an amount held for a new offer."""
        return self._next(
            available=EXACT.subtract(self.available, amount),
            reserved=EXACT.add(self.reserved, amount),
            trade_started_at=self.trade_started_at or at,
        )

    def put_back(self, amount: Decimal) -> Ad:
        """The ad with the amount of an offer that came to nothing: open again, or withdrawn where the ad ended."""
        reserved = EXACT.subtract(self.reserved, amount)
        if self.is_live:
            return self._next(reserved=reserved, available=EXACT.add(self.available, amount))
        return self._next(reserved=reserved, withdrawn=EXACT.add(self.withdrawn, amount))

    def sell(self, amount: Decimal, at: datetime) -> Ad:
        """The ad with a reserved amount sold; completed where that leaves no live offer and nothing that can be paid.

        A remainder worth less than half the fiat's smallest unit cannot be paid for, so it is withdrawn. An ad that
        ended before keeps its status, and was sold out at this moment all the same where nothing of it is left.
        """
        sold = self._next(reserved=EXACT.subtract(self.reserved, amount), sold=EXACT.add(self.sold, amount))
        if not sold.is_live:
            return replace(sold, trade_completed_at=at) if sold.sold == sold.crypto_amount else sold
        if sold.reserved or sold.rest_worth:
            return sold
        return replace(sold.end(AdStatus.COMPLETED), trade_completed_at=at, version=sold.version)

    def end(self, status: AdStatus) -> Ad:
        """The ad ended, with all that nobody has made an offer for withdrawn."""
        withdrawn = EXACT.add(self.withdrawn, self.available)
        return self._next(status=status, available=Decimal(0), withdrawn=withdrawn, edition=self.edition + 1)

    def with_status(self, status: AdStatus) -> Ad:
        """The ad paused or live again."""
        return self._next(status=status, edition=self.edition + 1)

    def _next(self, **changed: object) -> Ad:
        return replace(self, version=self.version + 1, **changed)  # type: ignore[arg-type]


def ad_problems(terms: AdTerms, catalogue: Catalogue, today: date) -> tuple[FieldProblem, ...]:
    """All that is wrong with the terms, in the order of the fields; what was not given is judged only if needed."""
    terms = terms.tidied()
    crypto = catalogue.crypto.get(terms.crypto_currency or "")
    fiat = catalogue.fiat.get(terms.fiat_currency or "")
    required = ("crypto_currency", "price_per_unit", "ad_type", "payment_method", "fiat_currency", "crypto_amount")
    found = {name: FieldProblem(name, Problem.MISSING) for name in required if getattr(terms, name) is None}
    if terms.saved_payment_method is not None:
        found.pop("payment_method", None)

    def note(problem: FieldProblem | None) -> None:
        if problem is not None:
            found.setdefault(problem.field, problem)

    if terms.crypto_currency is not None and crypto is None:
        note(FieldProblem("crypto_currency", Problem.UNKNOWN_CHOICE, tuple(catalogue.crypto)))
    if terms.price_per_unit is not None:
        note(amount_problem("price_per_unit", terms.price_per_unit, PRICE_DECIMALS))
    if terms.payment_method is not None and terms.payment_method not in catalogue.payment_methods:
        note(FieldProblem("payment_method", Problem.UNKNOWN_CHOICE, tuple(sorted(catalogue.payment_methods))))
    if terms.fiat_currency is not None and fiat is None:
        note(FieldProblem("fiat_currency", Problem.UNKNOWN_CHOICE, tuple(catalogue.fiat)))
    if terms.crypto_amount is not None:
        decimals = crypto.decimals if crypto else CRYPTO_DECIMALS_LIMIT
        note(amount_problem("crypto_amount", terms.crypto_amount, decimals))
    note(_end_date_problem(terms, today))
    for name in _TEXTS:
        note(text_problem(name, getattr(terms, name), TEXT_LENGTH_LIMIT))
    if not 0 <= terms.time_to_pay <= TIME_TO_PAY_LIMIT_MINUTES:
        note(FieldProblem("time_to_pay", Problem.OUT_OF_RANGE, TIME_TO_PAY_LIMIT_MINUTES))
    for problem in (*terms.bank.problems(), *terms.requirements.problems()):
        note(problem)
    note(client_reference_problem(terms.client_reference))
    if fiat is not None:
        _note_worth_problems(terms, crypto, fiat, found)
    return tuple(sorted(found.values(), key=lambda problem: FIELD_ORDER.index(problem.field)))


FIELD_ORDER = (
    "crypto_currency", "price_per_unit", "ad_type", "payment_method", "fiat_currency", "crypto_amount",
    "start_date", "end_date", "auto_reply_message", "terms_of_trade", "additional_information", "time_to_pay",
    "min_limit", "max_limit", "bank_account_name", "bank_account_number", "bank_name", "payment_details",
    "min_completed_offers", "min_completion_rate", "requires_kyc",
    "client_reference",
)  # fmt: skip


def _end_date_problem(terms: AdTerms, today: date) -> FieldProblem | None:
    if terms.end_date is None:
        return None
    if terms.end_date < (terms.start_date or today):
        in_the_past = terms.end_date < today and terms.start_date is None
        return FieldProblem("end_date", Problem.END_IN_THE_PAST if in_the_past else Problem.END_BEFORE_START)
    return FieldProblem("end_date", Problem.END_IN_THE_PAST) if terms.end_date < today else None


def _note_worth_problems(
    terms: AdTerms, crypto: Currency | None, fiat: Currency, found: dict[str, FieldProblem]
) -> None:
    """Judge the ad's whole worth, and the limits against it, as far as what they are made of is sound."""
    for name in ("min_limit", "max_limit"):
        limit = getattr(terms, name)
        problem = None if limit is None else amount_problem(name, limit, fiat.decimals)
        if problem is not None:
            found.setdefault(name, problem)
    if terms.crypto_amount is None or terms.price_per_unit is None:
        return
    if crypto is None or {"crypto_amount", "price_per_unit"} & found.keys():
        return
    whole = worth(terms.crypto_amount, terms.price_per_unit, fiat)
    # The exact product decides what is too small: rounded half up, half a cent would pass for a whole one.
    if EXACT.multiply(terms.crypto_amount, terms.price_per_unit) < fiat.smallest_unit:
        least = Named(least_exactly_worth(fiat.smallest_unit, terms.price_per_unit, crypto), crypto.code)
        found["crypto_amount"] = FieldProblem("crypto_amount", Problem.WORTH_TOO_SMALL, least)
        return
    if whole >= LIMIT:
        found["crypto_amount"] = FieldProblem("crypto_amount", Problem.WORTH_TOO_LARGE, WHOLE_DIGITS)
        return
    if {"min_limit", "max_limit"} & found.keys():
        return
    problem = _limits_problem(terms, whole, crypto, fiat)
    if problem is not None:
        found[problem.field] = problem


def _limits_problem(terms: AdTerms, whole: Decimal, crypto: Currency, fiat: Currency) -> FieldProblem | None:
    """What is wrong with limits between which no offer can ever be: they cross, or nothing payable lies between."""
    assert terms.price_per_unit is not None
    least, most = effective_limits(terms, whole, fiat)
    if terms.max_limit is None:
        # The most is the whole ad's worth, so that an offer for all of it is always between.
        crossed = FieldProblem("min_limit", Problem.LIMITS_CROSSED, Named(most, fiat.code, fiat.decimals))
        return crossed if least > most else None
    first = least_worth(least, terms.price_per_unit, crypto, fiat)
    if least <= most and (whole <= most or first <= most_worth(most, terms.price_per_unit, crypto, fiat)):
        return None
    # All of the ad may be worth less than the least, and is taken then.
    bound = least if whole <= least else worth(first, terms.price_per_unit, fiat)
    return FieldProblem("max_limit", Problem.LIMITS_CROSSED, Named(bound, fiat.code, fiat.decimals))


def effective_limits(terms: AdTerms, whole: Decimal, fiat: Currency) -> tuple[Decimal, Decimal]:
    """The least and the most fiat an offer may be for: as given, or one smallest unit and the whole ad's worth."""
    least = fiat.smallest_unit if terms.min_limit is None else terms.min_limit
    return least, whole if terms.max_limit is None else terms.max_limit


def new_ad(
    ad_id: int, maker_id: UUID, terms: AdTerms, catalogue: Catalogue, at: datetime, default_time_to_pay: int
) -> Ad:
    """The ad that these terms make. Raises ``InvalidFields`` with all that is wrong with them."""
    terms = terms.tidied()
    problems = ad_problems(terms, catalogue, day_of(at))
    if terms.saved_payment_method is not None:
        # Whoever drives this looks it up, and puts what it says in its place.
        problems += (FieldProblem("saved_payment_method", Problem.NOT_SAVED, terms.saved_payment_method),)
    if problems:
        raise errors.InvalidFields(problems)
    assert terms.crypto_amount is not None and terms.price_per_unit is not None
    assert terms.ad_type is not None and terms.payment_method is not None
    fiat = catalogue.fiat[terms.fiat_currency or ""]
    whole = worth(terms.crypto_amount, terms.price_per_unit, fiat)
    least, most = effective_limits(terms, whole, fiat)
    return Ad(
        id=ad_id,
        maker_id=maker_id,
        ad_type=terms.ad_type,
        crypto=catalogue.crypto[terms.crypto_currency or ""],
        fiat=fiat,
        payment_method=terms.payment_method,
        price_per_unit=terms.price_per_unit,
        crypto_amount=terms.crypto_amount,
        min_limit=least,
        max_limit=most,
        max_limit_follows=terms.max_limit is None,
        start_date=terms.start_date or day_of(at),
        end_date=terms.end_date,
        time_to_pay=terms.time_to_pay or default_time_to_pay,
        auto_reply_message=terms.auto_reply_message,
        terms_of_trade=terms.terms_of_trade,
        additional_information=terms.additional_information,
        bank=terms.bank,
        payment_details=terms.payment_details,
        created_at=at,
        available=terms.crypto_amount,
        client_reference=terms.client_reference,
        requirements=terms.requirements,
    )
