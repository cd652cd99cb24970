"""Traders."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import factory

from ... import Actor, Trader

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
"""When the factories' objects are made, a Monday morning."""


class TraderFactory(factory.Factory):
    """A trader of good standing. Traits: ``staff``, ``suspended``."""

    class Meta:
        model = Trader

    class Params:
        staff = factory.Trait(is_staff=True)
        suspended = factory.Trait(is_suspended=True)

    id = factory.Sequence(lambda number: UUID(int=number + 1, version=4))
    email = factory.Sequence(lambda number: f"trader{number}@desk.example")
    fullname = factory.Sequence(lambda number: f"Trader {number}")
    created_at = NOW
    updated_at = factory.SelfAttribute("created_at")


def actor(trader: Trader) -> Actor:
    """Somebody who acts on an offer."""
    return Actor.of(trader)
