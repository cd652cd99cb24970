"""Whoever has not read a message for a while is mailed."""

from __future__ import annotations

from uuid import UUID

from ..ports.book import Book
from ..ports.identifiers import Identifiers


def mail_unread(offer_id: int, reader_id: UUID, *, book: Book, identifiers: Identifiers) -> None:
    """Mail a member of a chat that something is unread: once until they read, and at most once an hour.

    Raises ``OfferNotFound``, ``TraderNotFound``, and ``NotDueYet`` where they have read meanwhile or were mailed.
    """
    locked = book.lock_chat(offer_id, reader_id)
    book.apply(locked.mail_unread(identifiers.new(), locked.at))
