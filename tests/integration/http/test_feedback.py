"""Feedback over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.http.desk import Caller, success, told

SAID = {"positive": True, "rating": 5, "comment": "Quick."}


@pytest.fixture
def offer(jude: Caller, amara: Caller) -> int:
    made = amara.offer(jude.ad())
    jude.post(f"/p2p/offer/release/{made}/")
    return made


def test_a_party_rates_the_other(jude: Caller, amara: Caller, offer: int) -> None:
    answer = amara.post(f"/p2p/offer/feedback/{offer}/", SAID)
    assert (answer.status_int, answer.json) == (200, success("Feedback given successfully"))
    ratings = jude.get("/auth/me/").json["entity"]["ratings"]
    assert (ratings["positive_feedback_count"], ratings["negative_feedback_count"]) == (1, 0)
    assert (ratings["averate_rating"], ratings["average_rating"]) == (5.0, 5.0)
    frame = jude.get("/notifications/").json["entity"]["items"][-1]
    assert (frame["message"], frame["offer_id"]) == ("Amara has rated your trade.", offer)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "(positive) This field is required. (rating) This field is required."),
        ({"positive": 1, "rating": 5}, "(positive) Either true or false is required."),
        ({"positive": "true", "rating": 5}, "(positive) Either true or false is required."),
        ({"positive": True, "rating": 6}, "(rating) Ensure that this value is between 1 and 5."),
        ({"positive": True, "rating": 0}, "(rating) Ensure that this value is between 1 and 5."),
        ({"positive": True, "rating": 4.5}, "(rating) A whole number is required."),
        ({**SAID, "comment": "x" * 501}, "(comment) Ensure that this field has no more than 500 characters."),
    ],
)
def test_what_is_wrong_with_it(amara: Caller, offer: int, body: dict[str, Any], message: str) -> None:
    assert told(amara.post(f"/p2p/offer/feedback/{offer}/", body)) == (400, message)


def test_sent_again_with_its_key_it_is_said_once(jude: Caller, amara: Caller, offer: int) -> None:
    answers = [amara.post(f"/p2p/offer/feedback/{offer}/", SAID, idempotency_key="once") for _ in range(2)]
    assert [answer.status_int for answer in answers] == [200, 200]
    assert answers[1].headers["Idempotent-Replayed"] == "true"
    assert jude.get("/auth/me/").json["entity"]["ratings"]["positive_feedback_count"] == 1


def test_a_version_that_is_another(amara: Caller, offer: int) -> None:
    assert told(amara.post(f"/p2p/offer/feedback/{offer}/", SAID, if_match='"1"'))[0] == 412
    assert amara.post(f"/p2p/offer/feedback/{offer}/", SAID, if_match='"2"').status_int == 200
