"""Somebody of the staff is shown accounts of an offer, which is in the audit trail."""

from __future__ import annotations

from datetime import datetime

from ..model.accounts_seen import accounts_seen_act
from ..model.changes import Changes
from ..model.days import day_begins
from ..model.parties import Actor
from ..model.rights import check_staff
from ..ports.book import Book
from ..ports.readers import Readers


def note_accounts_seen(offer_id: int, by: Actor, *, book: Book, readers: Readers, at: datetime) -> None:
    """Note who of the staff is shown them, once a day: to load a page again is no other deed.

    Two looks at one moment may leave a line each: nothing is locked for it, since nobody is to wait for whoever only
    looks. The desk's operator, who has no account to look with, is not noted. ``at`` is the moment by the store's
    clock. Raises ``TraderSuspended`` and ``StaffOnly``.
    """
    check_staff(by)
    if by.id is None:
        return
    seen = accounts_seen_act(offer_id, by.id, at)
    if not readers.has_act(by.id, seen.act, seen.subject, day_begins(at)):
        book.apply(Changes(facts=(seen,)))
