"""Ads to look at: one, the board, and a maker's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, Text, and_, bindparam, or_, select, union_all
from sqlalchemy.engine import Connection

from domain.errors import AdNotFound
from domain.model.ad import Ad
from domain.model.bounds import takes_something
from domain.model.price_order import (
    FIXED_LANE,
    Places,
    market_lane,
    part_by_price,
    places_as_texts,
    places_of_texts,
)
from domain.model.prices import Pair
from domain.model.trader import Profile
from domain.ports.readers import AdView, BoardQuery, Page

from ..schema import mapping as rows
from ..schema.one_of import among
from ..schema.tables import ads, market_rates, traders
from ..schema.types import BIG, Amount
from .board_filters import PRICE, Way, values_of
from .cursors import BEYOND_ALL_IDS, make_cursor, page, read_cursor, row_id
from .parts import Part, Parts
from .statements import Statement, is_one_of, kept_compiled

_ROWS_WANTED = bindparam("rows_wanted", type_=BIG)
_FROM = ads.join(traders, traders.c.id == ads.c.maker_id).outerjoin(market_rates, rows.is_rate_of(ads))


def _listed(*columns: Any) -> Select[Any]:
    """Columns of ads with their makers, and with the last rate where they follow one."""
    return select(*columns).select_from(_FROM)


@dataclass(frozen=True, slots=True)
class _AdAsItIs:
    """An ad, and whether anything can be bought or sold on it, which is reckoned once for as long as it stays so."""

    ad: Ad
    takes_something: bool


@dataclass(frozen=True, slots=True)
class _Seen:
    """A row of the board."""

    found: _AdAsItIs
    maker: Profile

    @property
    def view(self) -> AdView:
        return AdView(self.found.ad, self.maker)

    def answers(self, query: BoardQuery) -> bool:
        """Whether what can be bought or sold on the ad is what is asked for."""
        if query.amount is None and query.mine is None:
            return self.found.takes_something
        return query.is_answered_by(self.found.ad)


def _as_it_is(row: rows.Row) -> _AdAsItIs:
    ad = rows.ad_from(row)
    return _AdAsItIs(ad, takes_something(ad))


_PARTS = Parts(
    Part(_FROM, [*rows.labelled(ads, "ad_"), *rows.rate_columns()], _as_it_is),
    Part(traders, rows.profile_columns(traders, "maker_"), lambda row: rows.profile_from(row, "maker_")),
)
_ADS = {on: _listed(*_PARTS.columns(postgresql=on == "postgresql")) for on in ("postgresql", "sqlite")}
_ONE_AD = {on: Statement(statement.where(ads.c.id == bindparam("ad_id"))) for on, statement in _ADS.items()}
MARGIN = 20
"""So many rows more than were asked for are read, since a few of them may not be what is asked for after all."""


def one_ad(connection: Connection, ad_id: int) -> AdView:
    """One ad. Raises ``AdNotFound``."""
    found = _found(connection, _ONE_AD[connection.dialect.name], {"ad_id": ad_id})
    if not found:
        raise AdNotFound()
    return found[0].view


def board(connection: Connection, query: BoardQuery, cursor: str | None, limit: int) -> Page[AdView]:
    """Ads that take offers on the query's day, or a maker's own. Raises ``BadCursor``."""
    if query.sort != "newest":
        return _by_price(connection, query, cursor, limit)
    rows_wanted = limit + MARGIN
    before = BEYOND_ALL_IDS if cursor is None else read_cursor("board newest", cursor, row_id)
    statement = _newest(Way.of(query, connection.dialect.name))
    seen = _found(connection, statement, values_of(query) | {"before": before, "rows_wanted": rows_wanted})
    # What an ad's rest is worth cannot be computed exactly in every engine's SQL, so the last word is said here.
    found = [one for one in seen if one.answers(query)]
    if len(found) <= limit and len(seen) == rows_wanted:
        return Page([one.view for one in found], _cursor_of(seen[-1]))
    shown = page(found, limit, _cursor_of)
    return Page([one.view for one in shown.items], shown.next)


@kept_compiled
def _newest(way: Way) -> Statement:
    statement = _ADS[way.engine].where(*way.conditions(), ads.c.id < bindparam("before", type_=BIG))
    return Statement(statement.order_by(ads.c.id.desc()).limit(_ROWS_WANTED))


def _by_price(connection: Connection, query: BoardQuery, cursor: str | None, limit: int) -> Page[AdView]:
    """In the order of the prices that hold now: the lanes of the board, each read by its index, and merged.

    The engine's floating point decides which are read, and the exact prices in which order they are shown.
    """
    of_list, descending, rows_wanted = f"board {query.sort}", query.sort == "-price", limit + MARGIN
    places: Places = {} if cursor is None else read_cursor(of_list, cursor, places_of_texts)
    pairs = (None, *_pairs(connection, query))
    values, begun = values_of(query) | {"rows_wanted": rows_wanted}, list[bool]()
    for number, pair in enumerate(pairs):
        lane = FIXED_LANE if pair is None else market_lane(*pair)
        begun.append(lane in places)
        if pair is not None:
            values |= {f"crypto_{number}": pair[0], f"fiat_{number}": pair[1]}
        if lane in places:
            values |= dict(zip((f"rank_{number}", f"id_{number}"), places[lane], strict=True))
    statement = _cheapest(Way.of(query, connection.dialect.name), tuple(begun))
    seen = {one.found.ad.id: one for one in _found(connection, statement, values)}
    shown, places, has_more = part_by_price(
        (one.found.ad for one in seen.values()),
        places,
        limit,
        descending=descending,
        is_shown=lambda ad: seen[ad.id].answers(query),
    )
    behind = make_cursor(of_list, *places_as_texts(places)) if has_more or len(seen) == rows_wanted else None
    return Page([seen[ad.id].view for ad in shown], behind)


@kept_compiled
def _cheapest(way: Way, begun: tuple[bool, ...]) -> Statement:
    """The first ads of all lanes together; ``begun`` says of each lane whether it was read to a place before."""
    descending = way.sort == "-price"
    lanes = [_lane(way, number, is_begun=is_begun) for number, is_begun in enumerate(begun)]
    first = union_all(*lanes).subquery("lanes")
    in_order = (first.c.price, first.c.rank)
    ids = (
        select(first.c.id)
        .order_by(*(column.desc() if descending else column for column in in_order), first.c.id.desc())
        .limit(_ROWS_WANTED)
    )
    return Statement(_ADS[way.engine].where(among(ads.c.id, ids, postgresql=way.engine == "postgresql")))


def _pairs(connection: Connection, query: BoardQuery) -> Sequence[Pair]:
    """The pairs whose rates ads may follow, among those that are asked for. A rate that was known once is kept."""
    if query.crypto_currency is not None and query.fiat_currency is not None:
        return [(query.crypto_currency, query.fiat_currency)]
    statement = _known_pairs(Way.of(query, connection.dialect.name))
    return [(row.crypto_currency, row.fiat_currency) for row in statement.rows(connection, values_of(query))]


@kept_compiled
def _known_pairs(way: Way) -> Statement:
    statement = select(market_rates.c.crypto_currency, market_rates.c.fiat_currency)
    for name in ("crypto_currency", "fiat_currency"):
        column = market_rates.c[name]
        if name in way.equal:
            statement = statement.where(column == bindparam(name, type_=column.type))
        elif not way.is_mine:
            statement = statement.where(is_one_of(column, f"traded_{name}", way.engine))
    return Statement(statement)


def _lane(way: Way, number: int, *, is_begun: bool) -> Select[Any]:
    """The first ads of a lane behind its place: all of a fixed price are the first lane, each rate has one more."""
    descending = way.sort == "-price"
    if number == 0:
        rank, of_lane = ads.c.price_per_unit, [ads.c.price_margin.is_(None)]
    else:
        rank = ads.c.price_margin
        pair = ((ads.c.crypto_currency, f"crypto_{number}"), (ads.c.fiat_currency, f"fiat_{number}"))
        of_lane = [*(column == bindparam(name, type_=Text()) for column, name in pair), rank.is_not(None)]
    statement = _listed(ads.c.id, rank.label("rank"), PRICE.label("price")).where(*way.conditions(), *of_lane)
    if is_begun:
        last_rank, last_id = bindparam(f"rank_{number}", type_=Amount), bindparam(f"id_{number}", type_=BIG)
        beyond = rank < last_rank if descending else rank > last_rank
        # The first condition says no more than the second, but an index knows from it where to begin.
        begins = rank <= last_rank if descending else rank >= last_rank
        statement = statement.where(begins, or_(beyond, and_(rank == last_rank, ads.c.id < last_id)))
    ordered = statement.order_by(rank.desc() if descending else rank, ads.c.id.desc())
    in_order = ordered.limit(_ROWS_WANTED).subquery()
    return select(in_order.c.id, in_order.c.rank, in_order.c.price)


def _found(connection: Connection, statement: Statement, values: Mapping[str, Any]) -> list[_Seen]:
    found = statement.rows(connection, values)
    return [_Seen(*row) for row in _PARTS.found(found, postgresql=connection.dialect.name == "postgresql")]


def _cursor_of(seen: _Seen) -> str:
    return make_cursor("board newest", seen.found.ad.id)
