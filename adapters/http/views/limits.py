"""How much a trader may have under way."""

from __future__ import annotations

from typing import Any

from domain.model.money import amount_text

from ..operation import Reply
from ..requests.request import DeskRequest


def limits(request: DeskRequest) -> Reply:
    """Each bound with what the caller has of it now, and from when on they may make offers again."""
    bounds, now = request.services.limits, request.now
    counts = request.unit.readers.counts(request.caller.id, now)
    facts: dict[str, Any] = {
        "live_ads": {"most": bounds.live_ads, "now": counts.live_ads},
        "live_offers": {"most": bounds.live_offers, "now": counts.live_offers},
        "unpaid": {"most": bounds.unpaid, "now": counts.unpaid_at(now)},
        "cancelled": {"most": bounds.cancelled, "now": counts.cancelled_at(now)},
        "may_offer_again_at": bounds.may_offer_again_at(counts, now),
    }
    rates = request.services.rate_limits
    facts["rate_limits"] = {name: {"most": most, "seconds": seconds} for name, (most, seconds) in rates.items()} or None
    return Reply(facts | {"fee_percent": amount_text(request.services.fee_percent)})
