"""An offer that somebody wants to rate."""

from __future__ import annotations

import factory

from ... import OfferForFeedback
from .offers import OfferFactory
from .traders import NOW, TraderFactory


class OfferForFeedbackFactory(factory.Factory):
    """A completed offer that nobody has rated. Give ``offer`` for one in another state."""

    class Meta:
        model = OfferForFeedback

    maker = factory.SubFactory(TraderFactory)
    taker = factory.SubFactory(TraderFactory)
    offer = factory.SubFactory(OfferFactory, completed=True, taker_id=factory.SelfAttribute("..taker.id"))
    rated_by = frozenset()
    at = NOW
