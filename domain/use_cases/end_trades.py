"""The desk ends what somebody who was shut out has under way, each ad and offer in a unit of work of its own."""

from __future__ import annotations

from ..ports.book import Book


def end_ad_of_suspended(ad_id: int, *, book: Book) -> None:
    """Close an ad of somebody who is suspended, and return its unsold escrow; live offers are ended by themselves.

    Raises ``AdNotFound``, and ``NotDueYet`` where another worker was faster or the maker was let in again.
    """
    locked = book.lock_ad(ad_id)
    book.apply(locked.end_for_suspension(locked.at))


def end_offer_of_suspended(offer_id: int, *, book: Book) -> None:
    """Call off a pending offer of which a party is suspended, or dispute it where it is paid; both are told.

    Raises ``OfferNotFound``, and ``NotDueYet`` where the offer has moved on or the party was let in again.
    """
    locked = book.lock_offer(offer_id)
    book.apply(locked.end_for_suspension(locked.at))
