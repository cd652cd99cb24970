"""The book: the reads that decisions are made on, and the one write that carries a decision out."""

from __future__ import annotations

from typing import Protocol
from uuid import UUID

from ..model.ad_for_offer import AdForOffer
from ..model.changes import Changes
from ..model.ledger import Entry, EntryKind
from ..model.locked_ad import LockedAd
from ..model.locked_offer import LockedOffer
from ..model.locked_wallet import LockedWallet


class Book(Protocol):
    """One unit of work's view of traders, ads, offers and money.

    Every lock is held until the unit ends. Locks are taken in one order: offer, ad, accounts by (owner, currency,
    purse), notice counters by trader; so that units never wait in a ring. Nothing is written before ``apply``, and
    what it wrote is kept only if the unit commits.

    Each locked read tells ``at``, the moment by the store's clock once every lock of it was held, however long it
    waited for them, and raises ``ClockIsOff`` where this process's clock is too far from that one.
    """

    def lock_wallet(self, owner_id: UUID, currency: str, *, with_outside: bool = False) -> LockedWallet:
        """All purses of a trader in one currency; for a deposit or withdrawal the desk's ``outside`` of it too.

        Raises ``TraderNotFound``.
        """
        ...

    def lock_ad(self, ad_id: int) -> LockedAd:
        """An ad with its maker's purses. Raises ``AdNotFound``."""
        ...

    def ad_for_offer(self, ad_id: int, taker_id: UUID) -> AdForOffer:
        """An ad with the taker's purses in its currency. Raises ``UnknownAd``, ``TraderNotFound``.

        On a buy ad, where the taker's coins will move, all of it is locked. A sell ad need not be: ``apply`` guards
        what was decided.
        """
        ...

    def lock_offer(self, offer_id: int) -> LockedOffer:
        """An offer with its ad, its dispute, and both parties' p2p and escrow purses. Raises ``OfferNotFound``."""
        ...

    def posted(self, kind: EntryKind, reference: str) -> Entry | None:
        """The entry of this kind and reference, where the journal has it. Ask it under the wallet's lock."""
        ...

    def apply(self, changes: Changes) -> None:
        """Write a decision: guarded moves first, then money, facts, notices and letters.

        Each fact is kept once: one of a key that is there already is a ``ConcurrentChange``, one that names a row
        which is not there a fault, and so is one with an entry that is not among those of the same decision.

        Notices get their numbers here, from each trader's counter. Raises ``ConcurrentChange`` where a guard finds
        a row changed since the locked read, which no caller but the retry of the whole unit may catch.
        """
        ...
