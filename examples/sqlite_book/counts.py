"""What one trader has under way: read from their ads and offers, as an example may. A busy desk asks an index."""

import sqlite3
from datetime import UTC, datetime
from uuid import UUID

from escrow_domain import (
    CANCELLED_WINDOW,
    UNPAID_WINDOW,
    Ad,
    AdType,
    Event,
    EventKind,
    Offer,
    OfferState,
    TraderCounts,
)

from .values import from_text

_OFFERS = """SELECT offers.value, ads.value FROM offers JOIN ads ON ads.id = offers.ad_id WHERE offers.taker_id = ?"""
_HISTORY = "SELECT value FROM offer_history WHERE offer_id = ?"


def counts_of(connection: sqlite3.Connection, trader_id: UUID, at: datetime) -> TraderCounts:
    """What a trader has under way, and which of their offers came to nothing lately."""
    of_ads = connection.execute("SELECT value FROM ads WHERE maker_id = ?", (str(trader_id),))
    ads = [from_text(Ad, value) for (value,) in of_ads]
    today = at.astimezone(UTC).date()
    offers = [
        (from_text(Offer, offer), from_text(Ad, ad)) for offer, ad in connection.execute(_OFFERS, (str(trader_id),))
    ]
    unpaid = [
        offer.deadline for offer, ad in offers if ad.ad_type is AdType.SELL and offer.state_at(at) is OfferState.EXPIRED
    ]
    cancelled = [moment for offer, _ in offers if (moment := _cancelled_at(connection, offer)) is not None]
    return TraderCounts(
        sum(ad.is_live and not ad.is_past_end(today) for ad in ads),
        sum(offer.state_at(at).is_live for offer, _ in offers),
        _newest(unpaid, at - 2 * UNPAID_WINDOW),
        _newest(cancelled, at - 2 * CANCELLED_WINDOW),
    )


def _cancelled_at(connection: sqlite3.Connection, offer: Offer) -> datetime | None:
    """When the taker cancelled the offer; None where it did not end so."""
    if offer.state is not OfferState.CANCELLED:
        return None
    events = [from_text(Event, value) for (value,) in connection.execute(_HISTORY, (offer.id,))]
    is_by_taker = any(event.kind is EventKind.CANCELLED and event.by == offer.taker_id for event in events)
    return offer.ended_at if is_by_taker else None


def _newest(moments: list[datetime], since: datetime) -> tuple[datetime, ...]:
    return tuple(sorted((moment for moment in moments if moment > since), reverse=True))
