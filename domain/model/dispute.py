"""Disputes: what two parties quarrel about, who of the staff looks at it, and how it ends."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from .facts import Fact, Kept


class DisputeKind(StrEnum):
    """What is quarrelled about. ``no_answer`` is the desk's own: the seller has not answered for too long."""

    PAYMENT_NOT_RECEIVED = "payment_not_received"
    PAYMENT_INCOMPLETE = "payment_incomplete"
    THIRD_PARTY_PAYMENT = "third_party_payment"
    CRYPTO_NOT_RELEASED = "crypto_not_released"
    OTHER = "other"
    NO_ANSWER = "no_answer"


KINDS_OF_PARTIES = tuple(kind for kind in DisputeKind if kind is not DisputeKind.NO_ANSWER)
"""What a party may say that a dispute is about."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """How a dispute is to end: ``in_favour_of`` is ``buyer``, ``seller`` or ``split``, and ``note`` says why.

    ``buyer_amount`` is the part of the crypto that the buyer of a split gets; the rest is the seller's.
    """

    in_favour_of: str
    note: str
    buyer_amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """A ruling that somebody else of the staff has to approve before it is carried out."""

    by: UUID
    at: datetime
    ruling: Ruling


@dataclass(frozen=True, slots=True)
class Dispute(Fact):
    """A quarrel about a payment, and its end. ``in_favour_of`` is as a ruling has it once somebody gets the coins.

    ``version`` is the version of the offer that the dispute made, since one offer can be disputed again once a dispute
    on it was withdrawn. Without ``opened_by`` the desk opened it by itself. That it was opened is a fact; all after
    that is ``DisputeChange``. ``changes`` counts those, so that nobody decides on what is no longer so.

    What is ``proposed_…`` stays on a dispute that was resolved as proposed, and goes with every other end.
    Source: docs/contract/trading.md, "Disputes".
    """

    kept: ClassVar[Kept] = Kept(
        "disputes",
        key=("offer_id", "version"),
        refers={
            "offer_id": "offers",
            "opened_by": "traders",
            "handled_by": "traders",
            "proposed_by": "traders",
            "resolved_by": "traders",
        },
    )

    offer_id: int
    version: int
    kind: DisputeKind
    opened_by: UUID | None
    reason: str = field(repr=False)
    opened_at: datetime
    changes: int = 0
    handled_by: UUID | None = None
    proposed_by: UUID | None = None
    proposed_at: datetime | None = None
    proposed_for: str | None = None
    proposed_amount: Decimal | None = None
    proposed_note: str = ""
    resolved_by: UUID | None = None
    in_favour_of: str | None = None
    buyer_amount: Decimal | None = None
    note: str = ""
    resolved_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether it has not ended."""
        return self.resolved_at is None

    @property
    def proposal(self) -> Proposal | None:
        """What waits for somebody's approval; None where nothing does."""
        if self.proposed_by is None or self.proposed_at is None or self.proposed_for is None or not self.is_open:
            return None
        ruling = Ruling(self.proposed_for, self.proposed_note, self.proposed_amount)
        return Proposal(self.proposed_by, self.proposed_at, ruling)

    def taken_by(self, staff: UUID) -> Dispute:
        """The dispute with somebody who looks at it."""
        return replace(self, changes=self.changes + 1, handled_by=staff)

    def with_proposal(self, proposal: Proposal | None) -> Dispute:
        """The dispute with another proposal in place of the one that it has, or with none."""
        ruling = proposal.ruling if proposal else None
        return replace(
            self,
            changes=self.changes + 1,
            proposed_by=proposal.by if proposal else None,
            proposed_at=proposal.at if proposal else None,
            proposed_for=ruling.in_favour_of if ruling else None,
            proposed_amount=ruling.buyer_amount if ruling else None,
            proposed_note=ruling.note if ruling else "",
        )

    def ended(self, by: UUID | None, at: datetime, ruling: Ruling | None, *, is_approved: bool = False) -> Dispute:
        """The dispute once it is over: withdrawn without a ruling. Only a proposal that is approved is kept."""
        before = self if is_approved else self.with_proposal(None)
        return replace(
            before,
            changes=self.changes + 1,
            resolved_by=by,
            in_favour_of=ruling.in_favour_of if ruling else None,
            buyer_amount=ruling.buyer_amount if ruling else None,
            note=ruling.note if ruling else "",
            resolved_at=at,
        )
