"""Exact money. No binary floating point, no silent rounding, no context but the one of this module."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import (
    ROUND_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    Context,
    Decimal,
    DecimalException,
    DivisionByZero,
    Inexact,
    InvalidOperation,
    Overflow,
)
from fractions import Fraction

from ..errors import FieldProblem, InvalidFields, Named, Problem

WHOLE_DIGITS = 18
"""Digits before the point of any amount: balances, prices and worths stay below 10^18."""
LIMIT = Decimal(10**WHOLE_DIGITS)
CRYPTO_DECIMALS_LIMIT = 20
FIAT_DECIMALS_LIMIT = 2
PRICE_DECIMALS = 10


def _context(rounding: str, *traps: type[DecimalException]) -> Context:
    # Everything is named, because what is left out is taken from the process's defaults. The widest product is a
    # price (18.10 digits) times an amount (18.20 digits): 66 digits. The margin is for sums.
    trapped: list[type[DecimalException]] = [InvalidOperation, DivisionByZero, Overflow, *traps]
    return Context(80, rounding, Emin=-999_999, Emax=999_999, capitals=1, clamp=0, flags=[], traps=trapped)


EXACT = _context(ROUND_HALF_EVEN, Inexact)
_DOWN = _context(ROUND_DOWN)
_ONE_PERCENT = Decimal("0.01")
_HALF_UP = _context(ROUND_HALF_UP)

# The spelling is checked before a Decimal is made: int(Decimal("1e1000000")) takes half a minute of CPU.
_SPELLING = re.compile(r"[0-9]+(\.[0-9]+)?", re.ASCII)
_WITH_EXPONENT = re.compile(r"[0-9]+(\.[0-9]+)?[eE][+-]?[0-9]+", re.ASCII)
_SPELLING_LENGTH_LIMIT = 200


@dataclass(frozen=True, slots=True)
class Currency:
    """A currency's code, lower case, and the decimals its amounts may have."""

    code: str
    decimals: int

    @property
    def smallest_unit(self) -> Decimal:
        """The least amount above zero."""
        return Decimal(1).scaleb(-self.decimals, context=EXACT)


@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount of one currency, never negative.

    Raises ``ValueError`` for an amount that is negative, not finite, or 10^18 and more.
    """

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        if not self.amount.is_finite() or self.amount < 0 or self.amount >= LIMIT:
            raise ValueError(f"no amount of money: {self.amount}")

    def __add__(self, other: Money) -> Money:
        return Money(EXACT.add(self.amount, self._same(other)), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(EXACT.subtract(self.amount, self._same(other)), self.currency)

    def _same(self, other: Money) -> Decimal:
        if other.currency != self.currency:
            raise ValueError(f"{other.currency} is not {self.currency}")
        return other.amount


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What is traded here: crypto and fiat currencies by code, and the payment methods.

    ``has_market_prices`` says that the desk asks for market prices, so that ads may follow them.
    """

    crypto: Mapping[str, Currency]
    fiat: Mapping[str, Currency]
    payment_methods: frozenset[str]
    has_market_prices: bool = False

    @classmethod
    def of(
        cls,
        crypto: Iterable[Currency],
        fiat: Iterable[Currency],
        payment_methods: Iterable[str],
        *,
        has_market_prices: bool = False,
    ) -> Catalogue:
        """Build a catalogue from its parts."""
        return cls(
            {currency.code: currency for currency in crypto},
            {currency.code: currency for currency in fiat},
            frozenset(payment_methods),
            has_market_prices,
        )

    def has(self, crypto: Currency, fiat: Currency, payment_method: str) -> bool:
        """Whether both currencies, whatever their decimals were, and the method are in use here now."""
        is_traded = crypto.code in self.crypto and fiat.code in self.fiat
        return is_traded and payment_method in self.payment_methods


def parse_amount(text: str, field: str = "amount") -> Decimal:
    """Read an exact decimal from ASCII digits with at most one point between them.

    Raises ``InvalidFields`` naming ``field`` for any other spelling (signs, exponents, NaN, other scripts' digits)
    and for more than 18 digits before the point. Leading zeros do not count as digits.
    """
    if len(text) > _SPELLING_LENGTH_LIMIT or not _SPELLING.fullmatch(text):
        # An exponent is what JavaScript writes of its own accord, so whoever wrote one is told what to do instead.
        has_exponent = len(text) <= _SPELLING_LENGTH_LIMIT and _WITH_EXPONENT.fullmatch(text)
        problem = Problem.EXPONENT if has_exponent else Problem.NOT_AN_AMOUNT
        raise InvalidFields((FieldProblem(field, problem),))
    if len(text.partition(".")[0].lstrip("0")) > WHOLE_DIGITS:
        raise InvalidFields((FieldProblem(field, Problem.TOO_MANY_DIGITS, WHOLE_DIGITS),))
    return Decimal(text)


def decimals_of(amount: Decimal) -> int:
    """How many decimals an amount needs; trailing zeros do not count."""
    # By the digits and not by normalize(), which would round an amount of more digits than its context has.
    return len(f"{amount:f}".partition(".")[2].rstrip("0"))


def amount_text(amount: Decimal, decimals: int = 0) -> str:
    """An amount as people read it: exact, without an exponent, with at least so many decimals."""
    return f"{amount:.{max(decimals, decimals_of(amount))}f}"


def money_text(amount: Decimal, currency: str, decimals: int = 0) -> str:
    """An amount with its currency, the one way in which the desk writes money for people: ``1000.00 usd``, ``0.5 btc``.

    Fiat has at least its own ``decimals``, crypto as many as it needs; codes are in lower case, as everywhere here.
    """
    return f"{amount_text(amount, decimals)} {currency}"


def named_text(named: Named) -> str:
    """An amount that a refusal names, written as all money is."""
    return money_text(named.amount, named.currency, named.decimals)


def amount_problem(field: str, amount: Decimal, decimals: int) -> FieldProblem | None:
    """What is wrong with an amount of which something is needed, in a currency of so many decimals; or None."""
    if not amount.is_finite() or amount < 0:
        return FieldProblem(field, Problem.NOT_AN_AMOUNT)
    if amount == 0:
        return FieldProblem(field, Problem.ZERO)
    if amount >= LIMIT:
        return FieldProblem(field, Problem.TOO_MANY_DIGITS, WHOLE_DIGITS)
    if decimals_of(amount) > decimals:
        return FieldProblem(field, Problem.TOO_MANY_DECIMALS, decimals)
    return None


def rounded_half_up(amount: Decimal, decimals: int) -> Decimal:
    """The amount at so many decimals, halves away from zero. One of the two places that round."""
    return amount.quantize(Decimal(1).scaleb(-decimals, context=EXACT), context=_HALF_UP)


def rounded_down(amount: Decimal, decimals: int) -> Decimal:
    """The amount cut to so many decimals. The other of the two places that round."""
    return amount.quantize(Decimal(1).scaleb(-decimals, context=EXACT), context=_DOWN)


def worth(amount: Decimal, price_per_unit: Decimal, fiat: Currency) -> Decimal:
    """What an amount of crypto is worth: amount times price, rounded half up to the fiat's decimals.

    The result may be 10^18 or more; who keeps it must check.
    """
    return rounded_half_up(EXACT.multiply(amount, price_per_unit), fiat.decimals)


def buys(fiat_amount: Decimal, price_per_unit: Decimal, crypto: Currency) -> Decimal:
    """How much crypto a fiat amount buys: fiat over price, cut to the crypto's decimals."""
    return rounded_down(_DOWN.divide(fiat_amount, price_per_unit), crypto.decimals)


def fee_of(amount: Decimal, percent: Decimal, crypto: Currency) -> Decimal:
    """What the desk takes of an amount of crypto: so many percent of it, cut to the crypto's decimals."""
    return rounded_down(EXACT.multiply(EXACT.multiply(amount, percent), _ONE_PERCENT), crypto.decimals)


def least_worth(fiat_amount: Decimal, price_per_unit: Decimal, crypto: Currency, fiat: Currency) -> Decimal:
    """The least crypto, at its currency's decimals, that is worth at least so much fiat once that is rounded."""
    return _in_units(math.ceil(_units_at_half(fiat_amount, price_per_unit, crypto, fiat, -1)), crypto)


def most_worth(fiat_amount: Decimal, price_per_unit: Decimal, crypto: Currency, fiat: Currency) -> Decimal:
    """The most crypto, at its currency's decimals, that is worth at most so much fiat once that is rounded."""
    # Half a unit more would be rounded up to a unit too many, so that the bound itself does not belong to it.
    return _in_units(math.ceil(_units_at_half(fiat_amount, price_per_unit, crypto, fiat, 1)) - 1, crypto)


def least_exactly_worth(fiat_amount: Decimal, price_per_unit: Decimal, crypto: Currency) -> Decimal:
    """The least crypto, at its currency's decimals, that is worth at least so much fiat before anything is rounded."""
    return _in_units(
        math.ceil(Fraction(fiat_amount) / Fraction(price_per_unit) / Fraction(crypto.smallest_unit)), crypto
    )


def _units_at_half(
    fiat_amount: Decimal, price_per_unit: Decimal, crypto: Currency, fiat: Currency, halves: int
) -> Fraction:
    """How many smallest units of crypto are worth exactly this fiat and so many halves of its smallest unit."""
    # A quotient of decimals may be endless, and one that was cut would be on the wrong side of a bound.
    exact = Fraction(fiat_amount) + Fraction(fiat.smallest_unit) * Fraction(halves, 2)
    return exact / Fraction(price_per_unit) / Fraction(crypto.smallest_unit)


def _in_units(units: int, crypto: Currency) -> Decimal:
    return Decimal(units).scaleb(-crypto.decimals, context=EXACT)
