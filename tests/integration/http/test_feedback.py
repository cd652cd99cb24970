"""Feedback over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.http.desk import Caller, Desk, success, told

NOT_A_RATING = "(rating) Ensure that this value is between 1 and 5."
TOO_LONG = "(comment) Ensure that this field has no more than 500 characters."
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


def test_whoever_has_rated_an_offer_sees_what_they_said_and_nobody_else(
    jude: Caller, amara: Caller, staff: Caller, offer: int
) -> None:
    def seen(caller: Caller) -> list[Any]:
        listed = caller.get("/p2p/offer/").json["entity"]["items"]
        return [caller.get(f"/p2p/offer/detail/{offer}/").json["entity"]["my_feedback"], listed[0]["my_feedback"]]

    assert seen(amara) == seen(jude) == [None, None]
    amara.post(f"/p2p/offer/feedback/{offer}/", SAID)
    for given in seen(amara):
        assert {**given, "at": None} == {**SAID, "at": None}
        assert given["at"] == amara.get(f"/p2p/trader/feedback/{jude.trader.id}/").json["entity"]["items"][0]["at"]
    assert seen(jude) == [None, None]
    jude.post(f"/p2p/offer/feedback/{offer}/", {"positive": False, "rating": 2})
    assert [given["rating"] for given in [*seen(amara), *seen(jude)]] == [5, 5, 2, 2]
    assert staff.get(f"/p2p/offer/detail/{offer}/").json["entity"]["my_feedback"] is None
    of_amara = staff.get(f"/admin/offer/?trader={amara.trader.id}").json["entity"]["items"]
    assert [item["my_feedback"] for item in of_amara] == [None]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "(positive) This field is required. (rating) This field is required."),
        ({"positive": 1, "rating": 5}, "(positive) Either true or false is required."),
        ({"positive": "true", "rating": 5}, "(positive) Either true or false is required."),
        ({"positive": True, "rating": 6}, NOT_A_RATING),
        ({"positive": True, "rating": 0}, NOT_A_RATING),
        ({"positive": True, "rating": 4.5}, "(rating) A whole number is required."),
        ({**SAID, "comment": "x" * 501}, TOO_LONG),
        ({"positive": True, "rating": 6, "comment": "x" * 501}, f"{NOT_A_RATING} {TOO_LONG}"),
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


def test_a_trader_as_others_see_them(desk: Desk, jude: Caller, amara: Caller, eve: Caller) -> None:
    stats = {
        "completed_offers": 0,
        "completion_rate": None,
        "median_minutes_to_pay": None,
        "median_minutes_to_release": None,
        "trading_since": None,
    }
    assert eve.get(f"/p2p/trader/{amara.id}/").json["entity"]["stats"] == stats
    made = amara.offer(jude.ad())
    since = amara.get(f"/p2p/offer/detail/{made}").json["entity"]["created_at"]
    desk.clock.advance(minutes=3)
    amara.post(f"/p2p/offer/paid/{made}/")
    desk.clock.advance(seconds=90)
    jude.post(f"/p2p/offer/release/{made}/")
    stats |= {"completed_offers": 1, "completion_rate": "100.0", "trading_since": since}
    found = eve.get(f"/p2p/trader/{amara.id}/").json["entity"]
    assert found == eve.get(f"/p2p/trader/{amara.id}").json["entity"]
    assert found.pop("stats") == stats | {"median_minutes_to_pay": "3.0"}
    assert found == amara.get(f"/p2p/offer/detail/{made}").json["entity"]["buyer"]
    seller = eve.get(f"/p2p/trader/{jude.id}/").json["entity"]["stats"]
    assert seller == stats | {"median_minutes_to_release": "1.5"}


def test_what_was_said_is_for_everybody(jude: Caller, amara: Caller, eve: Caller, offer: int) -> None:
    path = f"/p2p/trader/feedback/{jude.id}/"
    assert eve.get(path).json["entity"] == {"items": [], "next": None}
    amara.post(f"/p2p/offer/feedback/{offer}/", {"positive": False, "rating": 1})
    other = amara.offer(jude.ad())
    jude.post(f"/p2p/offer/release/{other}/")
    amara.post(f"/p2p/offer/feedback/{other}/", SAID)
    first = eve.get(f"{path}?limit=1").json["entity"]
    second = eve.get(f"{path}?limit=1&cursor={first['next']}").json["entity"]
    shown = [{key: item[key] for key in item if key != "at"} for item in (*first["items"], *second["items"])]
    by = {"id": amara.id, "fullname": "Amara"}
    assert shown == [
        {"id": other, **SAID, "by": by},
        {"id": offer, "positive": False, "rating": 1, "comment": "", "by": by},
    ]
    assert second["next"] is None
    # The cursor of one trader's list is none of another's.
    assert told(eve.get(f"/p2p/trader/feedback/{amara.id}/?cursor={first['next']}"))[0] == 400


@pytest.mark.parametrize("path", ["/p2p/trader/{}/", "/p2p/trader/feedback/{}/"])
def test_a_trader_who_is_not_there(eve: Caller, path: str) -> None:
    nobody = "00000000-0000-4000-8000-00000000ffff"
    assert told(eve.get(path.format(nobody))) == (404, "Trader not found")
    for no_id in ("7", "nobody", nobody.upper()):
        assert eve.get(path.format(no_id)).status_int == 404
