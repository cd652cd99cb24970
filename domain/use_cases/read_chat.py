"""Somebody reads the chat of an offer."""

from __future__ import annotations

from datetime import datetime

from ..model.chat import Message, check_may_read
from ..model.parties import Actor
from ..model.rights import check_standing
from ..ports.chats import Chats, MessageView
from ..ports.readers import Page, Readers


def read_chat(
    offer_id: int, by: Actor, since: int, limit: int, *, readers: Readers, chats: Chats, at: datetime
) -> Page[MessageView]:
    """The messages after number ``since``, at most ``limit``; what is shown has been read by this member from now on.

    ``next`` of the page is the number after which there are more. Raises ``OfferNotFound`` where there is none or it is
    none of theirs, ``TraderSuspended`` and ``ChatClosed``.
    """
    _let_in(offer_id, by, readers, at)
    # One more than is shown tells whether there is a next part.
    found = chats.messages(offer_id, since, limit + 1)
    shown = found[:limit]
    if shown and by.id is not None:
        chats.mark_read(offer_id, by.id, shown[-1].message.number)
    return Page(shown, str(shown[-1].message.number) if len(found) > limit else None)


def read_attachment(offer_id: int, number: int, by: Actor, *, readers: Readers, at: datetime) -> Message | None:
    """The message of this number, if it is a file; None where there is none. Raises what ``read_chat`` does."""
    _let_in(offer_id, by, readers, at)
    found = readers.facts(Message, (offer_id, number), 1)
    return found[0] if found and found[0].attachment is not None else None


def _let_in(offer_id: int, by: Actor, readers: Readers, at: datetime) -> None:
    view = readers.offer(offer_id)
    check_standing(by, view.maker.trader, view.taker.trader)
    check_may_read(view.parties, view.offer, view.dispute, by, at)
