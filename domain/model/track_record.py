"""What a trader's past offers say of them: how many were completed, whose fault ends were, and how fast they are.

What the end of an offer says of each party is kept as a fact when it ends, so that nobody has to go through offers,
ads and disputes to count it. Source: docs/contract/accounts.md, "What a trader has done".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from statistics import median
from typing import ClassVar
from uuid import UUID

from .facts import Fact, Kept
from .lifecycle import EventKind, Move, OfferState, Role
from .money import EXACT, rounded_half_up
from .offer import Offer
from .parties import Parties
from .trader import Profile, Trader

TIMED_OFFERS = 100
"""So many of the last offers tell how fast somebody is."""


@dataclass(frozen=True, slots=True)
class Ending(Fact):
    """What the end of an offer says of one of its parties, who was its buyer or its seller.

    ``at_fault`` is whoever caused it to come to nothing, or lost a dispute. ``is_timed`` says that the offer tells how
    long the party took: a buyer to pay, a seller to release what was paid for.
    """

    kept: ClassVar[Kept] = Kept(
        "endings", key=("offer_id", "trader_id"), refers={"offer_id": "offers", "trader_id": "traders"}
    )

    offer_id: int
    trader_id: UUID
    role: Role
    is_completed: bool
    at_fault: bool
    is_timed: bool


def endings_of(move: Move, offer: Offer, parties: Parties[Trader]) -> tuple[Ending, ...]:
    """What a move says of both parties, given the offer as it is after it; nothing while the offer lives."""
    if move.to.is_live:
        return ()
    by_role = {Role.MAKER: parties.maker, Role.TAKER: parties.taker}
    by_role |= {Role.BUYER: parties.buyer, Role.SELLER: parties.seller}
    fault = None if move.at_fault is None else by_role[move.at_fault].id
    is_timed = {Role.BUYER: True, Role.SELLER: move.event is EventKind.FUNDS_RELEASED}
    return tuple(
        Ending(
            offer_id=offer.id,
            trader_id=by_role[role].id,
            role=role,
            is_completed=move.to is OfferState.COMPLETED,
            at_fault=by_role[role].id == fault,
            is_timed=offer.has_indicated_paid and timed,
        )
        for role, timed in is_timed.items()
    )


@dataclass(frozen=True, slots=True)
class TrackRecord:
    """How somebody's offers ended, in both roles: all, the completed ones, and those that ended by their fault."""

    ended_offers: int = 0
    completed_offers: int = 0
    at_fault: int = 0

    @property
    def completion_rate(self) -> Decimal | None:
        """The percentage of ended offers that did not end by the trader's fault, at one decimal, half up.

        None where no offer has ended.
        """
        if not self.ended_offers:
            return None
        good = self.ended_offers - self.at_fault
        # The quotient may be endless, so it is cut far behind the one decimal that is kept.
        return rounded_half_up(Decimal(good * 10**8 // self.ended_offers).scaleb(-6, context=EXACT), 1)


@dataclass(frozen=True, slots=True)
class Stats:
    """What everybody may know of a trader's past offers.

    ``times_to_pay`` and ``times_to_release`` are of the last ``TIMED_OFFERS``; ``trading_since`` is when the first
    offer of theirs was made, as its maker or its taker.
    """

    record: TrackRecord = TrackRecord()
    times_to_pay: tuple[timedelta, ...] = ()
    times_to_release: tuple[timedelta, ...] = ()
    trading_since: datetime | None = None

    @property
    def median_minutes_to_pay(self) -> Decimal | None:
        """At one decimal, half up; None where there was nothing to pay yet."""
        return _median_minutes(self.times_to_pay)

    @property
    def median_minutes_to_release(self) -> Decimal | None:
        """At one decimal, half up; None where there was nothing to release yet."""
        return _median_minutes(self.times_to_release)


@dataclass(frozen=True, slots=True)
class PublicRecord(Profile):
    """A trader as others see them, with what their past offers say."""

    stats: Stats = Stats()

    @classmethod
    def of(cls, profile: Profile, stats: Stats) -> PublicRecord:
        """A profile with what past offers say."""
        return cls(profile.trader, profile.ratings, profile.has_p2p, stats)


def _median_minutes(times: Sequence[timedelta]) -> Decimal | None:
    if not times:
        return None
    # Twice the median in microseconds is a whole number, however many times there are.
    doubled = round(2 * median(time // timedelta(microseconds=1) for time in times))
    return rounded_half_up(Decimal(doubled * 10**6 // (2 * 60 * 10**6)).scaleb(-6, context=EXACT), 1)
