"""What one trader has under way, counted from what is there.

On PostgreSQL a function counts, which the migration ``trader_counts`` makes; it can take the trader's place first, and
sees then what was committed by whoever had it. On SQLite a unit that writes has the only write lock there is, and one
statement says the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    CompoundSelect,
    Date,
    FromClause,
    Select,
    Text,
    and_,
    bindparam,
    column,
    exists,
    func,
    literal_column,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.engine import Connection

from domain.model.limits import CANCELLED_WINDOW, UNPAID_WINDOW, TraderCounts

from ..schema.mapping import Row
from ..schema.tables import ads, offer_history, offers
from ..schema.types import BIG, Flag, Id, Moment

GIVEN = bindparam("given", type_=Moment)
"""The moment by which to count, where it is not the database's own clock that tells it."""


def counted(of_trader: ColumnElement[UUID], takes_place: Any) -> FromClause:
    """The function's one row, for a statement of PostgreSQL that has the parameter ``given``."""
    return func.trader_counts(of_trader, GIVEN, takes_place).table_valued(
        column("live_ads", BIG),
        column("live_offers", BIG),
        column("unpaid", ARRAY(Moment())),
        column("cancelled", ARRAY(Moment())),
        name="counted",
    )


def today_of(given: ColumnElement[datetime], *, postgresql: bool) -> ColumnElement[Any]:
    """The day of the moment that is given, or else of the database's clock, which SQLite has none of."""
    if not postgresql:
        return func.substr(given, 1, 10, type_=Text())
    return func.timezone("UTC", func.coalesce(given, func.clock_timestamp())).cast(Date)


def live_ads_of(maker: ColumnElement[UUID], today: ColumnElement[Any]) -> ColumnElement[int]:
    """How many ads a trader has, live and paused."""
    is_live = literal_column("status IN ('pending', 'paused')", Flag)
    is_on = or_(ads.c.end_date.is_(None), ads.c.end_date >= today)
    return select(func.count()).select_from(ads).where(ads.c.maker_id == maker, is_live, is_on).scalar_subquery()


_TRADER, _AT = bindparam("trader", type_=Id), bindparam("at", type_=Moment)
_UNPAID_SINCE, _CANCELLED_SINCE = (bindparam(f"{name}_since", type_=Moment) for name in ("unpaid", "cancelled"))
# Written as the partial indexes have it, by which the planners know them.
_LIVE = literal_column("offers.state IN ('pending', 'paid', 'disputed')", Flag)
_FAILED = literal_column("offers.state IN ('cancelled', 'expired')", Flag)
_OF_TAKER = offers.c.taker_id == _TRADER


def _is(state: str) -> ColumnElement[bool]:
    of_state: ColumnElement[bool] = offers.c.state == literal_column(f"'{state}'")
    return of_state


def _what(name: str) -> ColumnElement[str]:
    return literal_column(f"'{name}'").label("what")


def _moments_of(name: str, moment: ColumnElement[datetime], *criteria: ColumnElement[bool]) -> Select[Any]:
    columns: list[ColumnElement[Any]] = [_what(name), moment.label("moment"), literal_column("1").label("number")]
    return select(*columns).select_from(offers.join(ads, ads.c.id == offers.c.ad_id)).where(_OF_TAKER, *criteria)


_IS_SELL = ads.c.ad_type == literal_column("'sell'")
_BY_TAKER = exists().where(
    offer_history.c.offer_id == offers.c.id,
    offer_history.c.kind == literal_column("'cancelled'"),
    offer_history.c.by == _TRADER,
)
_STILL_LIVE = and_(_OF_TAKER, _LIVE, or_(offers.c.state != literal_column("'pending'"), offers.c.deadline > _AT))
_NO_MOMENT = null().cast(Moment).label("moment")
_BY_STATEMENT: CompoundSelect[Any] = union_all(
    select(
        _what("live_ads"),
        null().cast(Moment).label("moment"),
        live_ads_of(_TRADER, today_of(_AT, postgresql=False)).label("number"),
    ),
    select(_what("live_offers"), null().cast(Moment), func.count()).select_from(offers).where(_STILL_LIVE),
    _moments_of(
        "unpaid",
        offers.c.deadline,
        _IS_SELL,
        _LIVE,
        _is("pending"),
        offers.c.deadline <= _AT,
        offers.c.deadline > _UNPAID_SINCE,
    ),
    _moments_of(
        "unpaid",
        offers.c.deadline,
        _IS_SELL,
        _FAILED,
        _is("expired"),
        offers.c.ended_at > _UNPAID_SINCE,
        offers.c.deadline > _UNPAID_SINCE,
    ),
    _moments_of(
        "cancelled", offers.c.ended_at, _FAILED, _is("cancelled"), offers.c.ended_at > _CANCELLED_SINCE, _BY_TAKER
    ),
)
_BY_FUNCTION = select(counted(_TRADER, literal_column("false", Flag)))


def counts_of(connection: Connection, trader_id: UUID, at: datetime) -> TraderCounts:
    """What a trader has under way, by one statement that takes no place."""
    if connection.dialect.name == "postgresql":
        return counts_from(connection.execute(_BY_FUNCTION, {"trader": trader_id, "given": at}).mappings().one())
    asked = {
        "trader": trader_id,
        "at": at,
        "unpaid_since": at - 2 * UNPAID_WINDOW,
        "cancelled_since": at - 2 * CANCELLED_WINDOW,
    }
    numbers: dict[str, int] = {}
    moments: dict[str, list[datetime]] = defaultdict(list)
    for what, moment, number in connection.execute(_BY_STATEMENT, asked):
        if moment is None:
            numbers[what] = number
        else:
            moments[what].append(moment)
    unpaid, cancelled = (sorted(moments[what], reverse=True) for what in ("unpaid", "cancelled"))
    return TraderCounts(numbers["live_ads"], numbers["live_offers"], tuple(unpaid), tuple(cancelled))


def counts_from(row: Row, prefix: str = "") -> TraderCounts:
    """What the function counted; nothing where it was not asked to."""
    if row[prefix + "live_ads"] is None:
        return TraderCounts()
    unpaid, cancelled = (tuple(_moments(row[prefix + name])) for name in ("unpaid", "cancelled"))
    return TraderCounts(row[prefix + "live_ads"], row[prefix + "live_offers"], unpaid, cancelled)


def _moments(found: Sequence[datetime] | None) -> Sequence[datetime]:
    """What the server gathers of no rows is no list."""
    return found or ()
