"""What staff are told of a dispute: that there is one, by a frame, and no word that a trader wrote.

By mail they are told that disputes wait, and how many. Source: docs/contract/notices.md, "Mail to staff".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from ..errors import NotDueYet
from .account_letters import AccountLetter
from .changes import Changes
from .dispute import Dispute
from .notices import About, LetterAlone, Notice, NoticeKind

DISPUTE_TO_JUDGE = "A dispute was opened on this offer."
"""Nobody is named: what was told outlasts an account that is deleted."""
MAIL_STAFF_AGAIN_AFTER = timedelta(hours=1)
"""How long after a mail about disputes each of the staff is sent none."""


def told_of_dispute(dispute: Dispute, staff: Iterable[UUID], at: datetime) -> Changes:
    """Each of these is told, once. Source: docs/contract/notices.md, "Who is told what"."""
    kind, about = NoticeKind.OFFER_DISPUTED, About(dispute.offer_id, dispute.version)
    frame = {"message": DISPUTE_TO_JUDGE, "type": kind.value, "offer_id": dispute.offer_id}
    return Changes(notices=tuple(Notice(each, kind, frame, {}, at, about, is_mailed=False) for each in staff))


@dataclass(frozen=True, slots=True)
class StaffMail:
    """Since when one of the staff is owed a mail about disputes, if they are, and when they were sent one last."""

    trader_id: UUID
    owed_since: datetime | None = None
    mailed_at: datetime | None = None

    def mailed(self, waiting: int, letter_id: UUID, at: datetime) -> tuple[StaffMail, Changes]:
        """The mail that so many disputes wait; none where all of them have ended meanwhile, and then none is owed.

        Raises ``NotDueYet`` where they are owed none, or were mailed within ``MAIL_STAFF_AGAIN_AFTER``.
        """
        if self.owed_since is None:
            raise NotDueYet()
        if self.mailed_at is not None and at - self.mailed_at < MAIL_STAFF_AGAIN_AFTER:
            raise NotDueYet()
        paid = replace(self, owed_since=None)
        if not waiting:
            return paid, Changes()
        facts = {"waiting": str(waiting)}
        letter = LetterAlone(letter_id, self.trader_id, AccountLetter.DISPUTES_WAITING, facts, at)
        return replace(paid, mailed_at=at), Changes(letters=(letter,))
