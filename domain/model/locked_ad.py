"""What is done to an ad beside making offers on it, and how its unsold escrow is returned.

The methods are pure: they refuse early, with one named reason each, and otherwise return the ``Changes`` that are to be
written in one go. ``at`` is the moment by the store's clock at which it was read and its locks were held: what a use
case decides by, since any other clock may be wrong.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from .. import errors
from .ad import Ad, AdStatus, Closure
from .ad_edit import AdEdit, edited
from .changes import AdChange, Changes
from .days import day_of
from .ledger import Account, Balances, Entry, EntryKind, Purse, movement, post
from .lifecycle import AdType
from .limits import NO_LIMITS, Limits
from .money import EXACT, Catalogue, Money
from .rights import check_not_frozen
from .trader import Trader
from .versions import Expected, is_expected


@dataclass(frozen=True, slots=True)
class LockedAd:
    """An ad, locked with its maker's purses in its currency.

    ``live_ads`` is how many ads the maker has, live and paused, with this one if it is.
    """

    ad: Ad
    maker: Trader
    balances: Balances
    at: datetime
    live_ads: int = 0
    is_frozen: bool = False

    def pause(self, by: UUID, at: datetime, expected_version: Expected = None) -> Changes:
        """The ad paused. Raises ``NotYourAd``, ``VersionMismatch``, ``AdHasEnded``, ``AdAlready``."""
        return self._with_status(self._own_live("pause", by, at, expected_version), AdStatus.PAUSED)

    def resume(
        self,
        by: UUID,
        at: datetime,
        catalogue: Catalogue,
        limits: Limits = NO_LIMITS,
        expected_version: Expected = None,
    ) -> Changes:
        """The ad live again.

        Raises, in this order: ``NotYourAd``, ``VersionMismatch``, ``AdHasEnded``, ``AdAlready``, ``Frozen``,
        ``TooManyLiveAds``, ``AdNotOpen`` where it is no longer traded. A paused ad counts as live, so that resuming
        one makes them no more, and only a bound that was lowered is in the way.
        """
        changes = self._with_status(self._own_live("resume", by, at, expected_version), AdStatus.PENDING)
        check_not_frozen(self.is_frozen)
        limits.check_resumed_ad(self.live_ads)
        if not self.ad.is_traded_in(catalogue):
            raise errors.AdNotOpen(Closure.NOT_TRADED.value)
        return changes

    def edit(
        self, by: UUID, edit: AdEdit, at: datetime, default_time_to_pay: int, expected_version: Expected = None
    ) -> Changes:
        """The ad with other terms; what a sell ad holds more of is taken into escrow, what less of returned.

        Raises, in this order: ``NotYourAd``, ``VersionMismatch``, ``AdHasEnded``, ``InvalidFields``, ``Frozen``,
        ``InsufficientBalance``.
        """
        seen = self._own("edit", by, at, expected_version)
        if not seen.is_live:
            raise errors.AdHasEnded(seen.status.value, "edit")
        after = edited(self.ad, edit, at, default_time_to_pay)
        check_not_frozen(self.is_frozen)
        entries = self._held_anew(after, at)
        change = AdChange(self.ad, after, is_edit=True)
        return Changes(ad=change, entries=entries, balances=post(entries, self.balances))

    def _held_anew(self, after: Ad, at: datetime) -> tuple[Entry, ...]:
        """The entry that makes a sell ad hold what it has on offer; none where it does already."""
        difference = EXACT.subtract(after.available, self.ad.available)
        if after.ad_type is AdType.BUY or not difference:
            return ()
        code, reference = after.crypto.code, f"ad:{after.id}:{after.edition}"
        p2p, escrow = (Account(after.maker_id, code, purse) for purse in (Purse.P2P, Purse.ESCROW))
        money = Money(difference.copy_abs(), code)
        if difference > 0:
            return (movement(EntryKind.AD_ESCROW, reference, at, p2p, escrow, money),)
        return (movement(EntryKind.AD_RETURN, reference, at, escrow, p2p, money),)

    @staticmethod
    def _with_status(ad: Ad, status: AdStatus) -> Changes:
        if ad.status is status:
            raise errors.AdAlready(status.value)
        return Changes(ad=AdChange(ad, ad.with_status(status)))

    def close(self, by: UUID, at: datetime, expected_version: Expected = None) -> Changes:
        """The ad closed and its unsold escrow returned; live offers go on.

        Raises, in this order: ``NotYourAd``, ``VersionMismatch``, ``AdHasEnded``.
        """
        return self._end(self._own_live("close", by, at, expected_version), AdStatus.CLOSED, at)

    def expire(self, at: datetime) -> Changes:
        """The ad ended by its end date. Raises ``NotDueYet`` where it has ended before or the day has not come."""
        if not self.ad.is_live or not self.ad.is_past_end(day_of(at)):
            raise errors.NotDueYet()
        return self._end(self.ad, AdStatus.EXPIRED, at)

    def end_for_suspension(self, at: datetime) -> Changes:
        """The ad of somebody who is shut out, closed. Raises ``NotDueYet`` where they are not, or it has ended."""
        if not self.maker.is_suspended or not self.ad.as_of(day_of(at)).is_live:
            raise errors.NotDueYet()
        return self._end(self.ad, AdStatus.CLOSED, at)

    def _own(self, action: str, by: UUID, at: datetime, expected_version: Expected) -> Ad:
        """The ad as its maker sees it now, where it is the one that they mean."""
        if by != self.maker.id:
            raise errors.NotYourAd(action)
        seen = self.ad.as_of(day_of(at))
        if not is_expected(seen.edition, expected_version):
            raise errors.VersionMismatch(seen.edition, "ad")
        return seen

    def _own_live(self, action: str, by: UUID, at: datetime, expected_version: Expected) -> Ad:
        seen = self._own(action, by, at, expected_version)
        if not seen.is_live:
            raise errors.AdHasEnded(seen.status.value)
        return self.ad

    def _end(self, ad: Ad, status: AdStatus, at: datetime) -> Changes:
        entries = returned_to_maker(ad, ad.available, at)
        return Changes(ad=AdChange(ad, ad.end(status)), entries=entries, balances=post(entries, self.balances))


def returned_to_maker(ad: Ad, amount: Decimal, at: datetime) -> tuple[Entry, ...]:
    """The entry that gives a sell ad's unsold escrow back to its maker; none where nothing is held."""
    if ad.ad_type is AdType.BUY or not amount:
        return ()
    source, target = (Account(ad.maker_id, ad.crypto.code, purse) for purse in (Purse.ESCROW, Purse.P2P))
    money = Money(amount, ad.crypto.code)
    return (movement(EntryKind.AD_RETURN, f"ad:{ad.id}", at, source, target, money),)
