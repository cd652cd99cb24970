"""The AsyncAPI document: every frame that the desk makes fits it, and nothing else would."""

from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator, ValidationError

from adapters.http.documents.asyncapi import document, payload_schema
from domain import expire_offer
from domain.model.frames import frame_text
from domain.model.notices import NOTICE_KINDS, NoticeKind, NumberedNotice
from domain.use_cases.end_trades import end_offer_of_suspended
from tests.integration.http.desk import Caller, Desk


@pytest.fixture
def told(desk: Desk, jude: Caller, amara: Caller) -> list[NumberedNotice]:
    """All that two traders are told in a story with every kind of notice in it."""
    ad = jude.ad()
    released, cancelled, late, disputed, returned, called_off = (amara.offer(ad) for _ in range(6))
    amara.post(f"/p2p/offer/paid/{released}/")
    jude.post(f"/p2p/offer/release/{released}/")
    amara.post(f"/p2p/offer/cancel/{cancelled}/")
    amara.post(f"/p2p/offer/paid/{returned}/")
    amara.post(f"/p2p/offer/return/{returned}/")
    amara.post(f"/p2p/offer/paid/{disputed}/")
    amara.post(f"/p2p/offer/dispute/{disputed}/", {"reason": "Nothing arrived"})
    amara.post(f"/p2p/offer/dispute/withdraw/{disputed}/")
    amara.post(f"/p2p/offer/dispute/{disputed}/", {"reason": "Nothing arrived", "kind": "crypto_not_released"})
    ada = desk.trader("Ada", is_staff=True)
    ada.post(f"/admin/dispute/resolve/{disputed}/", {"in_favour_of": "buyer", "note": "So."})
    desk.suspend(jude)
    desk.store.run(lambda unit: end_offer_of_suspended(called_off, book=unit.book), writes=True)
    desk.clock.advance(minutes=60)
    desk.store.run(lambda unit: expire_offer(late, book=unit.book), writes=True)
    return [notice for trader in (jude, amara) for notice in desk.store.tail.after(trader.trader.id, 0, 100)]


def test_every_frame_fits_the_document(told: list[NumberedNotice]) -> None:
    assert {notice.kind for notice in told} == {kind for kind, row in NOTICE_KINDS.items() if row.of}
    for notice in told:
        validator = Draft202012Validator(payload_schema(notice.kind))
        validator.validate(json.loads(frame_text(notice.frame)))
        validator.validate(json.loads(frame_text(notice.frame, notice.number)))


def test_the_document_takes_no_other_keys(told: list[NumberedNotice]) -> None:
    for notice in told:
        validator = Draft202012Validator(payload_schema(notice.kind))
        frame = json.loads(frame_text(notice.frame))
        with pytest.raises(ValidationError):
            validator.validate({**frame, "more": 1})
        for key in frame:
            with pytest.raises(ValidationError):
                validator.validate({name: value for name, value in frame.items() if name != key})


def test_every_example_is_a_frame_of_the_story(told: list[NumberedNotice]) -> None:
    """But for the ids, which are the story's own, and for what no offer's event tells."""
    sent = {(notice.kind.value, notice.frame["message"]) for notice in told}
    for kind, message in document()["components"]["messages"].items():
        (example,) = message["examples"]
        Draft202012Validator(payload_schema(NoticeKind(kind))).validate(example["payload"])
        if NOTICE_KINDS[NoticeKind(kind)].of:
            assert (kind, example["payload"]["message"]) in sent


def test_everything_in_it_is_described() -> None:
    whole = document()
    for kind in NoticeKind:
        for name, schema in payload_schema(kind)["properties"].items():
            assert schema.get("description"), f"{kind}: {name}"
    query = whole["channels"]["notices"]["bindings"]["ws"]["query"]
    named = [*query["properties"].values(), *whole["servers"].values(), *whole["channels"].values()]
    named += [*whole["operations"].values(), *whole["components"]["messages"].values()]
    assert [part for part in named if not part.get("description")] == []


def test_it_names_this_desks_websocket(desk: Desk) -> None:
    served: dict[str, Any] = desk.app.get("/asyncapi.json").json
    assert served == document(desk.services.websocket_url)
    assert served["asyncapi"] == "3.0.0"
    (server,) = served["servers"].values()
    address = served["channels"]["notices"]["address"]
    assert f"{server['protocol']}://{server['host']}{address}/" == desk.services.websocket_url


def test_every_reference_in_it_leads_somewhere() -> None:
    whole = document()

    def follow(value: Any) -> None:
        if isinstance(value, dict):
            if "$ref" in value:
                found: Any = whole
                for part in value["$ref"].removeprefix("#/").split("/"):
                    found = found[part]
            for part in value.values():
                follow(part)
        elif isinstance(value, list):
            for part in value:
                follow(part)

    follow(whole)
