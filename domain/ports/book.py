"""The book: the reads that decisions are made on, and the one write that carries a decision out."""

from __future__ import annotations

from typing import Protocol
from uuid import UUID

from ..model.ad_for_offer import AdForOffer
from ..model.changes import Changes
from ..model.ledger import Entry, EntryKind
from ..model.locked_ad import LockedAd
from ..model.locked_chat import LockedChat
from ..model.locked_offer import LockedOffer
from ..model.locked_wallet import LockedWallet
from ..model.offer_for_feedback import OfferForFeedback


class Book(Protocol):
    """One unit of work's view of traders, ads, offers and money.

    Every lock is held until the unit ends. Locks are taken in one order: the place of whoever begins something new,
    offer, ad, accounts by (owner, currency, purse), chat, its members by trader, notice counters by trader; so that
    units never wait in a ring. Nothing is written before ``apply``, and what it wrote is kept only if the unit commits.
    A unit may decide more than once, and each locked read sees what was decided before it.

    Each locked read tells ``at``, the moment by the store's clock once every lock of it was held, however long it
    waited for them, and raises ``ClockIsOff`` where this process's clock is too far from that one.

    An ad that follows the market comes at the last rate that the store knows (``Ad.at_market``), read with it: what a
    decision checks is then what it is made on. Where a book knows no rates, it is as it was kept.
    """

    def lock_wallet(
        self,
        owner_id: UUID,
        currency: str,
        *,
        with_outside: bool = False,
        for_ad: bool = False,
        priced_in: str | None = None,
    ) -> LockedWallet:
        """All purses of a trader in one currency; for a deposit or withdrawal the desk's ``outside`` of it too.

        ``for_ad`` takes the trader's own place first, and tells what they have under way once it is taken: of two
        units that place ads or make offers for one trader, one waits for the other, and counts what that one did.
        ``priced_in``, the code of a fiat currency, asks for the market's last rate of the currency in that one too.

        Raises ``TraderNotFound``.
        """
        ...

    def lock_ad(self, ad_id: int) -> LockedAd:
        """An ad with its maker's purses, and how many live ads the maker has. Raises ``AdNotFound``."""
        ...

    def ad_for_offer(self, ad_id: int, taker_id: UUID) -> AdForOffer:
        """An ad with the taker's purses in its currency. Raises ``UnknownAd``, ``TraderNotFound``.

        The taker's place is taken first, as for an ad of theirs, and what they have under way is counted then. On a
        buy ad, where the taker's coins will move, all of it is locked. A sell ad need not be: ``apply`` guards
        what was decided.
        """
        ...

    def lock_offer(self, offer_id: int) -> LockedOffer:
        """An offer with its ad, its last dispute, and both parties' p2p and escrow purses. Raises ``OfferNotFound``.

        The dispute is open just if the offer is disputed.
        """
        ...

    def offer_for_feedback(self, offer_id: int) -> OfferForFeedback:
        """An offer with its parties, and who of them has rated it. Raises ``OfferNotFound``.

        Nothing of it needs a lock: a completed offer never changes, and ``apply`` keeps each party's feedback once.
        """
        ...

    def lock_chat(self, offer_id: int, trader_id: UUID) -> LockedChat:
        """The chat of an offer, for a trader; neither the offer nor its ad is locked, so that it waits for neither.

        Raises ``OfferNotFound``, ``TraderNotFound``.
        """
        ...

    def posted(self, kind: EntryKind, reference: str) -> Entry | None:
        """The entry of this kind and reference, where the journal has it. Ask it under the wallet's lock."""
        ...

    def apply(self, changes: Changes) -> None:
        """Write a decision: guarded moves first, then money, facts, notices and letters.

        Each fact is kept once: one of a key that is there already is a ``ConcurrentChange``, one that names a row
        which is not there a fault, and so is one with an entry that is not among those of the same decision.

        It is written at once, or at the latest where the unit ends; but whatever the unit asks after it, through any
        port, is answered as if it were written. Notices get their numbers from each trader's counter, one after the
        other and without a gap.

        These are guards, and ``ConcurrentChange`` is raised where one does not hold, here or as late as the commit; no
        caller but the retry of the whole unit may catch it:

        * an offer is moved only from its state and version ``before``, and with ``before_deadline`` only if its stored
          deadline lies after ``at``; an ad only from its version, or as ``AdChange.reserves`` says;
        * a new offer or ad (``before`` is None) gets the id that the locked read told, and one that was taken meanwhile
          is a change meanwhile;
        * a chat is moved only from its number of messages before, and each member of it only from as far as they had
          read; a new chat or member (``before`` is None) that is there already collides;
        * each balance is moved only from exactly its ``before``; with None the account is opened, and one that is there
          collides;
        * a dispute is changed only while it is open, and from just as many ``changes`` as it had before;
        * an entry's kind and reference, an offer's settlement, and an offer's version in its history are there once.

        Whatever else no row may be is refused with an error of the store's own, and the unit is rolled back: a balance
        below zero (but for ``outside``) or from 10^18 on, an amount with more than 20 decimals, a row that names
        another which is not there. What a change may change at all is looked after by ``AdChange`` and ``OfferChange``.
        """
        ...
