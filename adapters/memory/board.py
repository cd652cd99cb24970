"""The board over dicts: which ads are shown, and in which order."""

from __future__ import annotations

from decimal import Decimal

from domain.model.ad import Ad
from domain.model.requirements import Taker
from domain.model.trader import Trader
from domain.ports.readers import BoardQuery

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


def sort_key(ad: Ad, query: BoardQuery) -> tuple[Decimal | int, ...]:
    """What rises along the list: the price, up or down, and the newest first among equals."""
    if query.sort == "price":
        return (ad.price_per_unit, -ad.id)
    if query.sort == "-price":
        return (ad.price_per_unit.copy_negate(), -ad.id)
    return (-ad.id,)
