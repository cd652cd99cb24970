"""How much one trader may have under way, and has."""

from __future__ import annotations

from marshmallow import Schema

from .described import described
from .shown import Shown, ShownMoment, ShownNothing, ShownNumber, shown_part


class BoundSchema(Schema):
    """A bound, and how much of it is used now."""

    most = ShownNumber(metadata=described("The most that is allowed; 0 where there is no bound.", 20))
    now = ShownNumber(metadata=described("How many there are now.", 1))


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
    rate_limits = ShownNothing(metadata=described("How often one may ask; null where that is not bounded.", None))
