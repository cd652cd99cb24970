"""Ads to look at: one, the board, and a maker's own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Float, Select, and_, bindparam, case, cast, exists, func, literal, or_, select, union_all
from sqlalchemy.engine import Connection

from domain.errors import AdNotFound
from domain.model.ad import LIVE_STATUSES, AdStatus
from domain.model.price_order import (
    FIXED_LANE,
    Places,
    market_lane,
    part_by_price,
    places_as_texts,
    places_of_texts,
)
from domain.model.prices import Pair
from domain.model.requirements import Taker
from domain.ports.readers import AdView, BoardQuery, Page

from ..schema import mapping as rows
from ..schema.apart import are_apart
from ..schema.one_of import among
from ..schema.tables import ads, market_rates, restrictions, traders
from ..schema.types import Flag, Id, word
from .cursors import make_cursor, page, read_cursor, row_id

_ROUGHLY = 1e-6
"""The share by which the engines' floating point may be wrong here, and far more; and one unit of fiat for rounding."""

_PRICE_ROUNDING = 1e-10
"""By how much the price of an ad that follows the market may be rounded, and far more."""


def _listed(*columns: Any) -> Select[Any]:
    """Columns of ads with their makers, and with the last rate where they follow one."""
    of_ads = select(*columns).select_from(ads).join(traders, traders.c.id == ads.c.maker_id)
    return of_ads.outerjoin(market_rates, rows.is_rate_of(ads))


_ADS = _listed(*rows.labelled(ads, "ad_"), *rows.rate_columns(), *rows.profile_columns(traders, "maker_"))
_MARGIN = cast(ads.c.price_margin, Float) / 100
# Roughly, and rising with the margin whatever is known of the rate: within a lane it never contradicts the rank.
_PRICE = case(
    (ads.c.price_margin.is_(None), cast(ads.c.price_per_unit, Float)),
    else_=func.coalesce(cast(market_rates.c.rate, Float), 1.0) * _MARGIN,
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
    if query.sort != "newest":
        return _by_price(connection, query, cursor, limit)
    rows_wanted = limit + MARGIN
    statement = _filtered(query, _ADS)
    if cursor is not None:
        statement = statement.where(ads.c.id < read_cursor("board newest", cursor, row_id))
    statement = statement.order_by(ads.c.id.desc()).limit(rows_wanted)
    seen = [_view(row) for row in connection.execute(statement).mappings()]
    # What an ad's rest is worth cannot be computed exactly in every engine's SQL, so the last word is said here.
    found = [view for view in seen if query.is_answered_by(view.ad)]
    if len(found) <= limit and len(seen) == rows_wanted:
        return Page(found, _cursor_of(seen[-1]))
    return page(found, limit, _cursor_of)


def _by_price(connection: Connection, query: BoardQuery, cursor: str | None, limit: int) -> Page[AdView]:
    """In the order of the prices that hold now: the lanes of the board, each read by its index, and merged.

    The engine's floating point decides which are read, and the exact prices in which order they are shown.
    """
    of_list, descending, rows_wanted = f"board {query.sort}", query.sort == "-price", limit + MARGIN
    places: Places = {} if cursor is None else read_cursor(of_list, cursor, places_of_texts)
    lanes = [_lane(query, pair, places, rows_wanted) for pair in (None, *_pairs(connection, query))]
    first = union_all(*lanes).subquery("lanes")
    in_order = (first.c.price, first.c.rank)
    ids = (
        select(first.c.id)
        .order_by(*(column.desc() if descending else column for column in in_order), first.c.id.desc())
        .limit(rows_wanted)
    )
    is_one = among(ads.c.id, ids, postgresql=connection.dialect.name == "postgresql")
    seen = {row["ad_id"]: _view(row) for row in connection.execute(_ADS.where(is_one)).mappings()}
    shown, places, has_more = part_by_price(
        (view.ad for view in seen.values()), places, limit, descending=descending, is_shown=query.is_answered_by
    )
    behind = make_cursor(of_list, *places_as_texts(places)) if has_more or len(seen) == rows_wanted else None
    return Page([seen[ad.id] for ad in shown], behind)


def _pairs(connection: Connection, query: BoardQuery) -> Sequence[Pair]:
    """The pairs whose rates ads may follow, among those that are asked for. A rate that was known once is kept."""
    if query.crypto_currency is not None and query.fiat_currency is not None:
        return [(query.crypto_currency, query.fiat_currency)]
    statement = select(market_rates.c.crypto_currency, market_rates.c.fiat_currency)
    wanted = (
        (market_rates.c.crypto_currency, query.crypto_currency, query.traded.crypto),
        (market_rates.c.fiat_currency, query.fiat_currency, query.traded.fiat),
    )
    for column, asked, traded in wanted:
        if asked is not None:
            statement = statement.where(column == asked)
        elif query.mine is None:
            statement = statement.where(column.in_(sorted(traded)))
    return [(row.crypto_currency, row.fiat_currency) for row in connection.execute(statement)]


def _lane(query: BoardQuery, pair: Pair | None, places: Places, limit: int) -> Select[Any]:
    """The first ads of a lane behind its place: what follows the rate of a pair, or all of a fixed price."""
    descending = query.sort == "-price"
    if pair is None:
        rank, lane, of_lane = ads.c.price_per_unit, FIXED_LANE, [ads.c.price_margin.is_(None)]
    else:
        rank, lane = ads.c.price_margin, market_lane(*pair)
        of_lane = [ads.c.crypto_currency == pair[0], ads.c.fiat_currency == pair[1], rank.is_not(None)]
    statement = _filtered(query, _listed(ads.c.id, rank.label("rank"), _PRICE.label("price"))).where(*of_lane)
    if lane in places:
        last_rank, last_id = places[lane]
        beyond = rank < last_rank if descending else rank > last_rank
        # The first condition says no more than the second, but an index knows from it where to begin.
        begins = rank <= last_rank if descending else rank >= last_rank
        statement = statement.where(begins, or_(beyond, and_(rank == last_rank, ads.c.id < last_id)))
    in_order = statement.order_by(rank.desc() if descending else rank, ads.c.id.desc()).limit(limit).subquery()
    return select(in_order.c.id, in_order.c.rank, in_order.c.price)


def _view(row: rows.Row) -> AdView:
    return AdView(rows.ad_from(row), rows.profile_from(row, "maker_"))


def _filtered(query: BoardQuery, statement: Select[Any]) -> Select[Any]:
    statement = statement.where(_takes_offers(query) if query.mine is None else ads.c.maker_id == query.mine)
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
    available = cast(ads.c.available, Float)
    rest, rounding = available * _PRICE, available * _PRICE_ROUNDING
    least, most = float(amount) * (1 - _ROUGHLY) - 1, float(amount) * (1 + _ROUGHLY) + 1
    # A most that was never given moves with the market, and what is left is no more than that.
    return and_(
        or_(ads.c.max_limit >= amount, and_(ads.c.price_margin.is_not(None), ads.c.max_limit_follows)),
        rest + rounding >= literal(least),
        or_(ads.c.min_limit <= amount, rest - rounding <= literal(most)),
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


def _cursor_of(view: AdView) -> str:
    return make_cursor("board newest", view.ad.id)
