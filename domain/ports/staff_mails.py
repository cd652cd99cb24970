"""Which of the staff are to be mailed that disputes wait, and when each was mailed last."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from ..model.told_staff import StaffMail


class StaffMails(Protocol):
    """What is kept of mails to staff, one row for each of them who was ever owed one."""

    def owe(self, staff: Iterable[UUID], at: datetime) -> None:
        """Note that each of these is to be mailed; who was owed a mail already has been since then."""
        ...

    def due(self, mailed_before: datetime, limit: int) -> Sequence[UUID]:
        """Those of the staff who are owed a mail and were mailed none after this moment, the longest owed first.

        Nobody who is suspended, or not of the staff any more.
        """
        ...

    def lock(self, trader_id: UUID) -> StaffMail:
        """What is kept of one. Until the unit ends, whoever else asks for it, or owes them a mail, waits."""
        ...

    def waiting(self, trader_id: UUID) -> int:
        """How many disputes are open that this trader is no party of."""
        ...

    def put_down(self, mail: StaffMail) -> None:
        """Keep what came of one that is locked and was owed."""
        ...
