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
