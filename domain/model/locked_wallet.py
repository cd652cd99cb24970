"""What moves coins of one trader alone: placing an ad, a transfer, a deposit, a withdrawal.

The methods are pure: they refuse early, with one named reason each, and otherwise return the ``Changes`` that are to be
written in one go. ``at`` is the moment by the store's clock at which it was read and its locks were held: what a use
case decides by, since any other clock may be wrong.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from .. import errors
from ..errors import FieldProblem, InvalidFields, Problem
from .ad_terms import AdTerms, new_ad
from .changes import AdChange, Changes
from .ledger import Account, Balances, Entry, EntryKind, Purse, movement, post
from .lifecycle import AdType
from .limits import NO_LIMITS, Limits, TraderCounts
from .money import Catalogue, Money
from .prices import Quote
from .rights import check_not_frozen
from .trader import Trader


@dataclass(frozen=True, slots=True)
class LockedWallet:
    """A trader's purses in one currency, locked, with the id that an ad of theirs would get.

    ``counts`` is what they have under way, where it was locked for an ad, and ``market`` the market's last rate of the
    currency, where it was asked for in which.
    """

    owner: Trader
    currency: str
    is_restricted: bool
    balances: Balances
    next_ad_id: int
    at: datetime
    counts: TraderCounts = TraderCounts()
    is_frozen: bool = False
    market: Quote | None = None

    def purse(self, purse: Purse) -> Account:
        """One purse of the owner."""
        return Account(self.owner.id, self.currency, purse)

    def post_ad(
        self,
        terms: AdTerms,
        catalogue: Catalogue,
        at: datetime,
        default_time_to_pay: int,
        limits: Limits = NO_LIMITS,
    ) -> Changes:
        """A new ad; a sell ad takes its whole amount into escrow.

        Raises, in this order: ``InvalidFields``, ``Frozen``, ``AddressNotVerified``, ``RestrictedFromTrading``,
        ``TooManyLiveAds``, ``InsufficientBalance``.
        """
        ad = new_ad(self.next_ad_id, self.owner.id, terms, catalogue, at, default_time_to_pay, self.market)
        check_not_frozen(self.is_frozen)
        limits.check_verified(self.owner)
        if self.is_restricted:
            raise errors.RestrictedFromTrading(ad.crypto.code)
        limits.check_new_ad(self.counts)
        entries: tuple[Entry, ...] = ()
        if ad.ad_type is AdType.SELL:
            money = Money(ad.crypto_amount, ad.crypto.code)
            source, target = self.purse(Purse.P2P), self.purse(Purse.ESCROW)
            entries = (movement(EntryKind.AD_ESCROW, f"ad:{ad.id}", at, source, target, money),)
        opened = (self.purse(Purse.P2P), self.purse(Purse.ESCROW))
        return Changes(ad=AdChange(None, ad), entries=entries, balances=post(entries, self.balances, opened))

    def move(
        self, kind: EntryKind, reference: str, source: Account, target: Account, money: Money, at: datetime
    ) -> Changes:
        """Coins from one account to another: a transfer between purses, a deposit or a withdrawal.

        Raises ``InvalidFields`` where both ends are one account, ``InsufficientBalance``, ``BalanceTooLarge``.
        """
        if source == target:
            raise InvalidFields((FieldProblem("target", Problem.SAME_PURSE),))
        entries = (movement(kind, reference, at, source, target, money),)
        return Changes(entries=entries, balances=post(entries, self.balances))
