"""Somebody writes in the chat of an offer, or sends a file there."""

from __future__ import annotations

from ..model.chat import Attachment
from ..model.parties import Actor
from ..model.rights import check_standing
from ..model.versions import Expected
from ..ports.book import Book
from ..ports.chats import MessageView


def write_message(offer_id: int, by: Actor, text: str, *, book: Book, expected_version: Expected = None) -> MessageView:
    """Write a message of 1 to 2,000 characters; the others in the chat are told.

    Raises, in this order: ``OfferNotFound`` where there is none or it is none of theirs, ``TraderNotFound``,
    ``TraderSuspended``, ``ChatClosed``, ``ChatIsReadOnly``, ``VersionMismatch``, ``InvalidFields``.
    """
    assert by.id is not None, "the desk itself writes to nobody"
    locked = book.lock_chat(offer_id, by.id)
    check_standing(by, locked.trader)
    message, changes = locked.write(by, text, locked.at, expected_version)
    book.apply(changes)
    return MessageView(message, locked.trader.fullname)


def send_attachment(
    offer_id: int, by: Actor, attachment: Attachment, *, book: Book, expected_version: Expected = None
) -> MessageView:
    """Send a file, which has been kept before, so that there is no message without its file.

    Raises what ``write_message`` does but for ``InvalidFields``, and ``TooManyAttachments`` in its place.
    """
    assert by.id is not None, "the desk itself writes to nobody"
    locked = book.lock_chat(offer_id, by.id)
    check_standing(by, locked.trader)
    message, changes = locked.send(by, attachment, locked.at, expected_version)
    book.apply(changes)
    return MessageView(message, locked.trader.fullname)
