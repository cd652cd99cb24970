"""Refusals about chats."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from .base import Refusal


class ChatClosed(Refusal):
    """The offer ended so long ago that its parties' chat is over."""

    code = "chat_closed"


class ChatIsReadOnly(Refusal):
    """Staff write in a chat only for as long as its offer is in dispute."""

    code = "chat_read_only"


@dataclass(eq=False)
class TooManyAttachments(Refusal):
    """The sender has sent as many files in this chat as anybody may."""

    code: ClassVar[str] = "too_many_attachments"
    most: int


class NotAnAttachment(Refusal):
    """The file is of none of the kinds that are taken."""

    code = "not_an_attachment"


class UnreadablePicture(Refusal):
    """The file says that it is a picture, and cannot be read as one; or there is nothing in it."""

    code = "unreadable_picture"


@dataclass(eq=False)
class PictureTooLarge(Refusal):
    """The picture has more than so many million pixels."""

    code: ClassVar[str] = "picture_too_large"
    megapixels: int
