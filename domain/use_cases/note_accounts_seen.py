"""Somebody of the staff is shown accounts of an offer, which is in the audit trail."""

from __future__ import annotations

from datetime import datetime

from ..model.accounts_seen import LINES_LOOKED_AT, accounts_seen_act
from ..model.changes import Changes
from ..model.parties import Actor
from ..model.rights import check_staff
from ..ports.book import Book
from ..ports.readers import Readers


def note_accounts_seen(offer_id: int, by: Actor, *, book: Book, readers: Readers, at: datetime) -> None:
    """Note who of the staff is shown them, once a day for as long as the line is among the newest 200.

    Two looks at one moment may leave a line each: nothing is locked for it, since nobody is to wait for whoever only
    looks. The desk's operator, who has no account to look with, is not noted. ``at`` is the moment by the store's
    clock. Raises ``TraderSuspended`` and ``StaffOnly``.
    """
    check_staff(by)
    newest = (line.act for line in readers.staff_acts(None, LINES_LOOKED_AT).items)
    act = None if by.id is None else accounts_seen_act(offer_id, by.id, newest, at)
    if act is not None:
        book.apply(Changes(facts=(act,)))
