"""Files in the chats of offers."""

from __future__ import annotations

from urllib.parse import quote

from pyramid.response import Response

from domain.model.chat import Attachment, file_name
from domain.model.parties import Actor
from domain.ports.files import FileMissing
from domain.use_cases.read_chat import read_attachment
from domain.use_cases.write_message import send_attachment

from ..answering.sent_files import sent_file
from ..operation import Reply
from ..replies.presentation import ShownMessage
from ..replies.rejections import UnknownPath
from ..requests.request import DeskRequest
from .chats import hidden, meant_for


def send(request: DeskRequest) -> Reply:
    """Send a file: the body is its bytes. It becomes a message with an attachment and without a text.

    What it is is told from its bytes; pictures are written anew, without what the camera noted in them.
    """
    with hidden():
        attachment = sent_file(request, file_name(request.parameters["name"]))
        by = Actor.of(request.caller)
        view = send_attachment(request.path_id("offer_id"), by, attachment, **meant_for(request))
    return Reply(ShownMessage(view.message, view.fullname))


def fetch(request: DeskRequest) -> Response:
    """A file of an offer's chat, for whoever may read there. Pictures are shown, a PDF is saved."""
    offer_id, number = request.path_id("offer_id"), request.path_id("number")
    by, readers = Actor.of(request.caller), request.unit.readers
    with hidden():
        message = read_attachment(offer_id, number, by, readers=readers, at=request.now)
    attachment = None if message is None else message.attachment
    if attachment is None:
        raise UnknownPath()
    try:
        body = request.services.files.read(attachment.file)
    except FileMissing:
        raise UnknownPath() from None
    response = Response(body=body, content_type=attachment.content_type, charset=None)
    response.headers.update(_headers(attachment))
    return response


def _headers(attachment: Attachment) -> dict[str, str]:
    """What keeps a file from being taken for a page, or from being kept by anybody on the way."""
    form = "inline" if attachment.content_type.startswith("image/") else "attachment"
    plain = "".join(each if each.isascii() and each not in '"\\%' else "_" for each in attachment.name)
    # Both forms, as RFC 6266 has it in section 5 and appendix D: the second is for all names there are.
    name = f"filename=\"{plain}\"; filename*=UTF-8''{quote(attachment.name, safe='')}"
    return {
        "Content-Disposition": f"{form}; {name}",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
