"""How much one trader may have under way, so that nobody can tie up the board or other people's escrow.

What is counted is what is there: no counter is kept beside it. Source: docs/contract/trading.md, "Limits".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from .. import errors
from .trader import Trader

UNPAID_WINDOW = timedelta(hours=24)
"""Within this, offers that expired unpaid count together; and so long no new ones are taken after the last."""
CANCELLED_WINDOW = timedelta(hours=1)
"""Within this, cancelled offers count together; and so long no new ones are taken after the last."""
KEYS_LIMIT = 20
"""How many keys of programs one trader may have that are good."""
BLOCKS_LIMIT = 1000
"""How many others one trader may block."""
PAYMENT_METHODS_LIMIT = 50
"""How many payment methods one trader may save."""
BOUND_LIMIT = 1_000_000
"""The highest bound that can be set."""


@dataclass(frozen=True, slots=True)
class TraderCounts:
    """What one trader has under way, and how offers of theirs came to nothing lately.

    ``live_ads`` are theirs, live and paused; ``live_offers`` those that they made. ``unpaid`` are the deadlines, the
    newest first, of offers that they made as a buyer and that expired; ``cancelled`` the moments at which they
    cancelled offers of their own. Both go back for twice their window:
    the newest may be as old as that, and what counts with it as much older.

    Days and deadlines decide and not the sweeper: an ad past its last day is none of the live ones, and a pending
    offer past its deadline has expired.
    """

    live_ads: int = 0
    live_offers: int = 0
    unpaid: tuple[datetime, ...] = ()
    cancelled: tuple[datetime, ...] = ()

    def unpaid_at(self, at: datetime) -> int:
        """How many offers expired unpaid within the window before this moment."""
        return _within(self.unpaid, UNPAID_WINDOW, at)

    def cancelled_at(self, at: datetime) -> int:
        """How many offers were cancelled within the window before this moment."""
        return _within(self.cancelled, CANCELLED_WINDOW, at)


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that one trader may have of each; 0 is no bound. ``NO_LIMITS`` unless a desk says otherwise.

    ``verified_only`` asks for a verified address of whoever begins anything at all.
    """

    live_ads: int = 0
    live_offers: int = 0
    unpaid: int = 0
    cancelled: int = 0
    verified_only: bool = False

    def check_verified(self, trader: Trader) -> None:
        """Raise ``AddressNotVerified`` where that is asked of the trader."""
        if self.verified_only and not trader.email_verified:
            raise errors.AddressNotVerified()

    def check_new_ad(self, counts: TraderCounts) -> None:
        """Raise ``TooManyLiveAds`` where one ad more would be above the bound."""
        if self.live_ads and counts.live_ads >= self.live_ads:
            raise errors.TooManyLiveAds(self.live_ads)

    def check_resumed_ad(self, live_ads: int) -> None:
        """Raise ``TooManyLiveAds`` where the ads, the paused one among them, are above the bound, which was lowered."""
        if self.live_ads and live_ads > self.live_ads:
            raise errors.TooManyLiveAds(self.live_ads)

    def check_new_offer(self, counts: TraderCounts, at: datetime) -> None:
        """Raise ``TooManyUnpaid``, ``TooManyCancelled`` or ``TooManyLiveOffers``, in this order."""
        until = _closed_until(counts.unpaid, self.unpaid, UNPAID_WINDOW, at)
        if until is not None:
            raise errors.TooManyUnpaid(until)
        until = _closed_until(counts.cancelled, self.cancelled, CANCELLED_WINDOW, at)
        if until is not None:
            raise errors.TooManyCancelled(until)
        if self.live_offers and counts.live_offers >= self.live_offers:
            raise errors.TooManyLiveOffers(self.live_offers)

    def may_offer_again_at(self, counts: TraderCounts, at: datetime) -> datetime | None:
        """From when on unpaid and cancelled offers of before no longer stand in the way; None where none do."""
        found = (
            _closed_until(counts.unpaid, self.unpaid, UNPAID_WINDOW, at),
            _closed_until(counts.cancelled, self.cancelled, CANCELLED_WINDOW, at),
        )
        return max((until for until in found if until is not None), default=None)


NO_LIMITS = Limits()


def _within(moments: Sequence[datetime], window: timedelta, at: datetime) -> int:
    return sum(at - window < moment for moment in moments)


def _closed_until(moments: Sequence[datetime], most: int, window: timedelta, at: datetime) -> datetime | None:
    """The end of the wait that begins with the newest moment at which so many lay within one window; None without one.

    It is not asked how many there are within the window before ``at``: the wait goes on while the first ones leave it.
    """
    if not most:
        return None
    for newest, oldest in zip(moments, moments[most - 1 :], strict=False):
        if newest - oldest < window:
            return newest + window if at < newest + window else None
    return None
