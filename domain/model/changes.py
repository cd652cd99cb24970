"""What one decision changes: all of it is written in one transaction, or none of it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from operator import attrgetter
from typing import ClassVar
from uuid import UUID

from ..errors import Fault
from .ad import Ad
from .chat import ChatChange
from .dispute import Dispute
from .facts import AnyFact, Fact, Kept
from .ledger import BalanceChange, Entry
from .money import EXACT
from .notices import LetterAlone, Notice
from .offer import Offer

AD_PROGRESS = frozenset(
    {
        "status",
        "available",
        "reserved",
        "sold",
        "withdrawn",
        "trade_started_at",
        "trade_completed_at",
        "version",
        "edition",
    }
)
"""What of an ad ever changes. All else is as it was placed, and a store need not look at it again."""
AD_IDENTITY = (
    "id", "maker_id", "ad_type", "crypto", "fiat", "payment_method", "start_date", "created_at", "reserved", "sold",
)  # fmt: skip
"""What of an ad not even its maker changes by editing it."""
OFFER_PROGRESS = frozenset({"state", "paid_at", "ended_at", "version"})
"""What of an offer ever changes."""
DISPUTE_TERMS = ("offer_id", "version", "kind", "opened_by", "reason", "opened_at")
"""What of a dispute never changes: that it was opened."""

_ad_terms = attrgetter(*(field.name for field in fields(Ad) if field.name not in AD_PROGRESS))
_offer_terms = attrgetter(*(field.name for field in fields(Offer) if field.name not in OFFER_PROGRESS))
_dispute_terms = attrgetter(*DISPUTE_TERMS)
_not_reserved = attrgetter("status", "sold", "withdrawn", "trade_completed_at", "edition")
_ad_identity = attrgetter(*AD_IDENTITY)


@dataclass(frozen=True, slots=True)
class AdChange:
    """An ad before and after; without a before it is new. The write is guarded by the version before.

    With ``reserves`` nothing is changed but that this much crypto is held for a new offer. Then the guard may be what
    that was decided on, in place of the version: the ad's edition, and that so much is available, or exactly so much
    where it was all that was. A store with that guard takes the amount from what is there, whoever else did meanwhile.

    ``is_edit`` says that the maker changes it, so that all but ``AD_IDENTITY`` may be another.

    Raises ``Fault`` where more is changed than ``AD_PROGRESS``, or than ``reserves`` or ``is_edit`` says: one store
    would drop that in silence, and another keep it.
    """

    before: Ad | None
    after: Ad
    reserves: Decimal | None = None
    is_edit: bool = False

    def __post_init__(self) -> None:
        before, after, reserves = self.before, self.after, self.reserves
        if before is None:
            return
        kept = _ad_identity if self.is_edit else _ad_terms
        if kept(before) != kept(after):
            raise Fault(f"ad {before.id}: what is no progress of it never changes")
        if reserves is not None and (
            _not_reserved(before) != _not_reserved(after)
            or EXACT.subtract(before.available, reserves) != after.available
        ):
            raise Fault(f"ad {before.id}: more is changed than that {reserves} are reserved")


@dataclass(frozen=True, slots=True)
class OfferChange:
    """An offer before and after; without a before it is new. The write is guarded by state and version before.

    ``before_deadline`` makes the deadline a part of that guard: the row is moved only where it lies after ``at``.

    Raises ``Fault`` where more is changed than ``OFFER_PROGRESS``.
    """

    before: Offer | None
    after: Offer
    at: datetime
    before_deadline: bool = False

    def __post_init__(self) -> None:
        before = self.before
        if before is not None and _offer_terms(before) != _offer_terms(self.after):
            raise Fault(f"offer {before.id}: what is no progress of it never changes")


@dataclass(frozen=True, slots=True)
class DisputeChange:
    """A dispute before and after. The write is guarded by it being open, and by its count of changes before.

    Raises ``Fault`` where its opening is changed, or another count than the next is kept.
    """

    before: Dispute
    after: Dispute

    def __post_init__(self) -> None:
        if _dispute_terms(self.before) != _dispute_terms(self.after) or self.after.changes != self.before.changes + 1:
            raise Fault(
                f"the dispute on offer {self.before.offer_id}: its opening never changes, and all else is counted"
            )


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

    ``facts`` are rows that are only added, in their order. ``dispute`` is what became of an open one: who looks at it,
    what is proposed, or its end.
    """

    offer: OfferChange | None = None
    ad: AdChange | None = None
    entries: tuple[Entry, ...] = ()
    balances: tuple[BalanceChange, ...] = ()
    facts: tuple[Fact, ...] = ()
    dispute: DisputeChange | None = None
    notices: tuple[Notice, ...] = ()
    letters: tuple[LetterAlone, ...] = ()
    chat: ChatChange | None = None

    def fact(self, kind: type[AnyFact]) -> AnyFact | None:
        """The first fact of this kind, or None."""
        return next((fact for fact in self.facts if isinstance(fact, kind)), None)
