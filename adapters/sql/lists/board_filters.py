"""Which ads a query of the board asks for: the conditions by which they are found, and the values of these."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Float,
    and_,
    bindparam,
    case,
    cast,
    false,
    func,
    literal,
    literal_column,
    or_,
    select,
    true,
)

from domain.model.ad import LIVE_STATUSES, AdStatus
from domain.ports.readers import BoardQuery

from ..schema.apart import are_apart
from ..schema.one_of import is_there
from ..schema.tables import ads, market_rates, restrictions, traders
from ..schema.types import Amount, Day, Flag, Id
from .statements import is_none_of, is_one_of

_ROUGHLY = 1e-6
"""The share by which the engines' floating point may be wrong here, and far more; and one unit of fiat for rounding."""
_PRICE_ROUNDING = 1e-10
"""By how much the price of an ad that follows the market may be rounded, and far more."""
_MARGIN = cast(ads.c.price_margin, Float) / 100
# Roughly, and rising with the margin whatever is known of the rate: within a lane it never contradicts the rank.
PRICE = case(
    (ads.c.price_margin.is_(None), cast(ads.c.price_per_unit, Float)),
    else_=func.coalesce(cast(market_rates.c.rate, Float), 1.0) * _MARGIN,
)
_EQUAL = ("ad_type", "crypto_currency", "fiat_currency", "payment_method", "client_reference")
_NOTHING = Decimal(0)
_TODAY = bindparam("today", type_=Day)
_AMOUNT = bindparam("amount", type_=Amount)


class Way(NamedTuple):
    """In which way a query asks: all that decides which conditions there are."""

    engine: str
    sort: str
    is_mine: bool
    has_viewer: bool
    equal: tuple[str, ...]
    status: AdStatus | None
    is_takeable: bool
    has_amount: bool

    @classmethod
    def of(cls, query: BoardQuery, engine: str) -> Way:
        """The way of a query."""
        return cls(
            engine,
            query.sort,
            query.mine is not None,
            query.viewer is not None,
            tuple([name for name in _EQUAL if getattr(query, name) is not None]),
            query.status,
            query.takeable_by is not None,
            query.amount is not None,
        )

    def conditions(self) -> Iterator[ColumnElement[bool]]:
        """What holds of the ads that are asked for, in terms of the parameters that ``values_of`` gives."""
        for name in self.equal:
            yield ads.c[name] == bindparam(name, type_=ads.c[name].type)
        if self.is_mine:
            yield ads.c.maker_id == bindparam("mine", type_=Id)
        else:
            yield ads.c.status == literal_column("'pending'")
            yield traders.c.is_suspended == literal(False, Flag)
        others = list(self._others())
        if others:
            # One condition, of which the planner knows nothing. Of many it takes each for a rare one, and believes in
            # the end that no ad is left: then it reads and sorts all there are, and not the first ones of an index.
            yield case((and_(*others), true()), else_=false())
        if self.status is not None:
            yield _has_status(self.status)
        if self.has_amount:
            yield _may_take_amount()

    def _others(self) -> Iterator[ColumnElement[bool]]:
        """Conditions of the ad alone that most ads meet, and no index is for; the cheapest first."""
        if self.is_takeable:
            yield from self._could_be_taken()
        if not self.is_mine:
            yield from self._takes_offers()

    def _takes_offers(self) -> Iterator[ColumnElement[bool]]:
        yield ads.c.start_date <= _TODAY
        yield or_(ads.c.end_date.is_(None), ads.c.end_date >= _TODAY)
        yield ads.c.available > bindparam("nothing", type_=Amount)
        for name in ("crypto_currency", "fiat_currency", "payment_method"):
            yield is_one_of(ads.c[name], f"traded_{name}", self.engine)
        barred = (restrictions.c.trader_id == ads.c.maker_id, restrictions.c.crypto_currency == ads.c.crypto_currency)
        yield ~is_there(select(literal(1)).where(*barred))
        if self.has_viewer:
            yield ~are_apart(ads.c.maker_id, bindparam("viewer", type_=Id))

    def _could_be_taken(self) -> Iterator[ColumnElement[bool]]:
        """Whether an ad is somebody else's and asks for nothing that the taker has not."""
        yield ads.c.maker_id != bindparam("taker", type_=Id)
        yield ads.c.min_completed_offers <= bindparam("completed_offers", type_=ads.c.min_completed_offers.type)
        yield ads.c.min_completion_rate <= bindparam("completion_rate", type_=ads.c.min_completion_rate.type)
        yield is_none_of(ads.c.crypto_currency, "restricted_in", self.engine)
        yield or_(ads.c.requires_kyc == literal(False, Flag), bindparam("has_kyc", type_=Flag) == literal(True, Flag))


def values_of(query: BoardQuery) -> dict[str, Any]:
    """The parameters of the conditions, and of some that are not asked for."""
    traded = query.traded
    values: dict[str, Any] = {
        "today": query.today,
        "mine": query.mine,
        "viewer": query.viewer,
        "nothing": _NOTHING,
        "traded_crypto_currency": list(traded.crypto),
        "traded_fiat_currency": list(traded.fiat),
        "traded_payment_method": list(traded.payment_methods),
        **{name: getattr(query, name) for name in _EQUAL},
        "ad_type": query.ad_type and query.ad_type.value,
    }
    if query.amount is not None:
        roughly = float(query.amount)
        least, most = roughly * (1 - _ROUGHLY) - 1, roughly * (1 + _ROUGHLY) + 1
        values |= {"amount": query.amount, "least": least, "most": most}
    if query.takeable_by is not None:
        taker = query.takeable_by
        rate = taker.record.completion_rate
        values |= {
            "taker": taker.id,
            "completed_offers": taker.record.completed_offers,
            # A whole number is no more than a rate of one decimal where it is no more than the whole part of that.
            "completion_rate": 0 if rate is None else int(rate),
            "restricted_in": list(taker.restricted_in),
            "has_kyc": taker.has_kyc,
        }
    return values


def _has_status(status: AdStatus) -> ColumnElement[bool]:
    """Whether an ad has the status on a day: a live one past its end date has expired, swept or not."""
    stored = _is_stored_as(status)
    is_over = and_(ads.c.end_date.is_not(None), ads.c.end_date < _TODAY)
    if status in LIVE_STATUSES:
        return and_(stored, ~is_over)
    if status is AdStatus.EXPIRED:
        return or_(stored, and_(or_(*map(_is_stored_as, sorted(LIVE_STATUSES))), is_over))
    return stored


def _is_stored_as(status: AdStatus) -> ColumnElement[bool]:
    # Written into the statement: an index of a part of a table is used only where the part is known.
    stored: ColumnElement[bool] = ads.c.status == literal_column(f"'{status.value}'")
    return stored


def _may_take_amount() -> ColumnElement[bool]:
    """Whether an ad's limits and its rest, roughly, let one offer be for this fiat; no ad that takes it is left out."""
    available = cast(ads.c.available, Float)
    rest, rounding = available * PRICE, available * _PRICE_ROUNDING
    # A most that was never given moves with the market, and what is left is no more than that.
    return and_(
        or_(ads.c.max_limit >= _AMOUNT, and_(ads.c.price_margin.is_not(None), ads.c.max_limit_follows)),
        rest + rounding >= bindparam("least", type_=Float()),
        or_(ads.c.min_limit <= _AMOUNT, rest - rounding <= bindparam("most", type_=Float())),
    )
