"""What is done to an offer: each move of its life, and what that does to its ad and the money.

The methods are pure: they refuse early, with one named reason each, and otherwise return the ``Changes`` that are to be
written in one go. ``at`` is the moment by the store's clock at which it was read and its locks were held: what a use
case decides by, since any other clock may be wrong.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal

from .. import errors
from ..errors import FieldProblem, InvalidFields, Named, Problem
from .ad import Ad
from .changes import AdChange, Changes, DisputeChange, OfferChange
from .days import day_of
from .dispute import KINDS_OF_PARTIES, Dispute, DisputeKind, Ruling
from .endings import endings_of
from .events import Event
from .ledger import Account, Balances, Entry, EntryKind, Posting, Purse, Settlement, SettlementKind, Side, post
from .lifecycle import (
    MOVES,
    RESOLUTIONS,
    Action,
    EventKind,
    Move,
    Moves,
    OfferState,
    authorise,
    move_for,
)
from .locked_ad import returned_to_maker
from .money import EXACT, Catalogue, amount_problem
from .offer import REASON_LENGTH_LIMIT, Offer
from .parties import DESK, Actor, Parties
from .staff_acts import staff_act
from .telling import notices_for
from .texts import check_text
from .trader import Trader
from .versions import Expected, is_expected

SHUT_OUT = "One of the parties may not trade here any more; staff will look at it."
"""Why the desk disputes a paid offer of somebody who is suspended."""


@dataclass(frozen=True, slots=True)
class LockedOffer:
    """An offer, locked with its ad and the purses that its end moves coins between.

    ``arbiter_is_apart`` says of whoever judges its dispute that they and one of the parties are kept from each other.
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
    arbiter_is_apart: bool = False
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

    def authorise(self, action: Action, by: Actor) -> None:
        """Raise ``NotAuthorised`` to somebody who may never do this to the offer."""
        authorise(action, self.parties.roles_of(by), self.moves)

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

    def open_dispute(
        self,
        by: Actor,
        reason: str,
        at: datetime,
        expected_version: Expected = None,
        kind: DisputeKind = DisputeKind.OTHER,
        dispute_after: timedelta = timedelta(0),
    ) -> Changes:
        """A party quarrels about the payment, ``dispute_after`` it at the earliest.

        Raises ``InvalidFields`` for a kind that is not for parties and an empty or overlong reason, and
        ``DisputeTooEarly``.
        """
        if kind not in KINDS_OF_PARTIES:
            raise InvalidFields((FieldProblem("kind", Problem.UNKNOWN_CHOICE),))
        check_text("reason", reason, REASON_LENGTH_LIMIT, required=True)
        changes = self._move(Action.OPEN_DISPUTE, by, at, expected_version, _Said(reason, kind))
        possible_from = disputable_from(self.offer, dispute_after)
        if possible_from is not None and at < possible_from:
            raise errors.DisputeTooEarly(possible_from)
        return changes

    def withdraw_dispute(self, by: Actor, at: datetime, expected_version: Expected = None) -> Changes:
        """Whoever opened the dispute takes it back, and the offer is paid as before."""
        return self._move(Action.WITHDRAW_DISPUTE, by, at, expected_version)

    def escalate(self, at: datetime, after: timedelta) -> Changes:
        """The desk asks staff to look at an offer that has been paid for so long. Raises ``NotDueYet`` otherwise."""
        since = self.paid_since
        if since is None or at < since + after:
            raise errors.NotDueYet()
        hours = after // timedelta(hours=1)
        answered = "hour" if hours == 1 else "hours"
        reason = f"The seller has not answered for {hours} {answered}; staff will look at it."
        return self._move(Action.ESCALATE, DESK, at, None, _Said(reason, DisputeKind.NO_ANSWER))

    def end_for_suspension(self, at: datetime) -> Changes:
        """What the desk does to an offer of somebody who is shut out: it calls it off, or disputes it once it is paid.

        Raises ``NotDueYet`` where neither party is suspended, or the offer is neither pending in time nor paid.
        """
        if not (self.maker.is_suspended or self.taker.is_suspended):
            raise errors.NotDueYet()
        if self.offer.state is OfferState.PAID:
            return self._move(Action.ESCALATE, DESK, at, None, _Said(SHUT_OUT))
        return self.call_off(at)

    def call_off(self, at: datetime) -> Changes:
        """The desk ends a pending offer in time. Raises ``NotDueYet`` otherwise."""
        return self._move(Action.CALL_OFF, DESK, at, None)

    @property
    def paid_since(self) -> datetime | None:
        """Since when the offer has been paid, without a dispute meanwhile; None where it is not paid now."""
        if self.offer.state is not OfferState.PAID:
            return None
        # It came back to be paid when a dispute was withdrawn, and the seller's time begins anew then.
        return self.dispute.resolved_at if self.dispute is not None else self.offer.paid_at

    def resolve(
        self,
        by: Actor,
        in_favour_of: str,
        note: str,
        at: datetime,
        expected_version: Expected = None,
        buyer_amount: Decimal | None = None,
        approval: str | None = None,
    ) -> Changes:
        """Staff give the escrow to the ``buyer``, back to the ``seller``, or to each their part of a ``split``.

        With ``approval``, somebody's note, it is what somebody else has proposed. Raises ``InvalidFields``, and
        ``ArbiterIsParty`` to a party, ``ArbiterIsApart`` to who is kept from one.
        """
        ruling = Ruling(in_favour_of, note, buyer_amount if in_favour_of == "split" else None)
        self._check(ruling, buyer_amount)
        action = RESOLUTIONS[in_favour_of]
        said = note if approval is None else approval
        act = staff_act(by, at, f"dispute.{action.value}", f"offer:{self.offer.id}", said)
        self.check_arbiter(by)
        changes = self._move(action, by, at, expected_version, _Said(ruling=ruling, is_approved=approval is not None))
        return replace(changes, facts=(*changes.facts, act))

    def check_arbiter(self, by: Actor) -> None:
        """Raise ``ArbiterIsParty`` to staff who are a party, ``ArbiterIsApart`` to those kept from one."""
        if by.is_staff and self.parties.are(by):
            raise errors.ArbiterIsParty()
        if by.is_staff and self.arbiter_is_apart:
            raise errors.ArbiterIsApart()

    def _check(self, ruling: Ruling, buyer_amount: Decimal | None) -> None:
        """Raise ``InvalidFields`` for a ruling that cannot be carried out on this offer."""
        if ruling.in_favour_of not in RESOLUTIONS:
            raise InvalidFields((FieldProblem("in_favour_of", Problem.UNKNOWN_CHOICE),))
        if ruling.in_favour_of != "split":
            if buyer_amount is not None:
                raise InvalidFields((FieldProblem("buyer_amount", Problem.ONLY_IN_A_SPLIT),))
            return
        crypto = self.ad.crypto
        if buyer_amount is None:
            raise InvalidFields((FieldProblem("buyer_amount", Problem.MISSING),))
        problem = amount_problem("buyer_amount", buyer_amount, crypto.decimals)
        if problem is None and buyer_amount >= self.offer.currency_amount:
            whole = Named(self.offer.currency_amount, crypto.code)
            problem = FieldProblem("buyer_amount", Problem.NOT_BELOW, whole)
        if problem is not None:
            raise InvalidFields((problem,))

    def _move(
        self,
        action: Action,
        by: Actor,
        at: datetime,
        expected_version: Expected,
        said: _Said | None = None,
        catalogue: Catalogue | None = None,
    ) -> Changes:
        """Refuse early, decide, and return everything that the move writes."""
        said = said or _Said()
        roles = self.parties.roles_of(by)
        authorise(action, roles, self.moves)
        if not is_expected(self.offer.version, expected_version):
            raise errors.VersionMismatch(self.offer.version)
        # Expiring is what makes a late pending offer expired, so for that move the stored state counts.
        state = self.offer.state if action is Action.EXPIRE else self.offer.state_at(at)
        move = move_for(state, action, roles, self.moves, is_opener=self._has_opened(by))
        offer = replace(
            self.offer,
            state=move.to,
            version=self.offer.version + 1,
            paid_at=at if move.event is EventKind.PAYMENT_INDICATED else self.offer.paid_at,
            ended_at=None if move.to.is_live else at,
        )
        ad, entries, settlement = self._settle(move, at, said.ruling)
        event = Event(move.event, offer.id, offer.version, offer.state, at, by.id)
        opened, ended = self._dispute_after(move, offer.version, by, at, said)
        barred = self.maker_is_restricted or self.maker.is_suspended
        closure = ad.closure(day_of(at), maker_is_barred=barred, catalogue=catalogue, priced_at=at)
        of_it = opened or (ended.after if ended else None)
        told = notices_for(event, offer, ad, self.maker, self.taker, of_it, closure)
        facts = (settlement, event, opened, *endings_of(move, offer, self.parties))
        return Changes(
            offer=OfferChange(self.offer, offer, at, move.before_deadline),
            ad=None if ad is self.ad else AdChange(self.ad, ad),
            entries=entries,
            balances=post(entries, self.balances),
            facts=tuple(fact for fact in facts if fact is not None),
            dispute=ended,
            notices=told,
        )

    def _has_opened(self, by: Actor) -> bool:
        """Whether somebody opened the dispute that is open."""
        return self.dispute is not None and self.dispute.is_open and by.id == self.dispute.opened_by

    def _settle(
        self, move: Move, at: datetime, ruling: Ruling | None
    ) -> tuple[Ad, tuple[Entry, ...], Settlement | None]:
        """What the move does to the ad and the money; nothing while the offer lives."""
        amount, kind = self.offer.currency_amount, move.settlement
        if kind is None:
            return self.ad, (), None
        if move.to is OfferState.COMPLETED:
            ad = self.ad.sell(amount, at)
            is_split = kind is SettlementKind.SPLIT
            entry = self._split(ruling, at) if is_split else self._pay_out(EntryKind.RELEASE, self.buyer, at)
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
        whole = self.offer.currency_amount
        shares = ((target, whole),) if kind is EntryKind.REFUND else self._to_buyer(whole)
        postings = (Posting(account, Side.CREDIT, amount) for account, amount in shares)
        return Entry(kind, f"offer:{self.offer.id}", at, (Posting(source, Side.DEBIT, whole), *postings))

    def _to_buyer(self, amount: Decimal) -> tuple[tuple[Account, Decimal], ...]:
        """Who gets what of an amount that is for the buyer: the desk takes its fee of it."""
        code = self.ad.crypto.code
        fee = self.offer.fee(self.ad.crypto, amount)
        received = (Account(self.buyer.id, code, Purse.P2P), self.offer.received(self.ad.crypto, amount))
        return (received, (Account(None, code, Purse.FEES), fee)) if fee else (received,)

    def _split(self, ruling: Ruling | None, at: datetime) -> Entry:
        """The entry that gives the buyer a part of the offer's amount, and the seller the rest of it."""
        if ruling is None or ruling.buyer_amount is None:
            raise errors.Fault(f"offer {self.offer.id}: a split needs the buyer's part")
        code, whole = self.ad.crypto.code, self.offer.currency_amount
        source = Account(self.seller.id, code, Purse.ESCROW)
        (received, *fees), sellers = self._to_buyer(ruling.buyer_amount), Account(self.seller.id, code, Purse.P2P)
        shares = (received, (sellers, EXACT.subtract(whole, ruling.buyer_amount)), *fees)
        credited = (Posting(account, Side.CREDIT, amount) for account, amount in shares)
        postings = (Posting(source, Side.DEBIT, whole), *credited)
        return Entry(EntryKind.SPLIT, f"offer:{self.offer.id}", at, postings)

    def _dispute_after(
        self, move: Move, version: int, by: Actor, at: datetime, said: _Said
    ) -> tuple[Dispute | None, DisputeChange | None]:
        """The dispute that the move opens, and the end of the one that it ends."""
        if move.to is OfferState.DISPUTED:
            return Dispute(self.offer.id, version, said.kind, by.id, said.text, at), None
        if self.dispute is None or not self.dispute.is_open:
            return None, None
        ruling = said.ruling
        if ruling is None and not move.to.is_live:
            # A release or a return ends it in favour of whoever gets the coins.
            ruling = Ruling("buyer" if move.to is OfferState.COMPLETED else "seller", "")
        after = self.dispute.ended(by.id, at, ruling, is_approved=said.is_approved)
        return None, DisputeChange(self.dispute, after)


@dataclass(frozen=True, slots=True)
class _Said:
    """What is said with a move: why a dispute is opened and about what, or how it is to end."""

    text: str = field(default="", repr=False)
    kind: DisputeKind = DisputeKind.OTHER
    ruling: Ruling | None = None
    is_approved: bool = False


def disputable_from(offer: Offer, dispute_after: timedelta) -> datetime | None:
    """From when on a dispute on an offer can be opened; None while it was not said to be paid."""
    return None if offer.paid_at is None else offer.paid_at + dispute_after
