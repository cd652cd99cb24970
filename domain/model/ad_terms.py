"""The terms that a maker places an ad on: what is wrong with them, and the ad that they make."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from ..errors import FieldProblem, InvalidFields, Named, Problem
from .ad import Ad
from .bank import BankDetails
from .days import day_of
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
from .prices import PriceType, Quote, margin_problem
from .requirements import Requirements
from .texts import client_reference_problem, given_text, text_problem, trimmed

TEXT_LENGTH_LIMIT = 2000
"""Characters of each free text of an ad, and of its payment details."""
TIME_TO_PAY_LIMIT_MINUTES = 1440
_TEXTS = ("auto_reply_message", "terms_of_trade", "additional_information", "payment_details")

QuoteOf = Callable[[str, str], Quote | None]
"""The last rate of a crypto currency in a fiat currency, by their codes; None where the market has none."""


@dataclass(frozen=True, slots=True)
class AdTerms:
    """What a maker asks for, before anything of it is checked. ``None`` means that it was not given.

    An ad has a ``price_per_unit`` of its own or, where it follows the market, a ``price_margin``: so many percent of
    the market's rate.
    """

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
    payment_details: str = field(default="", repr=False)
    client_reference: str | None = field(default=None, repr=False)
    requirements: Requirements = Requirements()
    saved_payment_method: int | None = None
    price_type: PriceType = PriceType.FIXED
    price_margin: Decimal | None = None

    @property
    def is_market(self) -> bool:
        """Whether the price is to follow the market."""
        return self.price_type is PriceType.MARKET

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


def ad_problems(
    terms: AdTerms, catalogue: Catalogue, today: date, quote_of: QuoteOf | None = None
) -> tuple[FieldProblem, ...]:
    """All that is wrong with the terms, in the order of the fields; what was not given is judged only if needed.

    Without ``quote_of`` it is left to whoever knows the market's rates whether there is one, and what the ad is worth
    by it.
    """
    terms = terms.tidied()
    crypto = catalogue.crypto.get(terms.crypto_currency or "")
    fiat = catalogue.fiat.get(terms.fiat_currency or "")
    required = ("crypto_currency", "ad_type", "payment_method", "fiat_currency", "crypto_amount")
    found = {name: FieldProblem(name, Problem.MISSING) for name in required if getattr(terms, name) is None}
    if terms.saved_payment_method is not None:
        found.pop("payment_method", None)

    def note(problem: FieldProblem | None) -> None:
        if problem is not None:
            found.setdefault(problem.field, problem)

    for problem in (*_choice_problems(terms, catalogue), *_price_problems(terms, catalogue)):
        note(problem)
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
        _note_worth_problems(_at_price(terms, crypto, fiat, quote_of, found), crypto, fiat, found)
    return tuple(sorted(found.values(), key=lambda problem: FIELD_ORDER.index(problem.field)))


def _choice_problems(terms: AdTerms, catalogue: Catalogue) -> Iterator[FieldProblem]:
    """Which codes are of nothing that is traded here."""
    choices = (
        ("crypto_currency", terms.crypto_currency, tuple(catalogue.crypto)),
        ("payment_method", terms.payment_method, tuple(sorted(catalogue.payment_methods))),
        ("fiat_currency", terms.fiat_currency, tuple(catalogue.fiat)),
    )
    for name, code, known in choices:
        if code is not None and code not in known:
            yield FieldProblem(name, Problem.UNKNOWN_CHOICE, known)


def _price_problems(terms: AdTerms, catalogue: Catalogue) -> tuple[FieldProblem, ...]:
    """What is wrong with how the price is made, whatever the market's rate is."""
    price, margin = terms.price_per_unit, terms.price_margin
    problems: list[FieldProblem | None] = []
    if not terms.is_market:
        missing = FieldProblem("price_per_unit", Problem.MISSING)
        problems.append(missing if price is None else amount_problem("price_per_unit", price, PRICE_DECIMALS))
        if margin is not None:
            problems.append(FieldProblem("price_margin", Problem.ONLY_ON_A_MARKET_AD))
    else:
        if price is not None:
            problems.append(FieldProblem("price_per_unit", Problem.ONLY_ON_A_FIXED_AD))
        if not catalogue.has_market_prices:
            problems.append(FieldProblem("price_type", Problem.NO_MARKET_PRICES))
        missing = FieldProblem("price_margin", Problem.MISSING)
        problems.append(missing if margin is None else margin_problem(margin))
    return tuple(problem for problem in problems if problem is not None)


def _at_price(
    terms: AdTerms,
    crypto: Currency | None,
    fiat: Currency,
    quote_of: QuoteOf | None,
    found: dict[str, FieldProblem],
) -> AdTerms:
    """The terms with the price that the market makes of their margin, where they follow it and there is one."""
    if not terms.is_market or quote_of is None:
        return terms
    if crypto is None or terms.price_margin is None or {"price_type", "price_margin", "price_per_unit"} & found.keys():
        return replace(terms, price_per_unit=None)
    quote = quote_of(crypto.code, fiat.code)
    price = None if quote is None else quote.price(terms.price_margin)
    if price is None:
        pair = f"{crypto.code} in {fiat.code}"
        found["price_type"] = FieldProblem("price_type", Problem.NO_MARKET_PRICE, pair)
    return replace(terms, price_per_unit=price)


FIELD_ORDER = (
    "crypto_currency", "price_per_unit", "price_type", "price_margin", "ad_type", "payment_method", "fiat_currency",
    "crypto_amount", "start_date", "end_date", "auto_reply_message", "terms_of_trade", "additional_information",
    "time_to_pay", "min_limit", "max_limit", "bank_account_name", "bank_account_number", "bank_name",
    "payment_details", "min_completed_offers", "min_completion_rate", "requires_kyc", "client_reference",
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
    ad_id: int,
    maker_id: UUID,
    terms: AdTerms,
    catalogue: Catalogue,
    at: datetime,
    default_time_to_pay: int,
    quote: Quote | None = None,
) -> Ad:
    """The ad that these terms make, at the market's last rate if they follow it. Raises ``InvalidFields``."""
    terms = terms.tidied()
    problems = ad_problems(terms, catalogue, day_of(at), lambda *_: quote)
    if terms.saved_payment_method is not None:
        # Whoever drives this looks it up, and puts what it says in its place.
        problems += (FieldProblem("saved_payment_method", Problem.NOT_SAVED, terms.saved_payment_method),)
    if problems:
        raise InvalidFields(problems)
    assert terms.crypto_amount is not None
    assert terms.ad_type is not None and terms.payment_method is not None
    fiat = catalogue.fiat[terms.fiat_currency or ""]
    price = price_of(terms, quote)
    whole = worth(terms.crypto_amount, price, fiat)
    least, most = effective_limits(terms, whole, fiat)
    return Ad(
        id=ad_id,
        maker_id=maker_id,
        ad_type=terms.ad_type,
        crypto=catalogue.crypto[terms.crypto_currency or ""],
        fiat=fiat,
        payment_method=terms.payment_method,
        price_per_unit=price,
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
        price_margin=terms.price_margin,
        market=quote if terms.is_market else None,
    )


def price_of(terms: AdTerms, quote: Quote | None) -> Decimal:
    """The price that terms have in which nothing is wrong."""
    price = terms.price_per_unit
    if quote is not None and terms.price_margin is not None:
        price = quote.price(terms.price_margin)
    assert price is not None
    return price
