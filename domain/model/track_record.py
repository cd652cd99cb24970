"""What a trader's past offers say of them: how many were completed, whose fault ends were, and how fast they are.

Source: docs/contract/accounts.md, "What a trader has done".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from statistics import median

from .money import EXACT, rounded_half_up
from .trader import Profile

TIMED_OFFERS = 100
"""So many of the last offers tell how fast somebody is."""


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
