"""An offer is locked for somebody of the staff, with what they are to its parties."""

from __future__ import annotations

from dataclasses import replace

from ..model.locked_offer import LockedOffer
from ..model.parties import Actor
from ..ports.book import Book
from ..ports.people import People


def lock_for_arbiter(by: Actor, offer_id: int, *, book: Book, people: People | None) -> LockedOffer:
    """The offer, locked, and whether whoever is to judge it is kept from one of its parties.

    Of a desk without ``people`` nobody is kept from anybody. Raises ``OfferNotFound``.
    """
    locked = book.lock_offer(offer_id)
    if people is None or by.id is None:
        return locked
    parties = (locked.maker.id, locked.taker.id)
    return replace(locked, arbiter_is_apart=people.is_kept_from(by.id, parties, locked.offer.created_at))
