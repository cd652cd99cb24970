"""Chats over HTTP: shapes, who is let in, pages, keys."""

from __future__ import annotations

from uuid import UUID

import pytest

from tests.integration.http.desk import PASSWORD, Caller, Desk, failure, told


@pytest.fixture
def offer(jude: Caller, amara: Caller) -> int:
    return amara.offer(jude.ad())


def chat(offer: int, query: str = "") -> str:
    return f"/p2p/offer/chat/{offer}/{query}"


def say(caller: Caller, offer: int, text: str = "Hello.") -> int:
    answer = caller.post(chat(offer), {"text": text})
    assert answer.status_int == 200, answer.text
    return int(answer.json["entity"]["number"])


def test_a_message_as_its_writer_and_its_reader_see_it(desk: Desk, jude: Caller, amara: Caller, offer: int) -> None:
    answer = amara.post(chat(offer), {"text": "I sent it\nan hour ago."})
    assert answer.json == {
        "status": "success",
        "entity": {
            "id": 1,
            "number": 1,
            "at": desk.clock.now().isoformat(timespec="microseconds"),
            "by": {"id": amara.id, "fullname": "Amara"},
            "is_staff": False,
            "text": "I sent it\nan hour ago.",
            "attachment": None,
        },
        "message": None,
        "success": True,
    }
    assert jude.get(chat(offer)).json["entity"] == {"items": [answer.json["entity"]], "next": None}


def test_the_other_party_is_told(jude: Caller, amara: Caller, offer: int) -> None:
    say(amara, offer, "I sent it.")
    notice = jude.get("/notifications/").json["entity"]["items"][-1]
    del notice["notice"], notice["created_at"]
    assert notice == {
        "message": "Amara has written to you.",
        "type": "chat_message",
        "offer_id": offer,
        "from": amara.id,
        "text": "I sent it.",
    }


def test_pages_go_on_where_they_ended(jude: Caller, amara: Caller, offer: int) -> None:
    for number in range(5):
        say(amara, offer, f"{number}")
    seen, query = [], "?limit=2"
    while query:
        page = jude.get(chat(offer, query)).json["entity"]
        seen.append([message["number"] for message in page["items"]])
        query = f"?limit=2&cursor={page['next']}" if page["next"] else ""
    assert seen == [[1, 2], [3, 4], [5]]
    page = jude.get(chat(offer, "?since=3")).json["entity"]
    assert ([message["number"] for message in page["items"]], page["next"]) == ([4, 5], None)
    assert told(jude.get(chat(offer, "?cursor=nonsense")))[0] == 400


def test_to_a_stranger_a_chat_is_as_one_that_is_not(desk: Desk, amara: Caller, eve: Caller, offer: int) -> None:
    say(amara, offer)
    for caller in (eve, desk.trader("Ada", is_staff=True)):
        for number in (offer, 999):
            assert told(caller.get(chat(number))) == (404, "Offer not found")
            assert told(caller.post(chat(number), {"text": "Hello."})) == (404, "Offer not found")


def test_staff_come_with_a_dispute(desk: Desk, jude: Caller, amara: Caller, offer: int) -> None:
    ada = desk.trader("Ada", is_staff=True)
    say(amara, offer)
    amara.post(f"/p2p/offer/paid/{offer}/")
    jude.post(f"/p2p/offer/dispute/{offer}/", {"reason": "Nothing came."})
    assert [message["text"] for message in ada.get(chat(offer)).json["entity"]["items"]] == ["Hello."]
    assert ada.post(chat(offer), {"text": "Show me."}).json["entity"]["is_staff"] is True
    jude.post(f"/p2p/offer/release/{offer}/")
    assert told(ada.post(chat(offer), {"text": "Well."})) == (
        400,
        "Staff write in this chat only while the offer is in dispute",
    )
    assert len(ada.get(chat(offer)).json["entity"]["items"]) == 2


def test_a_chat_closes(desk: Desk, amara: Caller, offer: int) -> None:
    amara.post(f"/p2p/offer/cancel/{offer}/")
    desk.clock.advance(days=30)
    pair = desk.app.post_json("/auth/token/", {"email": "amara@example.com", "password": PASSWORD}).json["entity"]
    late = Caller(desk.app, amara.trader, pair["access"])
    assert told(late.get(chat(offer))) == (400, "This chat is closed")
    assert told(late.post(chat(offer), {"text": "Hello."})) == (400, "This chat is closed")


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "(text) This field is required."),
        ({"text": " \n "}, "(text) This field is required."),
        ({"text": 7}, "(text) A text is required."),
        ({"text": "\x1b[2J"}, "(text) This has characters that are not allowed."),
        ({"text": "x" * 2001}, "(text) Ensure that this field has no more than 2000 characters."),
    ],
)
def test_what_is_no_message(amara: Caller, offer: int, body: dict[str, object], message: str) -> None:
    answer = amara.post(chat(offer), body)
    assert (answer.status_int, answer.json) == (400, failure(message))


def test_a_message_may_be_meant_for_one_version_of_the_offer(jude: Caller, amara: Caller, offer: int) -> None:
    amara.post(f"/p2p/offer/paid/{offer}/")
    for sender, sent in ((amara, chat(offer)), (jude, chat(offer))):
        answer = sender.post(sent, {"text": "Hello."}, if_match='"1"')
        assert told(answer) == (412, "The offer is not as you have seen it: its version is 2")
        assert answer.headers["Error-Code"] == "version_mismatch"
    assert jude.get(chat(offer)).json["entity"]["items"] == []
    assert amara.post(chat(offer), {"text": "Hello."}, if_match='"1", "2"').status_int == 200


def test_a_stranger_learns_no_version(eve: Caller, offer: int) -> None:
    assert told(eve.post(chat(offer), {"text": "Hello."}, if_match='"9"')) == (404, "Offer not found")


def test_a_message_that_is_sent_again_is_there_once(jude: Caller, amara: Caller, offer: int) -> None:
    first, again = (amara.post(chat(offer), {"text": "Hello."}, idempotency_key="one") for _ in range(2))
    assert (again.body, again.headers["Idempotent-Replayed"]) == (first.body, "true")
    assert len(jude.get(chat(offer)).json["entity"]["items"]) == 1


def test_looking_is_reading(desk: Desk, jude: Caller, amara: Caller, offer: int) -> None:
    say(amara, offer)
    desk.clock.advance(minutes=10)

    def due() -> list[tuple[int, UUID]]:
        return list(desk.store.run(lambda unit: unit.chats.due_mails(unit.now(), 9), writes=False))

    amara.get(chat(offer))
    assert due() == [(offer, jude.trader.id)]
    jude.get(chat(offer, "?since=1"))
    assert due() == [(offer, jude.trader.id)]
    jude.get(chat(offer))
    assert due() == []
