"""Ads to look at: one, the board, and a maker's own."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import Select, and_, bindparam, exists, literal, or_, select
from sqlalchemy.engine import Connection

from domain.errors import AdNotFound, InvalidFields
from domain.model.ad import Ad
from domain.model.money import parse_amount, worth
from domain.ports.readers import AdView, BadCursor, BoardQuery, Page

from . import rows
from .cursors import make_cursor, page, read_cursor, row_id
from .tables import ads, restrictions, traders
from .types import Flag, word

_ADS = (
    select(*rows.labelled(ads, "ad_"), *rows.profile_columns(traders, "maker_"))
    .select_from(ads)
    .join(traders, traders.c.id == ads.c.maker_id)
)
_ONE_AD = _ADS.where(ads.c.id == bindparam("ad_id"))


def one_ad(connection: Connection, ad_id: int) -> AdView:
    """One ad. Raises ``AdNotFound``."""
    row = connection.execute(_ONE_AD, {"ad_id": ad_id}).mappings().one_or_none()
    if row is None:
        raise AdNotFound()
    return _view(row)


def board(connection: Connection, query: BoardQuery, cursor: str | None, limit: int) -> Page[AdView]:
    """Ads that take offers on the query's day, or a maker's own. Raises ``BadCursor``."""
    found: list[AdView] = []
    while len(found) <= limit:
        statement = _sorted(_filtered(query), query.sort, cursor).limit(limit + 1)
        batch = [_view(row) for row in connection.execute(statement).mappings()]
        # What an ad's rest is worth cannot be computed exactly in every engine's SQL, so it is judged here.
        found += [view for view in batch if query.amount is None or _can_be_for(view.ad, query.amount)]
        if len(batch) <= limit:
            break
        cursor = _cursor_of(batch[-1], query.sort)
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
    )
    for column, value in wanted:
        if value is not None:
            statement = statement.where(column == value)
    return statement if query.amount is None else statement.where(ads.c.max_limit >= query.amount)


def _takes_offers(query: BoardQuery) -> Any:
    is_barred = exists().where(
        restrictions.c.trader_id == ads.c.maker_id, restrictions.c.crypto_currency == ads.c.crypto_currency
    )
    return and_(
        ads.c.status == word("pending"),
        ads.c.start_date <= query.today,
        or_(ads.c.end_date.is_(None), ads.c.end_date >= query.today),
        ads.c.available > Decimal(0),
        traders.c.is_suspended == literal(False, Flag),
        ~is_barred,
    )


def _can_be_for(ad: Ad, amount: Decimal) -> bool:
    """Whether one offer can be for this fiat; one for the whole rest may be under the ad's least."""
    rest = worth(ad.available, ad.price_per_unit, ad.fiat)
    return amount <= min(ad.max_limit, rest) and (amount >= ad.min_limit or amount == rest)


def _sorted(statement: Select[Any], sort: str, cursor: str | None) -> Select[Any]:
    """In the order asked for, the newest first among equals, and only what lies behind the cursor."""
    if sort == "newest":
        if cursor is not None:
            statement = statement.where(ads.c.id < read_cursor("board newest", cursor, row_id))
        return statement.order_by(ads.c.id.desc())
    price = ads.c.price_per_unit
    if cursor is not None:
        last_price, last_id = read_cursor(f"board {sort}", cursor, _price_key)
        beyond = price > last_price if sort == "price" else price < last_price
        statement = statement.where(or_(beyond, and_(price == last_price, ads.c.id < last_id)))
    return statement.order_by(price if sort == "price" else price.desc(), ads.c.id.desc())


def _cursor_of(view: AdView, sort: str) -> str:
    key = (view.ad.id,) if sort == "newest" else (f"{view.ad.price_per_unit:f}", view.ad.id)
    return make_cursor(f"board {sort}", *key)


def _price_key(parts: list[str]) -> tuple[Decimal, int]:
    price, ad_id = parts
    try:
        return parse_amount(price), row_id([ad_id])
    except InvalidFields:
        raise BadCursor(price) from None
