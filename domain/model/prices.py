"""Market prices: which answers of a feed count, for how long a rate is good, and what an ad that follows it asks.

Source of the rules: docs/contract/trading.md, "Market prices" and "Market ads".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from ..errors import FieldProblem, Problem
from .money import CRYPTO_DECIMALS_LIMIT, EXACT, LIMIT, PRICE_DECIMALS, amount_problem, rounded_half_up

RATE_IS_GOOD = timedelta(minutes=5)
"""How long nobody need say a rate again. An older one is not known."""
JUMP = Decimal("0.2")
"""The share of a rate by which an answer may differ from it and count at once."""
ANSWERS_OF_A_JUMP = 3
"""So many answers in a row that agree make a rate of a jump, which one hiccup of a feed is not."""

PRICE_DIGITS = 8
"""So many significant digits the price of an ad that follows the market has at most."""
MARGIN_LIMIT = Decimal(1000)
"""The most of the market's rate that an ad may ask for, in percent."""
MARGIN_DECIMALS = 2

Pair = tuple[str, str]
"""The code of a crypto currency, and of the fiat currency in which one whole unit of it has a price."""


class PriceType(StrEnum):
    """Whether an ad's price is its maker's own, or a part of the market's rate."""

    FIXED = "fixed"
    MARKET = "market"


@dataclass(frozen=True, slots=True)
class Quote:
    """A rate of the market, and when a feed last said so."""

    rate: Decimal
    at: datetime

    def is_known(self, at: datetime) -> bool:
        """Whether the rate can be relied on at a moment."""
        return at - self.at <= RATE_IS_GOOD

    def price(self, margin: Decimal) -> Decimal | None:
        """So many percent of the rate, rounded half up to 8 significant digits and at most 10 decimals.

        None where that is no price: zero, or 10^18 and more.
        """
        exact = EXACT.multiply(EXACT.multiply(self.rate, margin), _ONE_PERCENT)
        decimals = min(PRICE_DECIMALS, PRICE_DIGITS - 1 - exact.adjusted())
        # Of digits before the point that are rounded away, the zeros are written out.
        price = EXACT.add(rounded_half_up(exact, decimals), Decimal(0))
        return price if 0 < price < LIMIT else None


def margin_problem(margin: Decimal) -> FieldProblem | None:
    """What is wrong with the percentage of an ad that follows the market; or None."""
    problem = amount_problem("price_margin", margin, MARGIN_DECIMALS)
    if problem is None and margin > MARGIN_LIMIT:
        return FieldProblem("price_margin", Problem.NOT_ABOVE, int(MARGIN_LIMIT))
    return problem


@dataclass(frozen=True, slots=True)
class Answer:
    """What a feed said of some pairs at a moment; without one, at the moment at which it is heard.

    ``is_put_back`` says that the feed has put an older answer in place of its last: then what is known is that old.
    """

    rates: Mapping[Pair, Decimal]
    at: datetime | None = None
    is_put_back: bool = False


@dataclass(frozen=True, slots=True)
class MarketRate:
    """The market's price of one whole unit of a crypto currency, and when a feed last said so.

    ``doubted`` are the last answers in a row that are a jump away from it and not enough yet, the oldest first;
    ``answered_at`` is the moment of the last answer of any kind.
    """

    crypto_currency: str
    fiat_currency: str
    rate: Decimal
    at: datetime
    answered_at: datetime
    doubted: tuple[Decimal, ...] = ()

    @classmethod
    def first(cls, pair: Pair, rate: Decimal, at: datetime) -> MarketRate:
        """The rate where there was none to doubt it by."""
        return cls(*pair, rate, at, at)

    @property
    def pair(self) -> Pair:
        """Of what it is the price, in what."""
        return self.crypto_currency, self.fiat_currency

    @property
    def quote(self) -> Quote:
        """What of it decides a price."""
        return Quote(self.rate, self.at)

    def is_known(self, at: datetime) -> bool:
        """Whether the rate can be relied on at a moment."""
        return self.quote.is_known(at)

    def answered(self, rate: Decimal, at: datetime) -> MarketRate:
        """What is known after one more answer."""
        if not _is_jump(self.rate, rate):
            return replace(self, rate=rate, at=at, answered_at=at, doubted=())
        doubted = (*self.doubted, rate)
        if any(_is_jump(one, rate) or _is_jump(rate, one) for one in self.doubted):
            # The answers contradict each other, so that this one is the first of a new row.
            doubted = (rate,)
        if len(doubted) >= ANSWERS_OF_A_JUMP:
            return replace(self, rate=rate, at=at, answered_at=at, doubted=())
        return replace(self, answered_at=at, doubted=doubted)


_ONE_PERCENT = Decimal("0.01")


def _is_jump(known: Decimal, rate: Decimal) -> bool:
    return abs(EXACT.subtract(rate, known)) > EXACT.multiply(known, JUMP)


def is_rate(rate: Decimal) -> bool:
    """Whether an answer can be a rate at all: above zero, below 10^18, with at most 20 decimals."""
    return amount_problem("rate", rate, CRYPTO_DECIMALS_LIMIT) is None
