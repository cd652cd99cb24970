"""Stopping the desk over HTTP."""

from __future__ import annotations

import pytest

from tests.integration.http.desk import Caller, ad_body, offer_body, success, told

WHY = {"note": "Deposits are being counted."}
FROZEN = (503, "The desk is frozen for the moment")


@pytest.mark.abuse("K8")
def test_a_frozen_desk_begins_nothing_and_ends_all(jude: Caller, amara: Caller, staff: Caller) -> None:
    ad, paused = jude.ad(), jude.ad(crypto_amount="1")
    jude.post(f"/p2p/ad/pause/{paused}/")
    offer = amara.offer(ad)
    assert staff.post("/admin/freeze/", WHY).json == success("Desk frozen successfully")
    for caller, path, body in (
        (jude, "/p2p/ad/", ad_body()),
        (amara, "/p2p/offer/create/", offer_body(ad)),
        (jude, f"/p2p/ad/resume/{paused}/", None),
        (jude, f"/p2p/ad/edit/{ad}/", {"price_per_unit": "201"}),
    ):
        answer = caller.post(path, body, idempotency_key=f"key {path}")
        assert told(answer) == FROZEN
        assert answer.headers["Retry-After"] == "60"
        assert answer.headers["Error-Code"] == "frozen"
    assert told(amara.post("/p2p/offer/create/", offer_body(999)))[0] == 400
    assert amara.post(f"/p2p/offer/paid/{offer}/").status_int == 200
    assert jude.post(f"/p2p/offer/release/{offer}/").status_int == 200
    assert jude.post(f"/p2p/ad/close/{ad}/").status_int == 200
    assert staff.post("/admin/unfreeze/", WHY).json == success("Desk unfrozen successfully")
    # What was refused was not done, so that the same key does it now.
    assert jude.post("/p2p/ad/", ad_body(), idempotency_key="key /p2p/ad/").status_int == 200
    acts = [(line["act"], line["of"]) for line in staff.get("/admin/audit/").json["entity"]["items"]]
    assert acts == [("desk.unfreeze", "desk"), ("desk.freeze", "desk")]


def test_it_needs_a_note_and_staff(jude: Caller, staff: Caller) -> None:
    for path in ("/admin/freeze/", "/admin/unfreeze/"):
        assert told(staff.post(path, {})) == (400, "(note) This field is required.")
        assert told(jude.post(path, WHY)) == (403, "This is for staff only")
    assert jude.post("/p2p/ad/", ad_body()).status_int == 200
