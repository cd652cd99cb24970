"""The order of a list by price, where the prices of some move on between two parts of it.

A lane is what goes in one order whatever the market does: ads of a fixed price by it, and ads that follow one rate by
their margins. A list by price is its lanes merged by the prices that hold now. Where a part of it ends is told by the
place that each lane was read to, so that the next part leaves nothing out and shows nothing twice, though by then the
lanes lie beside each other in another way.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from heapq import merge

from ..errors import InvalidFields
from .ad import Ad
from .money import PRICE_DECIMALS, amount_problem, amount_text, parse_amount

FIXED_LANE = ""
Place = tuple[Decimal, int]
"""How far a lane was read: the rank and the id of the last ad."""
Places = Mapping[str, Place]

_PLACE = re.compile(r"([a-z0-9_]{1,32}-[a-z0-9_]{1,32})?:([0-9.]{1,32}):([1-9][0-9]{0,17})", re.ASCII)


def lane_of(ad: Ad) -> str:
    """The lane of an ad: one for all of a fixed price, and one for each pair that ads follow."""
    return FIXED_LANE if ad.price_margin is None else market_lane(*ad.pair)


def market_lane(crypto_currency: str, fiat_currency: str) -> str:
    """The lane of the ads that follow the rate of a pair."""
    return f"{crypto_currency}-{fiat_currency}"


def rank_of(ad: Ad) -> Decimal:
    """What an ad's place in its lane goes by; the newest is first among equals."""
    return ad.price_per_unit if ad.price_margin is None else ad.price_margin


def is_behind(ad: Ad, places: Places, *, descending: bool) -> bool:
    """Whether an ad lies behind the place that its lane was read to."""
    place = places.get(lane_of(ad))
    if place is None:
        return True
    rank, last_id = place
    if rank_of(ad) == rank:
        return ad.id < last_id
    return (rank_of(ad) > rank) is not descending


def part_by_price(
    ads: Iterable[Ad], places: Places, limit: int, *, descending: bool, is_shown: Callable[[Ad], bool]
) -> tuple[Sequence[Ad], Places, bool]:
    """The first ads that are to be shown, the places that the lanes were read to, and whether there is another one.

    Of each lane the ads must be the first ones behind its place, in any order.
    """
    read, shown = dict(places), list[Ad]()
    for ad in _merged(ads, descending):
        if is_shown(ad):
            if len(shown) == limit:
                return shown, read, True
            shown.append(ad)
        read[lane_of(ad)] = rank_of(ad), ad.id
    return shown, read, False


def _merged(ads: Iterable[Ad], descending: bool) -> Iterable[Ad]:
    lanes: dict[str, list[Ad]] = {}
    for ad in ads:
        lanes.setdefault(lane_of(ad), []).append(ad)
    for lane in lanes.values():
        lane.sort(key=lambda ad: (_directed(rank_of(ad), descending), -ad.id))
    return merge(*lanes.values(), key=lambda ad: (_directed(ad.price_per_unit, descending), -ad.id))


def _directed(number: Decimal, descending: bool) -> Decimal:
    # A minus sign alone would round to the process's context.
    return number.copy_negate() if descending else number


def places_as_texts(places: Places) -> tuple[str, ...]:
    """The places, for a cursor."""
    return tuple(f"{lane}:{amount_text(rank)}:{ad_id}" for lane, (rank, ad_id) in sorted(places.items()))


def places_of_texts(texts: Sequence[str]) -> Places:
    """The places that a cursor has. Raises ``ValueError`` where they were not written by ``places_as_texts``."""
    places: dict[str, Place] = {}
    for text in texts:
        found = _PLACE.fullmatch(text)
        if found is None:
            raise ValueError(text)
        try:
            rank = parse_amount(found[2])
        except InvalidFields:
            raise ValueError(text) from None
        if amount_problem("rank", rank, PRICE_DECIMALS) is not None:
            raise ValueError(text)
        places[found[1] or FIXED_LANE] = rank, int(found[3])
    if not places:
        raise ValueError("no place at all")
    return places
