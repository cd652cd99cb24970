"""How much one trader may have under way, and has."""

from __future__ import annotations

from marshmallow import Schema

from .described import described
from .shown import Shown, ShownMoment, ShownNumber, shown_part


class BoundSchema(Schema):
    """A bound, and how much of it is used now."""

    most = ShownNumber(metadata=described("The most that is allowed; 0 where there is no bound.", 20))
    now = ShownNumber(metadata=described("How many there are now.", 1))


class RateSchema(Schema):
    """How many requests are taken in a while, whenever that begins."""

    most = ShownNumber(metadata=described("The most that are taken.", 300))
    seconds = ShownNumber(metadata=described("In so many seconds.", 60))


class RatesSchema(Schema):
    """How often one may ask, which each process of the desk counts for itself."""

    write = shown_part(RateSchema, metadata=described("Each trader's requests that may change something."))
    read = shown_part(RateSchema, metadata=described("Each trader's other requests."))
    anonymous = shown_part(RateSchema, metadata=described("Requests without a good token from each address."))


class TraderLimitsSchema(Schema):
    """What the caller may have under way, and has; and what else the desk bounds."""

    live_ads = shown_part(BoundSchema, metadata=described("One's own ads, live and paused."))
    live_offers = shown_part(BoundSchema, metadata=described("Live offers that one made as a taker."))
    unpaid = shown_part(
        BoundSchema, metadata=described("Offers that one made as a buyer and that expired unpaid within 24 hours.")
    )
    cancelled = shown_part(BoundSchema, metadata=described("Offers that one made and cancelled within an hour."))
    may_offer_again_at = ShownMoment(
        nullable=True,
        metadata=described("From when on offers that came to nothing are not in the way; null if none are.", None),
    )
    fee_percent = Shown(metadata=described("What the desk takes of a trade, in percent.", "0"))
    rate_limits = shown_part(
        RatesSchema, allow_none=True, metadata=described("How often one may ask; null where that is not bounded.")
    )
