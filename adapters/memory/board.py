"""The board over dicts: which ads are shown, and in which order."""

from __future__ import annotations

from collections.abc import Iterable

from domain.model.ad import Ad
from domain.model.price_order import Places, is_behind, part_by_price
from domain.model.requirements import Taker
from domain.model.trader import Trader
from domain.ports.readers import BoardQuery, Page

from .cursors import make_places_cursor, page, read_places_cursor
from .rates import priced
from .tables import Tables, existing
from .traders import are_apart, restrictions_of


def takes_offers(tables: Tables, ad: Ad, query: BoardQuery) -> bool:
    """Whether the ad is open to offers on the query's day."""
    maker: Trader = existing(tables.traders, ad.maker_id, "trader")
    if query.viewer is not None and are_apart(tables, ad.maker_id, query.viewer):
        return False
    is_barred = maker.is_suspended or ad.crypto.code in restrictions_of(tables, maker.id)
    return ad.closure(query.today, maker_is_barred=is_barred, catalogue=query.traded) is None


def is_asked_for(ad: Ad, query: BoardQuery) -> bool:
    """Whether the ad is of the type, the currencies, the method, the status and the size that the query names."""
    wanted = (
        (query.ad_type, ad.ad_type),
        (query.crypto_currency, ad.crypto.code),
        (query.fiat_currency, ad.fiat.code),
        (query.payment_method, ad.payment_method),
        (query.status, ad.as_of(query.today).status),
        (query.client_reference, ad.client_reference),
    )
    if any(asked is not None and asked != found for asked, found in wanted):
        return False
    return could_take(ad, query.takeable_by) and query.is_answered_by(ad)


def could_take(ad: Ad, taker: Taker | None) -> bool:
    """Whether somebody could take from the ad, as far as that is asked."""
    if taker is None:
        return True
    is_open_to = ad.maker_id != taker.id and ad.crypto.code not in taker.restricted_in
    return is_open_to and ad.requirements.shortfall(taker.record, taker.has_kyc) is None


def board(tables: Tables, query: BoardQuery, cursor: str | None, limit: int) -> Page[Ad]:
    """A part of the board, or of a maker's own ads."""
    listed = (
        (row_id, priced(tables, ad))
        for row_id, ad in tables.ads.items()
        if (takes_offers(tables, ad, query) if query.mine is None else ad.maker_id == query.mine)
    )
    found = ((row_id, ad) for row_id, ad in listed if is_asked_for(ad, query))
    if query.sort != "newest":
        return _by_price((ad for _, ad in found), query, cursor, limit)
    return page(
        found, lambda row_id, _: -row_id, of_list="board_newest", find=tables.ads.get, cursor=cursor, limit=limit
    )


def _by_price(ads: Iterable[Ad], query: BoardQuery, cursor: str | None, limit: int) -> Page[Ad]:
    """In the order of the prices that hold now, the newest first among equals."""
    of_list, descending = f"board_{query.sort}", query.sort == "-price"
    places: Places = {} if cursor is None else read_places_cursor(of_list, cursor)
    behind = [ad for ad in ads if is_behind(ad, places, descending=descending)]
    shown, places, has_more = part_by_price(behind, places, limit, descending=descending, is_shown=lambda _: True)
    return Page(shown, make_places_cursor(of_list, places) if has_more else None)
