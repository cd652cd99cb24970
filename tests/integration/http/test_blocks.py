"""Blocks over HTTP."""

from __future__ import annotations

from tests.integration.http.desk import Caller, success, told

NOBODY = "00000000-0000-4000-8000-00000000ffff"


def test_a_trader_keeps_another_away(jude: Caller, amara: Caller) -> None:
    ad = jude.ad()
    answer = amara.post(f"/p2p/block/{jude.id}/")
    assert (answer.status_int, answer.json) == (200, success("Trader blocked successfully"))
    assert amara.post(f"/p2p/block/{jude.id}/").status_int == 200
    blocked = amara.get("/p2p/block/").json["entity"]
    assert blocked["next"] is None
    assert blocked["items"] == [amara.get(f"/p2p/ad/detail/{ad}").json["entity"]["user"]]
    assert amara.get("/p2p/ad/").json["entity"]["items"] == []
    assert jude.get("/p2p/block/").json["entity"]["items"] == []
    answer = amara.delete(f"/p2p/block/{jude.id}/")
    assert (answer.status_int, answer.json) == (200, success("Trader unblocked successfully"))
    assert amara.delete(f"/p2p/block/{jude.id}/").status_int == 200
    assert [item["id"] for item in amara.get("/p2p/ad/").json["entity"]["items"]] == [ad]


def test_who_is_not_there(jude: Caller) -> None:
    for answer in (jude.post(f"/p2p/block/{NOBODY}/"), jude.delete(f"/p2p/block/{NOBODY}/")):
        assert told(answer) == (404, "Trader not found")
    assert jude.post("/p2p/block/7/").status_int == 404


def test_sent_again_with_its_key(jude: Caller, amara: Caller) -> None:
    for replayed in (None, "true"):
        answer = amara.post(f"/p2p/block/{jude.id}/", idempotency_key="once")
        assert (answer.status_int, answer.headers.get("Idempotent-Replayed")) == (200, replayed)
