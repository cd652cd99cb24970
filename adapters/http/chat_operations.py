"""The operations of chats: a part of the one table of operations."""

from __future__ import annotations

from domain import errors
from domain.ports.files import CONTENT_TYPES

from .answering import sent_files
from .operation import Operation, Tag
from .replies.rejections import FileTooLarge, HiddenOffer, UnknownPath
from .schemas.chats import MESSAGE_PAGE, ChatQuerySchema, FileQuerySchema, MessageBodySchema, MessageSchema
from .views import attachments, chats

# Laid out by hand, so that the table can be read as one.
# fmt: off
CHATS = (
    Operation(
        "chat", Tag.CHATS, "GET", "/p2p/offer/chat/{offer_id}/", chats.messages, "The chat of an offer, in order",
        query=ChatQuerySchema(), entity=MESSAGE_PAGE, marks_read=True,
        refusals=(errors.ChatClosed,), rejections=(HiddenOffer(),),
    ),
    Operation(
        "write_message", Tag.CHATS, "POST", "/p2p/offer/chat/{offer_id}/", chats.write, "Write in the chat of an offer",
        takes_key=True, takes_version=True, body=MessageBodySchema(), entity=MessageSchema(),
        refusals=(errors.InvalidFields, errors.ChatClosed, errors.ChatIsReadOnly, errors.VersionMismatch),
        rejections=(HiddenOffer(),),
    ),
    Operation(
        "send_attachment", Tag.CHATS, "POST", "/p2p/offer/attachment/{offer_id}/", attachments.send,
        "Send a file in the chat of an offer", takes_key=True, takes_version=True, query=FileQuerySchema(),
        entity=MessageSchema(), prepare=sent_files.prepare,
        refusals=(errors.ChatClosed, errors.ChatIsReadOnly, errors.TooManyAttachments, errors.NotAnAttachment,
                  errors.UnreadablePicture, errors.PictureTooLarge, errors.VersionMismatch),
        rejections=(HiddenOffer(), FileTooLarge()),
    ),
    Operation(
        "attachment", Tag.CHATS, "GET", "/p2p/offer/attachment/{offer_id}/{number}", attachments.fetch,
        "A file of the chat of an offer", media=CONTENT_TYPES,
        headers=("Content-Disposition", "Content-Security-Policy"),
        refusals=(errors.ChatClosed,), rejections=(HiddenOffer(), UnknownPath()),
    ),
)
# fmt: on
