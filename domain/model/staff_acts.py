"""What staff do leaves a line in the audit trail, with the note that says why."""

from __future__ import annotations

from datetime import datetime

from .changes import StaffAct
from .offer import REASON_LENGTH_LIMIT
from .parties import Actor
from .texts import check_text, given_text


def staff_act(by: Actor, at: datetime, act: str, subject: str, note: str) -> StaffAct:
    """The line for what somebody of the staff did, or the operator, who need not say why.

    Raises ``InvalidFields`` (``note``) where staff give none, and where it is too long.
    Source: docs/contract/accounts.md, "The audit trail".
    """
    kept = given_text(note)
    check_text("note", kept, REASON_LENGTH_LIMIT, required=by.id is not None)
    return StaffAct(by.id, at, act, subject, kept)
