"""What staff are told of a dispute: that there is one, by a frame, and no word that a trader wrote."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from .changes import Changes
from .dispute import Dispute
from .notices import About, Notice, NoticeKind

DISPUTE_TO_JUDGE = "A dispute was opened on this offer."
"""Nobody is named: what was told outlasts an account that is deleted."""


def told_of_dispute(dispute: Dispute, staff: Iterable[UUID], at: datetime) -> Changes:
    """Each of these is told, once. Source: docs/contract/notices.md, "Who is told what"."""
    kind, about = NoticeKind.OFFER_DISPUTED, About(dispute.offer_id, dispute.version)
    frame = {"message": DISPUTE_TO_JUDGE, "type": kind.value, "offer_id": dispute.offer_id}
    return Changes(notices=tuple(Notice(each, kind, frame, {}, at, about, is_mailed=False) for each in staff))
