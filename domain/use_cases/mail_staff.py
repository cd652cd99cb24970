"""Staff are mailed that disputes wait for them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from ..ports.book import Book
from ..ports.identifiers import Identifiers
from ..ports.staff_mails import StaffMails


def mail_staff(trader_id: UUID, *, mails: StaffMails, book: Book, identifiers: Identifiers, at: datetime) -> bool:
    """Mail one of the staff how many disputes wait, if any do, at most once an hour; whether there was a mail.

    What they are owed and when they were mailed is read under a lock of their own, so that of several workers one
    mails. ``at`` is the moment by the store's clock. Raises ``NotDueYet`` where another has done it, or it is too soon.
    """
    owed = mails.lock(trader_id)
    mail, changes = owed.mailed(mails.waiting(trader_id), identifiers.new(), at)
    mails.put_down(mail)
    book.apply(changes)
    return bool(changes.letters)
