"""All that is kept about one trader: to hand it to them, and to erase it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Protocol
from uuid import UUID

from ..model.chat import Message
from ..model.dispute import Dispute, DisputeKind
from ..model.erasure import Holdings
from ..model.feedback import Feedback
from ..model.notices import LetterKind
from ..model.trader import Trader
from .keys import ApiKey
from .logins import Login


@dataclass(frozen=True, slots=True)
class KeptLetter:
    """A letter to a trader: what it was about, when it was written, and what became of it."""

    kind: LetterKind
    created_at: datetime
    state: str


@dataclass(frozen=True, slots=True)
class UsedAddress:
    """From where an account was used, and when last."""

    address: str
    used_at: datetime


@dataclass(frozen=True, slots=True)
class KeptDispute:
    """A dispute as its parties are told of it: nothing of who of the staff looked at it, and of what was proposed."""

    offer_id: int
    kind: DisputeKind
    opened_by: UUID | None
    reason: str = field(repr=False)
    opened_at: datetime
    in_favour_of: str | None
    buyer_amount: Decimal | None
    note: str
    resolved_at: datetime | None

    @classmethod
    def of(cls, dispute: Dispute) -> KeptDispute:
        """What a party may see of it."""
        return cls(
            dispute.offer_id,
            dispute.kind,
            dispute.opened_by,
            dispute.reason,
            dispute.opened_at,
            dispute.in_favour_of,
            dispute.buyer_amount,
            dispute.note,
            dispute.resolved_at,
        )


class OwnData(Protocol):
    """What no other port tells of one trader, and the end of their account."""

    def logins(self, trader_id: UUID) -> Sequence[Login]:
        """All that are kept, ended ones too, the oldest first; without those behind keys of programs."""
        ...

    def addresses(self, trader_id: UUID) -> Sequence[UsedAddress]:
        """From where the account was used, as far as that is kept: in the order of the addresses."""
        ...

    def keys(self, trader_id: UUID) -> Sequence[ApiKey]:
        """All keys of programs that are kept, ended ones too, the oldest first."""
        ...

    def messages(self, trader_id: UUID) -> Sequence[Message]:
        """What the trader wrote in chats, by offer and number."""
        ...

    def disputes(self, trader_id: UUID) -> Sequence[KeptDispute]:
        """The disputes on the trader's offers, withdrawn ones too, by offer and in the order of their opening."""
        ...

    def feedback_by(self, trader_id: UUID) -> Sequence[Feedback]:
        """What the trader said of others, by offer."""
        ...

    def feedback_about(self, trader_id: UUID) -> Sequence[Feedback]:
        """What others said of the trader, by offer."""
        ...

    def letters(self, trader_id: UUID) -> Sequence[KeptLetter]:
        """The letters to the trader, in the order in which they were written."""
        ...

    def letters_lately(self, trader_id: UUID, since: datetime, limit: int) -> Sequence[datetime]:
        """When letters were sent to the trader after a moment, but for those with a code: the newest, in any order.

        One that is just being sent counts by when the claim on it ends, which may be to come. Until the unit ends, no
        more are let through where their number is bounded.
        """
        ...

    def lock_holdings(self, trader_id: UUID, at: datetime) -> Holdings:
        """What the trader holds and has under way, while nobody can add to it until the unit ends.

        No ad is placed, no offer made and nothing deposited for them meanwhile; what waits for that is refused once
        they are deleted. Raises ``TraderNotFound`` where they are.
        """
        ...

    def erase(self, trader: Trader, at: datetime) -> None:
        """Keep nothing of the person: only after ``lock_holdings`` in the same unit, and when nothing is in the way.

        ``erased`` says what is left of the trader's row. Logins end, keys of programs too; codes, kept answers, saved
        payment methods, blocks and webhooks are gone; ads and offers lose their accounts and texts; notices and
        letters, of others too, lose the name. Their address can register anew.
        """
        ...
