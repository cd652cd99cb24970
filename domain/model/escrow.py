"""The rules of escrow: what a decision does to an offer, its ad and the money, given all of them locked.

Each ``Locked…`` is what a locked read gave; for an offer on an ad not all of it has to be locked. Its methods are
pure: they refuse early, with one named reason each, and otherwise return the ``Changes`` that are to be written in
one go. Each has ``at``, the moment by the store's clock at which it was read and its locks were held: what a use case
decides by, since any other clock may be wrong.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from .. import errors
from ..errors import FieldProblem, InvalidFields, Problem
from .ad import Ad, AdStatus, AdTerms, Closure, day_of, new_ad
from .bounds import check_bounds
from .changes import AdChange, Changes, OfferChange, StaffAct
from .events import Event
from .ledger import (
    Account,
    Balances,
    Entry,
    EntryKind,
    Purse,
    Settlement,
    movement,
    post,
)
from .lifecycle import (
    MOVES,
    Action,
    AdType,
    EventKind,
    Move,
    Moves,
    OfferState,
    Role,
    authorise,
    move_for,
    roles_of,
)
from .money import Catalogue, Money
from .notices import notices_for
from .offer import REASON_LENGTH_LIMIT, Dispute, Offer, OfferProposal, agreed_amounts
from .texts import check_text, given_text
from .trader import Trader
from .versions import Expected, is_expected


@dataclass(frozen=True, slots=True)
class LockedWallet:
    """A trader's purses in one currency, locked, with the id that an ad of theirs would get."""

    owner: Trader
    currency: str
    is_restricted: bool
    balances: Balances
    next_ad_id: int
    at: datetime

    def purse(self, purse: Purse) -> Account:
        """One purse of the owner."""
        return Account(self.owner.id, self.currency, purse)

    def post_ad(self, terms: AdTerms, catalogue: Catalogue, at: datetime, default_time_to_pay: int) -> Changes:
        """A new ad; a sell ad takes its whole amount into escrow.

        Raises, in this order: ``InvalidFields``, ``RestrictedFromTrading``, ``InsufficientBalance``.
        """
        ad = new_ad(self.next_ad_id, self.owner.id, terms, catalogue, at, default_time_to_pay)
        if self.is_restricted:
            raise errors.RestrictedFromTrading(ad.crypto.code)
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


@dataclass(frozen=True, slots=True)
class LockedAd:
    """An ad, locked with its maker's purses in its currency."""

    ad: Ad
    maker: Trader
    balances: Balances
    at: datetime

    def pause(self, by: UUID, at: datetime) -> Changes:
        """The ad paused. Raises ``NotYourAd``, ``AdHasEnded``, ``AdAlready``."""
        return self._with_status(self._own_live("pause", by, at), AdStatus.PAUSED)

    def resume(self, by: UUID, at: datetime, catalogue: Catalogue) -> Changes:
        """The ad live again. Raises ``NotYourAd``, ``AdHasEnded``, ``AdAlready``, ``AdNotOpen`` if no longer traded."""
        changes = self._with_status(self._own_live("resume", by, at), AdStatus.PENDING)
        if not self.ad.is_traded_in(catalogue):
            raise errors.AdNotOpen(Closure.NOT_TRADED.value)
        return changes

    @staticmethod
    def _with_status(ad: Ad, status: AdStatus) -> Changes:
        if ad.status is status:
            raise errors.AdAlready(status.value)
        return Changes(ad=AdChange(ad, ad.with_status(status)))

    def close(self, by: UUID, at: datetime) -> Changes:
        """The ad closed and its unsold escrow returned; live offers go on. Raises ``NotYourAd``, ``AdHasEnded``."""
        return self._end(self._own_live("close", by, at), AdStatus.CLOSED, at)

    def expire(self, at: datetime) -> Changes:
        """The ad ended by its end date. Raises ``NotDueYet`` where it has ended before or the day has not come."""
        if not self.ad.is_live or not self.ad.is_past_end(day_of(at)):
            raise errors.NotDueYet()
        return self._end(self.ad, AdStatus.EXPIRED, at)

    def _own_live(self, action: str, by: UUID, at: datetime) -> Ad:
        if by != self.maker.id:
            raise errors.NotYourAd(action)
        seen = self.ad.as_of(day_of(at))
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


@dataclass(frozen=True, slots=True)
class AdForOffer:
    """An ad that somebody makes an offer on, with the taker and their purses; on a buy ad all of it is locked."""

    ad: Ad
    maker: Trader
    taker: Trader
    maker_is_restricted: bool
    taker_is_restricted: bool
    balances: Balances
    next_offer_id: int
    at: datetime

    def make_offer(self, proposal: OfferProposal, at: datetime, catalogue: Catalogue) -> Changes:
        """A new offer: its amount is held out of the ad, and on a buy ad the taker's coins go into escrow.

        Raises, in this order: ``InvalidFields``, ``OwnAd``, ``RestrictedFromTrading``, ``AdNotOpen``,
        ``BelowMinimum`` or ``AboveMaximum``, ``NotEnoughAvailable``, ``InsufficientBalance``.
        """
        ad, proposal = self.ad, proposal.tidied()
        currency_amount, fiat_amount = self._checked_amounts(proposal)
        if self.taker.id == ad.maker_id:
            raise errors.OwnAd()
        if self.taker_is_restricted:
            raise errors.RestrictedFromTrading(ad.crypto.code)
        barred = self.maker_is_restricted or self.maker.is_suspended
        closure = ad.closure(day_of(at), maker_is_barred=barred, catalogue=catalogue)
        if closure is not None:
            day = {"not_started": ad.start_date, "expired": ad.end_date}.get(closure.value)
            raise errors.AdNotOpen(closure.value, day)
        check_bounds(ad, currency_amount, fiat_amount, is_asked_in_fiat=proposal.currency_amount is None)
        offer = Offer(
            id=self.next_offer_id,
            ad_id=ad.id,
            taker_id=self.taker.id,
            currency_amount=currency_amount,
            fiat_amount=fiat_amount,
            bank=proposal.bank,
            created_at=at,
            deadline=at + timedelta(minutes=ad.time_to_pay),
            payment_details=proposal.payment_details,
        )
        return self._changes(offer, at)

    def _checked_amounts(self, proposal: OfferProposal) -> tuple[Decimal, Decimal]:
        """The amounts, with every field problem that depends on the ad told at once."""
        amounts: tuple[Decimal, Decimal] | None = None
        problems: tuple[FieldProblem, ...] = ()
        try:
            amounts = agreed_amounts(self.ad, proposal.currency_amount, proposal.fiat_amount)
        except InvalidFields as refused:
            problems = refused.problems
        problems += proposal.account_problems(self.ad)
        if problems or amounts is None:
            raise InvalidFields(problems)
        return amounts

    def _changes(self, offer: Offer, at: datetime) -> Changes:
        """The point of no return is here: nothing below refuses but for a balance."""
        ad, code, taker = self.ad, self.ad.crypto.code, self.taker.id
        entries: tuple[Entry, ...] = ()
        if ad.ad_type is AdType.BUY:
            money = Money(offer.currency_amount, code)
            source, target = (Account(taker, code, purse) for purse in (Purse.P2P, Purse.ESCROW))
            entries = (movement(EntryKind.OFFER_ESCROW, f"offer:{offer.id}", at, source, target, money),)
        # The buyer's purse exists from here on, so that a release never has to open one under a lock.
        opened = [Account(taker, code, Purse.P2P)]
        after = ad.reserve(offer.currency_amount, at)
        event = Event(EventKind.MADE, offer.id, offer.version, offer.state, at, taker)
        return Changes(
            offer=OfferChange(None, offer, at),
            ad=AdChange(ad, after, reserves=offer.currency_amount),
            entries=entries,
            balances=post(entries, self.balances, opened),
            facts=(event,),
            notices=notices_for(event, offer, after, self.maker, self.taker),
        )


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts on an offer: a trader, with or without staff rights, or the desk itself (no id)."""

    id: UUID | None = None
    is_staff: bool = False

    @classmethod
    def of(cls, trader: Trader) -> Actor:
        """A trader as an actor."""
        return cls(trader.id, trader.is_staff)


DESK = Actor()


@dataclass(frozen=True, slots=True)
class LockedOffer:
    """An offer, locked with its ad and the purses that its end moves coins between.

    ``moves`` is the lifecycle that it is judged by: the desk's own, unless an embedder's test of another says so.
    """

    offer: Offer
    ad: Ad
    maker: Trader
    taker: Trader
    balances: Balances
    at: datetime
    dispute: Dispute | None = None
    maker_is_restricted: bool = False
    moves: Moves = field(default_factory=lambda: MOVES, repr=False)

    @property
    def buyer(self) -> Trader:
        """Who gets the crypto."""
        return self.taker if self.ad.ad_type is AdType.SELL else self.maker

    @property
    def seller(self) -> Trader:
        """Whose crypto is in escrow."""
        return self.maker if self.ad.ad_type is AdType.SELL else self.taker

    def roles_of(self, actor: Actor) -> frozenset[Role]:
        """All that the actor is to this offer."""
        if actor.id is None:
            return frozenset({Role.DESK})
        is_maker, is_taker = actor.id == self.maker.id, actor.id == self.taker.id
        roles = roles_of(self.ad.ad_type, is_maker=is_maker, is_taker=is_taker)
        return roles | {Role.STAFF} if actor.is_staff else roles

    def paid(self, by: Actor, at: datetime, expected_version: Expected = None) -> Changes:
        """The buyer says that the money was sent."""
        return self._move(Action.PAID, by, at, expected_version)

    def cancel(
        self, by: Actor, at: datetime, expected_version: Expected = None, catalogue: Catalogue | None = None
    ) -> Changes:
        """The taker takes the offer back. By the ``catalogue`` the maker is told whether the ad takes new offers."""
        return self._move(Action.CANCEL, by, at, expected_version, catalogue=catalogue)

    def release(self, by: Actor, at: datetime, expected_version: Expected = None) -> Changes:
        """The seller lets the buyer have the crypto."""
        return self._move(Action.RELEASE, by, at, expected_version)

    def expire(self, at: datetime) -> Changes:
        """The desk ends an unpaid offer whose time has passed. Raises ``NotDueYet`` otherwise."""
        if at < self.offer.deadline:
            raise errors.NotDueYet()
        return self._move(Action.EXPIRE, DESK, at, None)

    def open_dispute(self, by: Actor, reason: str, at: datetime, expected_version: Expected = None) -> Changes:
        """A party quarrels about the payment. Raises ``InvalidFields`` for an empty or overlong reason."""
        check_text("reason", reason, REASON_LENGTH_LIMIT, required=True)
        return self._move(Action.DISPUTE, by, at, expected_version, text=reason)

    def resolve(
        self, by: Actor, in_favour_of: str, note: str, at: datetime, expected_version: Expected = None
    ) -> Changes:
        """Staff give the escrow to the ``buyer`` or back to the ``seller``. Raises ``ArbiterIsParty`` to a party."""
        if in_favour_of not in ("buyer", "seller"):
            raise InvalidFields((FieldProblem("in_favour_of", Problem.UNKNOWN_CHOICE),))
        note = given_text(note)
        check_text("note", note, REASON_LENGTH_LIMIT)
        action = Action.RESOLVE_FOR_BUYER if in_favour_of == "buyer" else Action.RESOLVE_FOR_SELLER
        authorise(action, self.roles_of(by), self.moves)
        if by.id in (self.maker.id, self.taker.id):
            raise errors.ArbiterIsParty()
        changes = self._move(action, by, at, expected_version, text=note)
        act = StaffAct(by.id, at, f"dispute.{action.value}", f"offer:{self.offer.id}", note)
        return replace(changes, facts=(*changes.facts, act))

    def _move(
        self,
        action: Action,
        by: Actor,
        at: datetime,
        expected_version: Expected,
        text: str = "",
        catalogue: Catalogue | None = None,
    ) -> Changes:
        """Refuse early, decide, and return everything that the move writes."""
        roles = self.roles_of(by)
        authorise(action, roles, self.moves)
        if not is_expected(self.offer.version, expected_version):
            raise errors.VersionMismatch(self.offer.version)
        # Expiring is what makes a late pending offer expired, so for that move the stored state counts.
        state = self.offer.state if action is Action.EXPIRE else self.offer.state_at(at)
        move = move_for(state, action, roles, self.moves)
        offer = replace(
            self.offer,
            state=move.to,
            version=self.offer.version + 1,
            paid_at=at if move.event is EventKind.PAID else self.offer.paid_at,
            ended_at=None if move.to.is_live else at,
        )
        ad, entries, settlement = self._settle(move, at)
        event = Event(move.event, offer.id, offer.version, offer.state, at, by.id)
        dispute = self._dispute_after(move, by, at, text)
        barred = self.maker_is_restricted or self.maker.is_suspended
        closure = ad.closure(day_of(at), maker_is_barred=barred, catalogue=catalogue)
        told = notices_for(event, offer, ad, self.maker, self.taker, dispute or self.dispute, closure)
        opened = dispute if action is Action.DISPUTE else None
        facts = tuple(fact for fact in (settlement, event, opened) if fact is not None)
        return Changes(
            offer=OfferChange(self.offer, offer, at, move.before_deadline),
            ad=None if ad is self.ad else AdChange(self.ad, ad),
            entries=entries,
            balances=post(entries, self.balances),
            facts=facts,
            ended_dispute=None if opened else dispute,
            notices=told,
        )

    def _settle(self, move: Move, at: datetime) -> tuple[Ad, tuple[Entry, ...], Settlement | None]:
        """What the move does to the ad and the money; nothing while the offer lives."""
        amount, kind = self.offer.currency_amount, move.settlement
        if kind is None:
            return self.ad, (), None
        if move.to is OfferState.COMPLETED:
            ad = self.ad.sell(amount, at)
            entry = self._pay_out(EntryKind.RELEASE, self.buyer, at)
            # A sold-out ad that completes gives back what is too little to be paid for.
            remainder = self.ad.available if ad.status is not self.ad.status else Decimal(0)
            entries = (entry, *returned_to_maker(self.ad, remainder, at))
            return ad, entries, Settlement(self.offer.id, kind, entry)
        ad = self.ad.put_back(amount)
        if self.ad.takes_back:
            return ad, (), Settlement(self.offer.id, kind, None)
        entry = self._pay_out(EntryKind.REFUND, self.seller, at)
        return ad, (entry,), Settlement(self.offer.id, kind, entry)

    def _pay_out(self, kind: EntryKind, to: Trader, at: datetime) -> Entry:
        """The entry that takes the offer's amount out of the seller's escrow into somebody's p2p purse."""
        code = self.ad.crypto.code
        source = Account(self.seller.id, code, Purse.ESCROW)
        target = Account(to.id, code, Purse.P2P)
        money = Money(self.offer.currency_amount, code)
        return movement(kind, f"offer:{self.offer.id}", at, source, target, money)

    def _dispute_after(self, move: Move, by: Actor, at: datetime, text: str) -> Dispute | None:
        """The dispute that the move opens or ends; it ends in favour of whoever gets the coins."""
        if move.to is OfferState.DISPUTED and by.id is not None:
            return Dispute(self.offer.id, by.id, text, at)
        if self.dispute is None or self.dispute.resolved_at is not None:
            return None
        winner = "buyer" if move.to is OfferState.COMPLETED else "seller"
        return replace(self.dispute, resolved_by=by.id, in_favour_of=winner, note=text, resolved_at=at)
