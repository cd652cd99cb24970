"""The chats of offers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from domain import errors
from domain.model.parties import Actor
from domain.ports.readers import BadCursor, Page
from domain.use_cases.read_chat import read_chat
from domain.use_cases.write_message import write_message

from ..operation import Reply
from ..replies.presentation import ShownMessage
from ..replies.rejections import HiddenOffer
from ..requests.request import DeskRequest

_NUMBER = re.compile(r"[0-9]{1,18}", re.ASCII)


def messages(request: DeskRequest) -> Reply:
    """The messages of an offer's chat after a number, in order. What is shown counts as read by the caller.

    The parties may look until 30 days after the offer's end, and staff once it was in dispute.
    """
    since, limit = _after(request.parameters), request.parameters["limit"]
    unit = request.unit
    ports: dict[str, Any] = {"readers": unit.readers, "chats": unit.chats, "at": request.now}
    with hidden():
        page = read_chat(request.path_id("offer_id"), Actor.of(request.caller), since, limit, **ports)
    return Reply(Page([ShownMessage(view.message, view.fullname) for view in page.items], page.next))


def write(request: DeskRequest) -> Reply:
    """Write in an offer's chat; everybody else in it is told.

    The parties may until 30 days after the offer's end, and staff while it is in dispute.
    """
    offer_id, by = request.path_id("offer_id"), Actor.of(request.caller)
    with hidden():
        view = write_message(offer_id, by, request.fields["text"], **meant_for(request))
    return Reply(ShownMessage(view.message, view.fullname))


def meant_for(request: DeskRequest) -> dict[str, Any]:
    """The book to write into, and the versions of the offer that a message is meant for."""
    return {"book": request.unit.book, "expected_version": request.condition.versions}


def _after(parameters: Mapping[str, Any]) -> int:
    """The number after which to go on: a cursor is that of the last message shown before. Raises ``BadCursor``."""
    cursor = parameters.get("cursor")
    if cursor is None:
        return int(parameters["since"])
    if not _NUMBER.fullmatch(cursor):
        raise BadCursor(cursor)
    return int(cursor)


@contextmanager
def hidden() -> Iterator[None]:
    """To whom a chat is no business, it looks like one that does not exist."""
    try:
        yield
    except errors.OfferNotFound:
        raise HiddenOffer() from None
