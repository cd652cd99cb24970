"""Webhooks over HTTP: docs/contract/webhooks.md."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import time
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from adapters.http.documents.openapi import document
from domain.model.notices import NoticeKind
from domain.ports.keys import Scope
from tests.integration.http.desk import Caller, Desk, success, told
from tests.integration.http.test_idempotency import same_bytes
from tests.integration.http.test_keys import program

URL = "https://bot.example.com/desk"
PAGE = Path(__file__).resolve().parents[3] / "docs" / "contract" / "webhooks.md"


def added(jude: Caller, url: str = URL, **fields: Any) -> dict[str, Any]:
    answer = jude.post("/webhook/", {"url": url, **fields})
    assert answer.status_int == 200, answer.text
    return dict(answer.json["entity"])


def test_a_webhook_is_added_listed_and_removed(jude: Caller, amara: Caller) -> None:
    made = added(jude, types=["funds_released", "ad_interest"])
    assert made.pop("secret").startswith("whsec_")
    assert made == {
        "id": made["id"],
        "url": URL,
        "types": ["ad_interest", "funds_released"],
        "is_on": True,
        "last_status": None,
        "last_at": None,
    }
    assert jude.get("/webhook/").json == success(None, {"items": [made], "next": None})
    assert amara.get("/webhook/").json["entity"]["items"] == []
    assert told(amara.delete(f"/webhook/{made['id']}/")) == (404, "Webhook not found")
    assert jude.post(f"/webhook/test/{made['id']}/").json == success("A test is on its way")
    assert jude.post(f"/webhook/on/{made['id']}/").json == success("Webhook turned on successfully")
    assert jude.delete(f"/webhook/{made['id']}/").json == success("Webhook removed successfully")
    assert told(jude.delete(f"/webhook/{made['id']}/")) == (404, "Webhook not found")
    assert added(jude)["types"] == []


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({}, "(url) This field is required."),
        ({"url": "http://bot.example.com/"}, "(url) The address must begin with https://."),
        ({"url": "https://127.0.0.1/"}, "(url) This is not an address that anybody on the internet can reach."),
        ({"url": "https://2130706433/"}, "(url) This is not an address that anybody on the internet can reach."),
        ({"url": "bot"}, "(url) A valid address is required, such as https://bot.example.com/desk."),
        ({"url": URL, "types": ["news"]}, "(types) This is not a valid choice."),
        ({"url": URL, "types": []}, "(types) A list with at least one of the choices is required."),
        ({"url": f"{URL}/{'x' * 2000}"}, "(url) Ensure that this field has no more than 2000 characters."),
    ],
)
def test_what_is_wrong_is_told(jude: Caller, fields: dict[str, Any], message: str) -> None:
    assert told(jude.post("/webhook/", fields)) == (400, message)


def test_an_operator_may_let_every_address_be(desk: Desk, jude: Caller) -> None:
    app = desk.with_services(webhook_anywhere=True)
    assert added(Caller(app, jude.trader, jude.token), "http://127.0.0.1:8000/")["url"] == "http://127.0.0.1:8000/"


def test_the_answer_is_kept_sealed_and_sent_again_byte_for_byte(desk: Desk, jude: Caller) -> None:
    body = {"url": URL}
    first = jude.post("/webhook/", body, idempotency_key="one")
    secret = first.json["entity"]["secret"]
    same_bytes(first, jude.post("/webhook/", body, idempotency_key="one"))
    with desk.store._database.reading() as tables:  # type: ignore[attr-defined]
        kept = [row.answer.body for row in tables.answers.values()]
        seals = [row.webhook.sealed_secret for row in tables.webhooks.values()]
    assert len(kept) == len(seals) == 1
    assert secret.encode() not in kept[0]
    assert base64.b64decode(secret.removeprefix("whsec_")) not in seals[0]
    assert told(jude.post("/webhook/", {"url": f"{URL}/2"}, idempotency_key="one"))[0] == 422


@pytest.mark.parametrize("scope", list(Scope))
def test_no_key_of_a_program_is_good_for_it(desk: Desk, jude: Caller, scope: Scope) -> None:
    bot = program(desk, jude, scope.value)
    for answer in (bot.get("/webhook/"), bot.post("/webhook/", {"url": URL})):
        assert told(answer) == (403, "This key may not do that")


def test_the_document_has_what_is_sent_for_every_kind() -> None:
    sent = document()["webhooks"]
    assert sent.keys() == {*(kind.value for kind in NoticeKind), "test"}
    for request in sent.values():
        body = request["post"]["requestBody"]["content"]["application/json"]
        Draft202012Validator(body["schema"]).validate(body["example"])


def test_the_page_shows_code_that_verifies() -> None:
    found = re.search(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    names: dict[str, Any] = {}
    exec(found[1], names)
    verify, key = names["is_from_the_desk"], b"0123456789abcdef0123456789abcdef"
    secret, sent = "whsec_" + base64.b64encode(key).decode(), str(int(time.monotonic()))
    names["time"] = Steady
    signed = b".".join((b"notice_1", sent.encode(), b"{}"))
    signature = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    headers = {"webhook-id": "notice_1", "webhook-timestamp": sent, "webhook-signature": f"v1,other {signature}"}
    assert verify(secret, headers, b"{}")
    assert not verify(secret, headers, b"[]")
    assert not verify(secret, {**headers, "webhook-id": "notice_2"}, b"{}")
    assert not verify(secret, {**headers, "webhook-timestamp": str(int(sent) - 301)}, b"{}")


class Steady:
    """A clock for the page's code, which nobody sets."""

    time = staticmethod(time.monotonic)
