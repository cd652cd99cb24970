"""Chats: what is written, and what is shown of it."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from marshmallow import Schema

from domain.model.chat import MESSAGE_LENGTH_LIMIT

from .base import InputSchema, ListQuery, page_of
from .described import AMARA, MADE_AT, described
from .fields import FileName, Text, Whole
from .shown import RememberedPart, Shown, ShownFlag, ShownId, ShownMoment, ShownNumber, ShownUuid, shown_part

_MESSAGE_NUMBER_LIMIT = 10**18 - 1


class MessageBodySchema(InputSchema):
    """What to write."""

    text = Text(
        required=True,
        lines=True,
        length_limit=MESSAGE_LENGTH_LIMIT,
        metadata=described("What to say to the others in the chat.", "I have sent it an hour ago."),
    )


class ChatQuerySchema(ListQuery):
    """Which messages to show: those after number ``since``."""

    since = Whole(
        least=0,
        most=_MESSAGE_NUMBER_LIMIT,
        from_text=True,
        load_default=0,
        metadata=described("Only messages after this number.", 1),
    )


class FileQuerySchema(InputSchema):
    """What a file is called."""

    name = FileName(
        load_default="",
        metadata=described("Its name, of at most 100 characters; what a name cannot have becomes `_`.", "receipt.png"),
    )


class WriterSchema(Schema):
    """Who wrote."""

    id = ShownUuid(metadata=described("The id of who wrote.", AMARA))
    fullname = Shown(metadata=described("Their name.", "Amara Nwosu"))


class AttachmentSchema(Schema):
    """A file that was sent."""

    name = Shown(metadata=described("What its sender calls it.", "receipt.png"))
    content_type = Shown(metadata=described("What it is, told from its bytes.", "image/png"))
    bytes = ShownNumber("size", metadata=described("How many bytes it has.", 48213))
    path = Shown(metadata=described("Where to fetch it.", "/p2p/offer/attachment/1/1"))


class MessageSchema(Schema):
    """A message. Numbers are for each offer, from 1, without gaps; a file is a message without a text."""

    id = ShownId("message.number", metadata=described("The number once more, as all lists have it.", 1))
    number = ShownId("message.number", metadata=described("Its number in this chat.", 1))
    at = ShownMoment("message.at", metadata=described("When it was written.", MADE_AT))
    by = shown_part(WriterSchema, metadata=described("Who wrote it."))
    is_staff = ShownFlag("message.is_staff", metadata=described("Whether it was written as staff of the desk.", False))
    text = Shown(
        "message.text",
        metadata=described("What was written; empty where a file was sent.", "I have sent it an hour ago."),
    )
    attachment = shown_part(
        AttachmentSchema, allow_none=True, metadata=described("The file that was sent; null where it is a text.", None)
    )


def _same_message(shown: Any) -> Hashable:
    return id(shown.message), shown.fullname


MESSAGE_PAGE = page_of("MessagePage", RememberedPart(MessageSchema, _same_message))
