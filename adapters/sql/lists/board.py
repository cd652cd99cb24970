"""Ads to look at: one, the board, and a maker's own."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Float, Select, and_, bindparam, cast, exists, literal, or_, select
from sqlalchemy.engine import Connection

from domain.errors import AdNotFound, InvalidFields
from domain.model.ad import LIVE_STATUSES, AdStatus
from domain.model.money import PRICE_DECIMALS, amount_problem, parse_amount
from domain.model.requirements import Taker
from domain.ports.readers import AdView, BadCursor, BoardQuery, Page

from ..schema import mapping as rows
from ..schema.apart import are_apart
from ..schema.tables import ads, restrictions, traders
from ..schema.types import Flag, Id, word
from .cursors import make_cursor, page, read_cursor, row_id

_ROUGHLY = 1e-6
"""The share by which the engines' floating point may be wrong here, and far more; and one unit of fiat for rounding."""

_ADS = (
    select(*rows.labelled(ads, "ad_"), *rows.profile_columns(traders, "maker_"))
    .select_from(ads)
    .join(traders, traders.c.id == ads.c.maker_id)
)
MARGIN = 20
"""So many rows more than were asked for are read, since a few of them may not be what is asked for after all."""
_ONE_AD = _ADS.where(ads.c.id == bindparam("ad_id"))


def one_ad(connection: Connection, ad_id: int) -> AdView:
    """One ad. Raises ``AdNotFound``."""
    row = connection.execute(_ONE_AD, {"ad_id": ad_id}).mappings().one_or_none()
    if row is None:
        raise AdNotFound()
    return _view(row)


def board(connection: Connection, query: BoardQuery, cursor: str | None, limit: int) -> Page[AdView]:
    """Ads that take offers on the query's day, or a maker's own. Raises ``BadCursor``."""
    rows_wanted = limit + MARGIN
    statement = _sorted(_filtered(query), query.sort, cursor).limit(rows_wanted)
    seen = [_view(row) for row in connection.execute(statement).mappings()]
    # What an ad's rest is worth cannot be computed exactly in every engine's SQL, so the last word is said here.
    found = [view for view in seen if query.is_answered_by(view.ad)]
    if len(found) <= limit and len(seen) == rows_wanted:
        return Page(found, _cursor_of(seen[-1], query.sort))
    return page(found, limit, lambda view: _cursor_of(view, query.sort))


def _view(row: rows.Row) -> AdView:
    return AdView(rows.ad_from(row), rows.profile_from(row, "maker_"))


def _filtered(query: BoardQuery) -> Select[Any]:
    statement = _ADS.where(_takes_offers(query)) if query.mine is None else _ADS.where(ads.c.maker_id == query.mine)
    wanted = (
        (ads.c.ad_type, query.ad_type and query.ad_type.value),
        (ads.c.crypto_currency, query.crypto_currency),
        (ads.c.fiat_currency, query.fiat_currency),
        (ads.c.payment_method, query.payment_method),
        (ads.c.client_reference, query.client_reference),
    )
    for column, value in wanted:
        if value is not None:
            statement = statement.where(column == value)
    if query.status is not None:
        statement = statement.where(_has_status(query.status, query.today))
    if query.takeable_by is not None:
        statement = statement.where(_could_be_taken_by(query.takeable_by))
    return statement if query.amount is None else statement.where(_may_take(query.amount))


def _has_status(status: AdStatus, today: date) -> Any:
    """Whether an ad has the status on a day: a live one past its end date has expired, swept or not."""
    stored = ads.c.status == word(status.value)
    is_over = and_(ads.c.end_date.is_not(None), ads.c.end_date < today)
    if status in LIVE_STATUSES:
        return and_(stored, ~is_over)
    if status is AdStatus.EXPIRED:
        return or_(stored, and_(or_(*(ads.c.status == word(live.value) for live in sorted(LIVE_STATUSES))), is_over))
    return stored


def _may_take(amount: Decimal) -> Any:
    """Whether an ad's limits and its rest, roughly, let one offer be for this fiat; no ad that takes it is left out."""
    rest = cast(ads.c.available, Float) * cast(ads.c.price_per_unit, Float)
    least, most = float(amount) * (1 - _ROUGHLY) - 1, float(amount) * (1 + _ROUGHLY) + 1
    return and_(
        ads.c.max_limit >= amount, rest >= literal(least), or_(ads.c.min_limit <= amount, rest <= literal(most))
    )


def _could_be_taken_by(taker: Taker) -> Any:
    """Whether an ad is somebody else's and asks for nothing that the taker has not."""
    rate = taker.record.completion_rate
    asked = [
        ads.c.maker_id != literal(taker.id, Id),
        ads.c.min_completed_offers <= taker.record.completed_offers,
        # A whole number is no more than a rate of one decimal where it is no more than the whole part of that.
        ads.c.min_completion_rate <= (0 if rate is None else int(rate)),
    ]
    if taker.restricted_in:
        asked.append(ads.c.crypto_currency.not_in(sorted(taker.restricted_in)))
    if not taker.has_kyc:
        asked.append(ads.c.requires_kyc == literal(False, Flag))
    return and_(*asked)


def _takes_offers(query: BoardQuery) -> Any:
    is_barred = exists().where(
        restrictions.c.trader_id == ads.c.maker_id, restrictions.c.crypto_currency == ads.c.crypto_currency
    )
    apart = [] if query.viewer is None else [~are_apart(ads.c.maker_id, literal(query.viewer, Id))]
    return and_(
        *apart,
        ads.c.status == word("pending"),
        ads.c.start_date <= query.today,
        or_(ads.c.end_date.is_(None), ads.c.end_date >= query.today),
        ads.c.available > Decimal(0),
        traders.c.is_suspended == literal(False, Flag),
        ~is_barred,
        ads.c.crypto_currency.in_(sorted(query.traded.crypto)),
        ads.c.fiat_currency.in_(sorted(query.traded.fiat)),
        ads.c.payment_method.in_(sorted(query.traded.payment_methods)),
    )


def _sorted(statement: Select[Any], sort: str, cursor: str | None) -> Select[Any]:
    """In the order asked for, the newest first among equals, and only what lies behind the cursor."""
    if sort == "newest":
        if cursor is not None:
            statement = statement.where(ads.c.id < read_cursor("board newest", cursor, row_id))
        return statement.order_by(ads.c.id.desc())
    price = ads.c.price_per_unit
    if cursor is not None:
        last_price, last_id = read_cursor(f"board {sort}", cursor, _price_key)
        is_upwards = sort == "price"
        beyond = price > last_price if is_upwards else price < last_price
        # The first condition says no more than the second, but an index knows from it where to begin.
        begins = price >= last_price if is_upwards else price <= last_price
        statement = statement.where(begins, or_(beyond, and_(price == last_price, ads.c.id < last_id)))
    return statement.order_by(price if sort == "price" else price.desc(), ads.c.id.desc())


def _cursor_of(view: AdView, sort: str) -> str:
    key = (view.ad.id,) if sort == "newest" else (f"{view.ad.price_per_unit:f}", view.ad.id)
    return make_cursor(f"board {sort}", *key)


def _price_key(parts: list[str]) -> tuple[Decimal, int]:
    text, ad_id = parts
    try:
        price = parse_amount(text)
    except InvalidFields:
        raise BadCursor(text) from None
    if amount_problem("price", price, PRICE_DECIMALS) is not None:
        raise BadCursor(text)
    return price, row_id([ad_id])
