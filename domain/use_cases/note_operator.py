"""What the operator does past all rules of the desk is in the audit trail, too."""

from __future__ import annotations

from datetime import datetime

from ..model.changes import Changes
from ..model.parties import DESK
from ..model.staff_acts import staff_act
from ..ports.book import Book


def note_operator(act: str, subject: str, *, book: Book, at: datetime) -> None:
    """Note what the operator did, to whom. ``at`` is the moment by the store's clock.

    Source: docs/contract/accounts.md, "The audit trail".
    """
    book.apply(Changes(facts=(staff_act(DESK, at, act, subject, ""),)))
