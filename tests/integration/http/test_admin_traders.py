"""What staff see of traders and offers, and say of them."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from tests.integration.http.desk import Caller, Desk, success, told

NOT_FOUND = (404, "Trader not found")


def items(staff: Caller, query: str = "") -> list[Any]:
    found: list[Any] = staff.get(f"/admin/trader/{query}").json["entity"]["items"]
    return found


def names(staff: Caller, query: str = "") -> list[str]:
    return sorted(item["fullname"] for item in items(staff, query))


def test_traders_are_found(desk: Desk, jude: Caller, amara: Caller, staff: Caller) -> None:
    assert names(staff, "?q=jud") == [jude.trader.fullname]
    assert names(staff, f"?q={jude.trader.email.upper()}") == [jude.trader.fullname]
    assert names(staff, f"?q={amara.id}") == [amara.trader.fullname]
    assert names(staff, "?q=nobody") == []
    assert names(staff, "?suspended=1") == []
    desk.suspend(amara)
    (item,) = items(staff, "?suspended=1")
    public = staff.get("/auth/me/").json["entity"].keys() - {"email", "is_staff", "updated_at"}
    assert item.keys() == public | {"email", "is_suspended"}
    assert (item["email"], item["is_suspended"], item["is_active"]) == (amara.trader.email, True, False)


def test_the_list_goes_on_where_it_ended(jude: Caller, amara: Caller, staff: Caller) -> None:
    everybody = items(staff)
    assert len(everybody) >= 3
    found, cursor = [], ""
    while cursor is not None:
        page = staff.get(f"/admin/trader/?limit=1{cursor and f'&cursor={cursor}'}").json["entity"]
        found += page["items"]
        cursor = page["next"]
    assert found == everybody


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("?suspended=yes", "(suspended) Either 1 or 0 is required."),
        ("?q=" + "x" * 101, "(q) Ensure that this field has no more than 100 characters."),
        ("?name=x", "(name) There is no such parameter here, only cursor, limit, q, suspended."),
        ("?cursor=x", "(cursor) This is not the next of an earlier answer with the same filters."),
    ],
)
def test_a_wrong_question_is_refused(staff: Caller, query: str, message: str) -> None:
    assert told(staff.get(f"/admin/trader/{query}")) == (400, message)


def test_a_trader_s_file_has_all_that_is_held_barred_and_under_way(
    desk: Desk, jude: Caller, amara: Caller, staff: Caller
) -> None:
    paused, ad = jude.ad(crypto_amount="50"), jude.ad()
    jude.post(f"/p2p/ad/pause/{paused}/")
    closed = jude.ad(crypto_amount="1")
    jude.post(f"/p2p/ad/close/{closed}/")
    paid, pending, cancelled = (amara.offer(ad) for _ in range(3))
    amara.post(f"/p2p/offer/paid/{paid}/")
    amara.post(f"/p2p/offer/cancel/{cancelled}/")
    desk.restrict(jude, "usdt")
    file = staff.get(f"/admin/trader/{jude.id}/").json["entity"]
    assert (file["id"], file["email"], file["is_staff"]) == (jude.id, jude.trader.email, False)
    assert file["balances"] == jude.get("/wallet/").json["entity"]
    assert file["restrictions"] == ["usdt"]
    assert file["stats"] == amara.get(f"/p2p/trader/{jude.id}/").json["entity"]["stats"]
    assert [item["id"] for item in file["live_ads"]] == [ad, paused]
    assert [(item["id"], item["status"]) for item in file["live_offers"]] == [(pending, "pending"), (paid, "paid")]
    of_amara = staff.get(f"/admin/trader/{amara.id}/").json["entity"]
    assert [item["id"] for item in of_amara["live_offers"]] == [pending, paid]
    assert of_amara["live_ads"] == of_amara["restrictions"] == []
    desk.clock.advance(minutes=31)
    later = staff.get(f"/admin/trader/{jude.id}/")
    assert later.status_int == 401
    assert told(staff.get(f"/admin/trader/{uuid4()}/"))[0] == 401


def test_nobody_has_no_file(staff: Caller) -> None:
    assert told(staff.get(f"/admin/trader/{uuid4()}/")) == NOT_FOUND
    body = {"has_kyc": True, "note": "Seen."}
    assert told(staff.post(f"/admin/trader/{uuid4()}/", body)) == NOT_FOUND


def test_what_was_verified_is_on_the_profile_and_in_the_trail(jude: Caller, amara: Caller, staff: Caller) -> None:
    ad, path = jude.ad(), f"/admin/trader/{jude.id}/"
    answer = staff.post(path, {"has_kyc": True, "country_verified": True, "note": "Passport seen."})
    assert answer.json == success("Trader updated successfully")
    maker = amara.get(f"/p2p/ad/detail/{ad}").json["entity"]["user"]
    assert (maker["has_kyc"], maker["country_verified"], maker["phone_number_verified"]) == (True, True, False)
    assert staff.post(path, {"has_kyc": False, "note": "It was forged."}).status_int == 200
    assert staff.get(path).json["entity"]["has_kyc"] is False
    assert staff.get(path).json["entity"]["country_verified"] is True
    acts = [(line["act"], line["of"], line["note"]) for line in staff.get("/admin/audit/").json["entity"]["items"]]
    assert acts == [
        ("trader.verify", f"trader:{jude.id}:has_kyc=no", "It was forged."),
        ("trader.verify", f"trader:{jude.id}:has_kyc=yes,country_verified=yes", "Passport seen."),
    ]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"has_kyc": True}, "(note) This field is required."),
        ({"note": "Seen."}, "(has_kyc) This field is required."),
        ({"has_kyc": "yes", "note": "Seen."}, "(has_kyc) Either true or false is required."),
        ({"has_kyc": 1, "note": "Seen."}, "(has_kyc) Either true or false is required."),
    ],
)
def test_what_is_wrong_is_not_said(jude: Caller, staff: Caller, body: dict[str, Any], message: str) -> None:
    assert told(staff.post(f"/admin/trader/{jude.id}/", body)) == (400, message)
    assert staff.get("/admin/audit/").json["entity"]["items"] == []


def test_all_offers_by_state_and_trader(jude: Caller, amara: Caller, eve: Caller, staff: Caller) -> None:
    ad = jude.ad()
    of_amara, of_eve = amara.offer(ad), eve.offer(ad, "5")
    eve.post(f"/p2p/offer/paid/{of_eve}/")

    def found(query: str = "") -> list[int]:
        return [item["id"] for item in staff.get(f"/admin/offer/{query}").json["entity"]["items"]]

    assert found() == [of_eve, of_amara]
    assert found("?status=PAID") == [of_eve]
    assert found(f"?trader={amara.id}") == [of_amara]
    assert found(f"?trader={jude.id}") == [of_eve, of_amara]
    assert found(f"?trader={jude.id}&status=pending") == [of_amara]
    assert found(f"?trader={staff.id}") == []
    first = staff.get("/admin/offer/?limit=1").json["entity"]
    assert [item["id"] for item in first["items"]] == [of_eve]
    assert found(f"?limit=1&cursor={first['next']}") == [of_amara]
    assert told(staff.get("/admin/offer/?trader=x"))[0] == 400
    assert told(staff.get("/admin/offer/?status=open"))[0] == 400
