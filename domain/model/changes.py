"""What one decision changes: all of it is written in one transaction, or none of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import ClassVar
from uuid import UUID

from .ad import Ad
from .facts import AnyFact, Fact, Kept
from .ledger import BalanceChange, Entry
from .notices import LetterAlone, Notice
from .offer import Dispute, Offer


@dataclass(frozen=True, slots=True)
class AdChange:
    """An ad before and after; without a before it is new. The write is guarded by the version before.

    With ``reserves`` nothing is changed but that this much crypto is held for a new offer. Then the guard may be what
    that was decided on, in place of the version: the ad's status, and that so much is available, or exactly so much
    where it was all that was. A store with that guard takes the amount from what is there, whoever else did meanwhile.
    """

    before: Ad | None
    after: Ad
    reserves: Decimal | None = None


@dataclass(frozen=True, slots=True)
class OfferChange:
    """An offer before and after; without a before it is new. The write is guarded by state and version before.

    ``before_deadline`` makes the deadline a part of that guard: the row is moved only where it lies after ``at``.
    """

    before: Offer | None
    after: Offer
    at: datetime
    before_deadline: bool = False


@dataclass(frozen=True, slots=True)
class StaffAct(Fact):
    """What somebody of the staff, or the operator (no ``by``), did: kept for good in the audit trail."""

    kept: ClassVar[Kept] = Kept("audit_trail", refers={"by": "traders"})

    by: UUID | None
    at: datetime
    act: str
    subject: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Changes:
    """The rows that a decision writes. The guarded moves come first, the money after them.

    ``facts`` are rows that are only added, in their order. ``ended_dispute`` is a dispute as it is once it is resolved;
    it must have been open.
    """

    offer: OfferChange | None = None
    ad: AdChange | None = None
    entries: tuple[Entry, ...] = ()
    balances: tuple[BalanceChange, ...] = ()
    facts: tuple[Fact, ...] = ()
    ended_dispute: Dispute | None = None
    notices: tuple[Notice, ...] = ()
    letters: tuple[LetterAlone, ...] = ()

    def fact(self, kind: type[AnyFact]) -> AnyFact | None:
        """The first fact of this kind, or None."""
        return next((fact for fact in self.facts if isinstance(fact, kind)), None)
