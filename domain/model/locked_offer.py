"""What is done to an offer: each move of its life, and what that does to its ad and the money.

The methods are pure: they refuse early, with one named reason each, and otherwise return the ``Changes`` that are to be
written in one go. ``at`` is the moment by the store's clock at which it was read and its locks were held: what a use
case decides by, since any other clock may be wrong.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

from .. import errors
from ..errors import FieldProblem, InvalidFields, Problem
from .ad import Ad, day_of
from .changes import AdChange, Changes, OfferChange, StaffAct
from .events import Event
from .ledger import Account, Balances, Entry, EntryKind, Purse, Settlement, movement, post
from .lifecycle import (
    MOVES,
    Action,
    EventKind,
    Move,
    Moves,
    OfferState,
    authorise,
    move_for,
)
from .locked_ad import returned_to_maker
from .money import Catalogue, Money
from .offer import REASON_LENGTH_LIMIT, Dispute, Offer
from .parties import DESK, Actor, Parties
from .telling import notices_for
from .texts import check_text, given_text
from .track_record import endings_of
from .trader import Trader
from .versions import Expected, is_expected


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
    def parties(self) -> Parties[Trader]:
        """Who is who."""
        return Parties(self.ad.ad_type, self.maker, self.taker)

    @property
    def buyer(self) -> Trader:
        """Who gets the crypto."""
        return self.parties.buyer

    @property
    def seller(self) -> Trader:
        """Whose crypto is in escrow."""
        return self.parties.seller

    def indicate_payment(self, by: Actor, at: datetime, expected_version: Expected = None) -> Changes:
        """The buyer says that the money was sent."""
        return self._move(Action.INDICATE_PAYMENT, by, at, expected_version)

    def cancel(
        self, by: Actor, at: datetime, expected_version: Expected = None, catalogue: Catalogue | None = None
    ) -> Changes:
        """The taker takes the offer back. By the ``catalogue`` the maker is told whether the ad takes new offers."""
        return self._move(Action.CANCEL, by, at, expected_version, catalogue=catalogue)

    def release_funds(self, by: Actor, at: datetime, expected_version: Expected = None) -> Changes:
        """The seller lets the buyer have the crypto."""
        return self._move(Action.RELEASE_FUNDS, by, at, expected_version)

    def return_offer(self, by: Actor, at: datetime, expected_version: Expected = None) -> Changes:
        """The buyer gives up an offer that was said to be paid; only they can lose by it."""
        return self._move(Action.RETURN_OFFER, by, at, expected_version)

    def expire(self, at: datetime) -> Changes:
        """The desk ends an unpaid offer whose time has passed. Raises ``NotDueYet`` otherwise."""
        if at < self.offer.deadline:
            raise errors.NotDueYet()
        return self._move(Action.EXPIRE, DESK, at, None)

    def open_dispute(self, by: Actor, reason: str, at: datetime, expected_version: Expected = None) -> Changes:
        """A party quarrels about the payment. Raises ``InvalidFields`` for an empty or overlong reason."""
        check_text("reason", reason, REASON_LENGTH_LIMIT, required=True)
        return self._move(Action.OPEN_DISPUTE, by, at, expected_version, text=reason)

    def resolve(
        self, by: Actor, in_favour_of: str, note: str, at: datetime, expected_version: Expected = None
    ) -> Changes:
        """Staff give the escrow to the ``buyer`` or back to the ``seller``. Raises ``ArbiterIsParty`` to a party."""
        if in_favour_of not in ("buyer", "seller"):
            raise InvalidFields((FieldProblem("in_favour_of", Problem.UNKNOWN_CHOICE),))
        note = given_text(note)
        check_text("note", note, REASON_LENGTH_LIMIT)
        action = Action.RESOLVE_FOR_BUYER if in_favour_of == "buyer" else Action.RESOLVE_FOR_SELLER
        if by.is_staff and self.parties.are(by):
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
        roles = self.parties.roles_of(by)
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
            paid_at=at if move.event is EventKind.PAYMENT_INDICATED else self.offer.paid_at,
            ended_at=None if move.to.is_live else at,
        )
        ad, entries, settlement = self._settle(move, at)
        event = Event(move.event, offer.id, offer.version, offer.state, at, by.id)
        dispute = self._dispute_after(move, by, at, text)
        barred = self.maker_is_restricted or self.maker.is_suspended
        closure = ad.closure(day_of(at), maker_is_barred=barred, catalogue=catalogue)
        told = notices_for(event, offer, ad, self.maker, self.taker, dispute or self.dispute, closure)
        opened = dispute if action is Action.OPEN_DISPUTE else None
        told_of_parties = endings_of(move, offer, self.parties)
        facts = tuple(fact for fact in (settlement, event, opened, *told_of_parties) if fact is not None)
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
