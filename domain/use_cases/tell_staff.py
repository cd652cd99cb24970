"""The desk tells its staff of a dispute, in a unit of its own: whoever opened it waits for nobody."""

from __future__ import annotations

from ..model.lifecycle import OfferState
from ..model.told_staff import told_of_dispute
from ..ports.book import Book
from ..ports.readers import Readers
from ..ports.staff_mails import StaffMails


def tell_staff(offer_id: int, *, book: Book, readers: Readers, mails: StaffMails) -> bool:
    """Tell those of the staff who have not been told that an offer is in dispute; whether there was anybody.

    Who was told is read under the offer's lock, so that of several workers one tells. Each of them is owed a mail,
    which goes out when their last one is an hour old. Raises ``OfferNotFound``.
    """
    locked = book.lock_offer(offer_id)
    if locked.dispute is None or locked.offer.state is not OfferState.DISPUTED:
        return False
    staff = readers.staff_to_tell(offer_id)
    if staff:
        book.apply(told_of_dispute(locked.dispute, staff, locked.at))
        mails.owe(staff, locked.at)
    return bool(staff)
