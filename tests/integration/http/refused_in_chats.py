"""Refusals of chats, of files in them and of a desk that is frozen, provoked on a scene of test_refusals.py."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from webtest import TestResponse

from domain import errors
from domain.errors import Refusal
from domain.model.chat import ATTACHMENTS_LIMIT
from tests.integration.files.pictures import HTML, PDF, bomb, picture

Provoke = Callable[[Any], TestResponse]


def frozen(scene: Any) -> TestResponse:
    scene.staff.post("/admin/freeze/", {"note": "Deposits are being counted."})
    answer: TestResponse = scene.make()
    return answer


def long_after(scene: Any) -> TestResponse:
    """A message in the chat of an offer that ended thirty days ago."""
    offer = scene.offer("cancel")
    scene.desk.clock.advance(days=30)
    answer: TestResponse = scene._again(scene.amara).post(f"/p2p/offer/chat/{offer}/", {"text": "Hello."})
    return answer


def after_the_dispute(scene: Any) -> TestResponse:
    offer = scene.offer("paid", "dispute", "release")
    answer: TestResponse = scene.staff.post(f"/p2p/offer/chat/{offer}/", {"text": "Well."})
    return answer


def sent(body: bytes, kind: str = "image/png", times: int = 1) -> Provoke:
    """A file in the chat of an offer, so many times."""

    def provoke(scene: Any) -> TestResponse:
        path = f"/p2p/offer/attachment/{scene.offer()}/"
        return [scene.amara.post_text(path, body, kind) for _ in range(times)][-1]

    return provoke


IN_CHATS: list[tuple[type[Refusal], int, str, Provoke]] = [
    (errors.Frozen, 503, "The desk is frozen for the moment", frozen),
    (errors.ChatClosed, 400, "This chat is closed", long_after),
    (errors.ChatIsReadOnly, 400, "Staff write in this chat only while the offer is in dispute", after_the_dispute),
    (errors.TooManyAttachments, 400, "You have sent 20 files in this chat, the most that is allowed",
     sent(PDF, "application/pdf", ATTACHMENTS_LIMIT + 1)),
    (errors.NotAnAttachment, 415, "Send a JPEG, PNG or WebP picture, or a PDF", sent(HTML)),
    (errors.UnreadablePicture, 400, "This picture cannot be read", sent(picture("PNG")[:40])),
    (errors.PictureTooLarge, 400, "A picture may have 40 megapixels at most", sent(bomb(50_000, 50_000))),
]  # fmt: skip
