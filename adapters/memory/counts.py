"""What one trader has under way: by trader, which ads and offers are live, and which offers came to nothing lately."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from domain.model.ad import Ad
from domain.model.changes import Changes
from domain.model.days import day_of
from domain.model.events import Event
from domain.model.lifecycle import AdType, EventKind, OfferState
from domain.model.limits import CANCELLED_WINDOW, UNPAID_WINDOW, TraderCounts
from domain.model.offer import Offer

from .tables import Tables, existing

_NONE: frozenset[int] = frozenset()


def note_ad(tables: Tables, ad: Ad) -> None:
    """Know a written ad as live, or no longer."""
    live = tables.live_ads.get(ad.maker_id) or _NONE
    tables.live_ads.put(ad.maker_id, live | {ad.id} if ad.is_live else live - {ad.id})


def note_offer(tables: Tables, changes: Changes, offer: Offer) -> None:
    """Know a written offer as live, or as one that its taker cancelled or let expire."""
    live = tables.live_offers.get(offer.taker_id) or _NONE
    tables.live_offers.put(offer.taker_id, live | {offer.id} if offer.state.is_live else live - {offer.id})
    event = changes.fact(Event)
    if event is None or event.kind not in (EventKind.CANCELLED, EventKind.EXPIRED):
        return
    if event.kind is EventKind.EXPIRED or event.by == offer.taker_id:
        key = offer.taker_id, event.kind
        recent = (old for old in _failed(tables, *key) if old.ended_at and old.ended_at > event.at - 2 * UNPAID_WINDOW)
        tables.failed_offers.put(key, (*(old.id for old in recent), offer.id))


def live_ads_of(tables: Tables, trader_id: UUID, at: datetime) -> int:
    """How many ads a trader has, live and paused."""
    today = day_of(at)
    ads = (existing(tables.ads, ad_id, "ad") for ad_id in tables.live_ads.get(trader_id) or ())
    return sum(not ad.is_past_end(today) for ad in ads)


def counts_of(tables: Tables, trader_id: UUID, at: datetime) -> TraderCounts:
    """What a trader has under way."""
    live = [existing(tables.offers, offer_id, "offer") for offer_id in tables.live_offers.get(trader_id) or ()]
    late = [offer for offer in live if offer.state_at(at) is OfferState.EXPIRED]
    expired = [*late, *_failed(tables, trader_id, EventKind.EXPIRED)]
    unpaid = [offer.deadline for offer in expired if _takes_as_buyer(tables, offer)]
    cancelled = [offer.ended_at for offer in _failed(tables, trader_id, EventKind.CANCELLED) if offer.ended_at]
    return TraderCounts(
        live_ads_of(tables, trader_id, at),
        len(live) - len(late),
        _newest([moment for moment in unpaid if moment > at - 2 * UNPAID_WINDOW]),
        _newest([moment for moment in cancelled if moment > at - 2 * CANCELLED_WINDOW]),
    )


def _failed(tables: Tables, trader_id: UUID, kind: EventKind) -> Iterator[Offer]:
    offer_ids = tables.failed_offers.get((trader_id, kind)) or ()
    return (existing(tables.offers, offer_id, "offer") for offer_id in offer_ids)


def _takes_as_buyer(tables: Tables, offer: Offer) -> bool:
    return existing(tables.ads, offer.ad_id, "ad").ad_type is AdType.SELL


def _newest(moments: list[datetime]) -> tuple[datetime, ...]:
    return tuple(sorted(moments, reverse=True))
