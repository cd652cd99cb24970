"""Files in chats over HTTP: what is taken, under which names, by whom, and how it is served."""

from __future__ import annotations

from io import BytesIO
from urllib.parse import quote

import pytest
from PIL import Image
from webtest import TestResponse

from domain.model.chat import ATTACHMENTS_LIMIT
from tests.integration.files.pictures import HTML, PDF, SECRET, bomb, picture
from tests.integration.http.desk import Caller, Desk, told

WRONG_KIND = "Send a JPEG, PNG or WebP picture, or a PDF"


@pytest.fixture
def offer(jude: Caller, amara: Caller) -> int:
    return amara.offer(jude.ad())


def send(
    caller: Caller, offer: int, body: bytes, kind: str = "image/png", query: str = "", **headers: str
) -> TestResponse:
    named = {name.replace("_", "-").title(): value for name, value in headers.items()}
    path = f"/p2p/offer/attachment/{offer}/{query}"
    return caller.app.post(path, body, headers=caller.headers | named, content_type=kind, expect_errors=True)


def kept(desk: Desk) -> int:
    return len(desk.services.files.kept)  # type: ignore[attr-defined]


def test_a_picture_as_its_reader_gets_it(desk: Desk, jude: Caller, amara: Caller, offer: int) -> None:
    answer = send(amara, offer, picture("PNG"), query="?name=receipt.png")
    assert answer.status_int == 200, answer.text
    entity = answer.json["entity"]
    path = f"/p2p/offer/attachment/{offer}/1"
    assert (entity["number"], entity["text"]) == (1, "")
    attachment = entity["attachment"]
    assert (attachment["name"], attachment["content_type"], attachment["path"]) == ("receipt.png", "image/png", path)
    assert jude.get(f"/p2p/offer/chat/{offer}/").json["entity"]["items"] == [entity]
    shown = jude.get(path)
    assert (shown.content_type, len(shown.body)) == ("image/png", attachment["bytes"])
    assert SECRET not in shown.body
    with Image.open(BytesIO(shown.body)) as found:
        assert found.size == (4, 8)
    headers = {name: shown.headers[name] for name in ("X-Content-Type-Options", "Cache-Control")}
    assert headers == {"X-Content-Type-Options": "nosniff", "Cache-Control": "private, no-store"}
    assert shown.headers["Content-Disposition"].startswith('inline; filename="receipt.png"')
    assert shown.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    notice = jude.get("/notifications/").json["entity"]["items"][-1]
    assert (notice["type"], notice["text"]) == ("chat_message", "")


def test_a_pdf_is_saved_and_not_shown(jude: Caller, amara: Caller, offer: int) -> None:
    assert send(amara, offer, PDF, "application/pdf").json["entity"]["attachment"]["name"] == "file"
    shown = jude.get(f"/p2p/offer/attachment/{offer}/1")
    assert (shown.content_type, shown.body) == ("application/pdf", PDF)
    assert shown.headers["Content-Disposition"] == "attachment; filename=\"file\"; filename*=UTF-8''file"


def test_a_file_may_be_meant_for_one_version_of_the_offer(amara: Caller, offer: int) -> None:
    assert told(send(amara, offer, PDF, "application/pdf", if_match='"2"'))[0] == 412
    assert amara.get(f"/p2p/offer/chat/{offer}").json["entity"]["items"] == []
    assert send(amara, offer, PDF, "application/pdf", if_match='"1"').status_int == 200


def test_what_a_file_is_is_told_from_its_bytes(amara: Caller, offer: int) -> None:
    sent = send(amara, offer, picture("JPEG"), "image/png; charset=binary")
    assert sent.json["entity"]["attachment"]["content_type"] == "image/jpeg"


@pytest.mark.abuse("K7")
@pytest.mark.parametrize(
    ("body", "kind", "status", "message"),
    [
        (HTML, "image/png", 415, WRONG_KIND),
        (HTML, "text/html", 415, WRONG_KIND),
        (picture("PNG"), "text/html", 415, WRONG_KIND),
        (picture("PNG"), "image/svg+xml", 415, WRONG_KIND),
        (b'{"text": "Hello."}', "application/json", 415, WRONG_KIND),
        (b"", "image/png", 400, "This picture cannot be read"),
        (picture("PNG")[:40], "image/png", 400, "This picture cannot be read"),
        (bomb(50_000, 50_000), "image/png", 400, "A picture may have 40 megapixels at most"),
        (PDF + bytes(5 * 1024**2), "application/pdf", 413, "The file is larger than 5 MiB"),
    ],
)  # fmt: skip
def test_what_is_not_taken(
    desk: Desk, amara: Caller, offer: int, body: bytes, kind: str, status: int, message: str
) -> None:
    assert told(send(amara, offer, body, kind)) == (status, message)
    assert kept(desk) == 0


@pytest.mark.abuse("K7")
def test_a_file_as_large_as_may_be(amara: Caller, offer: int) -> None:
    assert send(amara, offer, PDF + bytes(5 * 1024**2 - len(PDF)), "application/pdf").status_int == 200
    assert send(amara, offer, PDF + bytes(5 * 1024**2 - len(PDF) + 1), "application/pdf").status_int == 413


def test_a_desk_takes_files_as_small_as_it_likes(desk: Desk, amara: Caller, offer: int) -> None:
    amara.app = desk.with_services(file_bytes=100)
    assert send(amara, offer, PDF + bytes(100 - len(PDF)), "application/pdf").status_int == 200
    larger = send(amara, offer, PDF + bytes(101 - len(PDF)), "application/pdf")
    assert told(larger) == (413, "The file is larger than 100 bytes")


def test_other_bodies_are_as_small_as_ever(amara: Caller, offer: int) -> None:
    assert told(amara.post(f"/p2p/offer/chat/{offer}/", {"text": "x" * 70_000})) == (
        413,
        "The body is larger than 64 KiB",
    )


@pytest.mark.abuse("K7")
@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("../../etc/passwd", ".._.._etc_passwd"),
        ("C:\\boot.ini", "C:_boot.ini"),
        ("a\r\nSet-Cookie: x=1", "a__Set-Cookie: x=1"),
        ("gnp.\u202eexe", "gnp._exe"),
        ('qu"ote.png', 'qu"ote.png'),
        ("受領書.png", "受領書.png"),
        ("\x00", "_"),
        (" \u200b ", "file"),
        ("", "file"),
        ("x" * 300, "x" * 100),
    ],
)
def test_hostile_names(jude: Caller, amara: Caller, offer: int, given: str, name: str) -> None:
    sent = send(amara, offer, picture("PNG"), query=f"?name={quote(given)}")
    assert sent.json["entity"]["attachment"]["name"] == name
    disposition = jude.get(f"/p2p/offer/attachment/{offer}/1").headers["Content-Disposition"]
    assert disposition.isascii()
    assert disposition.endswith(f"filename*=UTF-8''{quote(name, safe='')}")
    assert disposition.count('"') == 2
    assert "\n" not in disposition


def test_twenty_files_each(desk: Desk, jude: Caller, amara: Caller, offer: int) -> None:
    for _ in range(ATTACHMENTS_LIMIT):
        assert send(amara, offer, PDF, "application/pdf").status_int == 200
    full = (400, "You have sent 20 files in this chat, the most that is allowed")
    assert told(send(amara, offer, PDF, "application/pdf")) == full
    # What was kept for the one that was refused is gone.
    assert kept(desk) == ATTACHMENTS_LIMIT
    assert send(jude, offer, PDF, "application/pdf").status_int == 200


def test_a_file_that_is_sent_again_is_there_once(desk: Desk, jude: Caller, amara: Caller, offer: int) -> None:
    first, again = (send(amara, offer, PDF, "application/pdf", idempotency_key="one") for _ in range(2))
    assert (again.body, again.headers["Idempotent-Replayed"]) == (first.body, "true")
    assert kept(desk) == 1
    assert len(jude.get(f"/p2p/offer/chat/{offer}/").json["entity"]["items"]) == 1
    for body, query in ((PDF + b" ", ""), (PDF, "?name=other.pdf")):
        assert send(amara, offer, body, "application/pdf", query, idempotency_key="one").status_int == 422
    assert kept(desk) == 1


def test_strangers_send_and_fetch_nothing(desk: Desk, amara: Caller, eve: Caller, offer: int) -> None:
    send(amara, offer, picture("PNG"))
    for number in (offer, 999):
        assert told(send(eve, number, picture("PNG"))) == (404, "Offer not found")
        assert told(eve.get(f"/p2p/offer/attachment/{number}/1")) == (404, "Offer not found")
    assert kept(desk) == 1
    nobody = Caller(desk.app, amara.trader, "nonsense")
    assert send(nobody, offer, picture("PNG")).status_int == 401
    assert kept(desk) == 1


def test_what_is_no_file(jude: Caller, amara: Caller, offer: int) -> None:
    amara.post(f"/p2p/offer/chat/{offer}/", {"text": "Hello."})
    for number in (1, 2, 0):
        assert told(jude.get(f"/p2p/offer/attachment/{offer}/{number}"))[0] == 404


def test_a_file_that_is_lost(desk: Desk, jude: Caller, amara: Caller, offer: int) -> None:
    send(amara, offer, picture("PNG"))
    desk.services.files.kept.clear()  # type: ignore[attr-defined]
    assert told(jude.get(f"/p2p/offer/attachment/{offer}/1"))[0] == 404


def test_a_program_sends_a_file_by_its_key_where_it_may_trade(desk: Desk, jude: Caller, amara: Caller) -> None:
    offer = amara.offer(jude.ad())

    def program(scope: str) -> Caller:
        made = amara.post("/auth/key/", {"name": "bot", "scopes": [scope]}).json["entity"]
        return Caller(desk.app, amara.trader, made["key"])

    assert send(program("trade"), offer, PDF, "application/pdf").status_int == 200
    refused = send(program("read"), offer, PDF, "application/pdf")
    assert (refused.status_int, refused.headers["Error-Code"]) == (403, "scope_missing")
