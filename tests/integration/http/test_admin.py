"""What staff do, and that it works at once."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from adapters.worker.sweeper import Sweeper
from tests.integration.http.desk import NO_CRYPTO, Caller, Desk, ad_body, offer_body, success, told

RESTRICTED = (400, "You have been restricted from trading trx, please contact support")
NOT_FOUND = (404, "Trader not found")
WHY = {"note": "Why."}
NOBODY = UUID("af2172e1-a27d-472b-84cf-1d490829119b")


def test_a_restriction_bars_from_new_ads_and_offers_until_it_is_lifted(
    jude: Caller, amara: Caller, staff: Caller
) -> None:
    ad = jude.ad()
    body = {"trader": amara.id, "crypto_currency": "TRX", "note": "Unclear source of funds."}
    assert staff.post("/admin/restriction/", body).json == success("Trader restricted successfully")
    assert told(amara.post("/p2p/ad/", ad_body())) == RESTRICTED
    assert told(amara.post("/p2p/offer/create/", offer_body(ad))) == RESTRICTED
    lifted = staff.delete(f"/admin/restriction/{amara.id}/TRX/?note=It+is+clear+now.")
    assert lifted.json == success("Restriction lifted successfully")
    assert amara.post("/p2p/offer/create/", offer_body(ad)).status_int == 200


def test_what_is_under_way_may_finish(jude: Caller, amara: Caller, staff: Caller) -> None:
    offer = amara.offer(jude.ad())
    for trader in (jude, amara):
        staff.post("/admin/restriction/", {"trader": trader.id, "crypto_currency": "trx", "note": "Why."})
    assert amara.post(f"/p2p/offer/paid/{offer}/").status_int == 200
    assert jude.post(f"/p2p/offer/release/{offer}/").status_int == 200


WRONG = [
    ({"note": "Why."}, "(trader) This field is required. (crypto_currency) This field is required."),
    ({"trader": "x", "crypto_currency": "trx", "note": "Why."}, "(trader) A valid id is required."),
    ({"trader": 5, "crypto_currency": "trx", "note": "Why."}, "(trader) A valid id is required."),
    (
        {"trader": "{" + str(NOBODY) + "}", "crypto_currency": "trx", **WHY},
        "(trader) A valid id is required.",
    ),
    ({"trader": str(uuid4()).upper(), "crypto_currency": "trx", "note": "Why."}, "(trader) A valid id is required."),
    ({"trader": str(uuid4()), "crypto_currency": "gold", "note": "Why."}, f"(crypto_currency) {NO_CRYPTO}"),
    (
        {"trader": str(uuid4()), "crypto_currency": "trx", "note": "x" * 2001},
        "(note) Ensure that this field has no more than 2000 characters.",
    ),
]


@pytest.mark.parametrize(("body", "message"), WRONG)
def test_a_wrong_restriction_says_what_is_wrong(staff: Caller, body: dict[str, object], message: str) -> None:
    assert told(staff.post("/admin/restriction/", body)) == (400, message)


def test_nobody_is_not_found(staff: Caller) -> None:
    nobody = str(uuid4())
    assert told(staff.post("/admin/restriction/", {"trader": nobody, "crypto_currency": "trx", **WHY})) == NOT_FOUND
    assert told(staff.delete(f"/admin/restriction/{nobody}/trx/", WHY)) == NOT_FOUND
    assert told(staff.post(f"/admin/suspension/{nobody}/", WHY)) == NOT_FOUND
    assert told(staff.delete(f"/admin/suspension/{nobody}/", WHY)) == NOT_FOUND


def test_a_suspension_shuts_out_until_it_is_lifted(jude: Caller, amara: Caller, staff: Caller) -> None:
    ad = jude.ad()
    assert staff.post(f"/admin/suspension/{jude.id}/", WHY).json == success("Trader suspended successfully")
    assert told(jude.get("/wallet/"))[0] == 403
    assert amara.get(f"/p2p/ad/detail/{ad}").json["entity"]["user"]["is_active"] is False
    assert told(amara.post("/p2p/offer/create/", offer_body(ad)))[1] == "This ad is not open to new offers"
    assert staff.delete(f"/admin/suspension/{jude.id}/", WHY).json == success("Suspension lifted successfully")
    # What was known of the account before is worth nothing.
    assert told(jude.get("/wallet/"))[0] == 401
    assert amara.post("/p2p/offer/create/", offer_body(ad)).status_int == 200


@pytest.mark.parametrize("spelling", ["x", "1", str(NOBODY).upper(), NOBODY.hex])
def test_a_trader_has_one_spelling_in_a_path(staff: Caller, spelling: str) -> None:
    assert told(staff.post(f"/admin/suspension/{spelling}/")) == (404, "There is nothing at this address")


# The audit trail -----------------------------------------------------------------------------------------------

NO_NOTE = (400, "(note) This field is required.")


@pytest.mark.abuse("K9")
def test_everything_that_staff_do_needs_a_note(jude: Caller, staff: Caller) -> None:
    """And what is refused for the want of one has not happened."""
    barring = {"trader": jude.id, "crypto_currency": "trx"}
    for note in ({}, {"note": None}, {"note": ""}, {"note": " \u200b"}):
        assert told(staff.post("/admin/restriction/", {**barring, **note})) == NO_NOTE
        assert told(staff.post(f"/admin/suspension/{jude.id}/", note)) == NO_NOTE
    for path in (f"/admin/restriction/{jude.id}/trx/", f"/admin/suspension/{jude.id}/"):
        assert told(staff.delete(path)) == NO_NOTE
        assert told(staff.delete(path, {})) == NO_NOTE
        assert told(staff.delete(f"{path}?note=")) == NO_NOTE
        assert told(staff.delete(path, {"note": 5})) == (400, "(note) A text is required.")
        assert told(staff.delete(path, {"note": "x" * 2001}))[0] == 400
        assert told(staff.delete(f"{path}?why=this"))[0] == 400
    assert staff.get("/admin/audit/").json["entity"] == {"items": [], "next": None}


def test_the_note_of_a_delete_is_in_its_body_or_in_its_query(jude: Caller, staff: Caller) -> None:
    path = f"/admin/suspension/{jude.id}/"
    assert staff.delete(f"{path}?note=By+query.").status_int == 200
    assert staff.delete(path, {"note": "By body."}).status_int == 200
    assert staff.delete(f"{path}?note=By+query.", {"note": "By both."}).status_int == 200
    notes = [item["note"] for item in staff.get("/admin/audit/").json["entity"]["items"]]
    assert notes == ["By both.", "By body.", "By query."]


@pytest.mark.abuse("K9")
def test_the_audit_trail_has_all_that_was_done_and_nothing_that_was_not(
    jude: Caller, amara: Caller, staff: Caller
) -> None:
    offer = amara.offer(jude.ad())
    amara.post(f"/p2p/offer/paid/{offer}/")
    amara.post(f"/p2p/offer/dispute/{offer}/", {"reason": "Nothing came."})
    staff.post("/admin/restriction/", {"trader": amara.id, "crypto_currency": "TRX", "note": "Unclear."})
    staff.delete(f"/admin/restriction/{amara.id}/trx/", {"note": "Clear."})
    staff.post(f"/admin/suspension/{uuid4()}/", WHY)
    staff.post(f"/admin/suspension/{amara.id}/", {"note": "Taken over.\nBy whom?"})
    staff.delete(f"/admin/suspension/{amara.id}/", {"note": "Given back."})
    staff.post(f"/admin/dispute/resolve/{offer}/", {"in_favour_of": "seller", "note": "It did not come."})
    first = staff.get("/admin/audit/?limit=3").json["entity"]
    rest = staff.get(f"/admin/audit/?limit=3&cursor={first['next']}").json["entity"]
    assert rest["next"] is None
    found = first["items"] + rest["items"]
    assert [(item["act"], item["of"], item["note"]) for item in found] == [
        ("dispute.resolve_for_seller", f"offer:{offer}", "It did not come."),
        ("trader.unsuspend", f"trader:{amara.id}", "Given back."),
        ("trader.suspend", f"trader:{amara.id}", "Taken over.\nBy whom?"),
        ("trader.unrestrict", f"trader:{amara.id}:trx", "Clear."),
        ("trader.restrict", f"trader:{amara.id}:trx", "Unclear."),
    ]
    assert {item["by"] for item in found} == {staff.id}
    assert [item["id"] for item in found] == [5, 4, 3, 2, 1]
    assert found[0].keys() == {"id", "at", "by", "act", "of", "note"}


def test_what_the_operator_does_is_nobody_s(desk: Desk, jude: Caller, staff: Caller) -> None:
    desk.suspend(jude)
    (item,) = staff.get("/admin/audit/").json["entity"]["items"]
    assert (item["by"], item["act"], item["note"]) == (None, "test", "")


def test_a_suspension_may_end_what_is_under_way(desk: Desk, jude: Caller, amara: Caller, staff: Caller) -> None:
    ad = jude.ad()
    pending, paid = amara.offer(ad), amara.offer(ad)
    amara.post(f"/p2p/offer/paid/{paid}/")
    path = f"/admin/suspension/{jude.id}/"
    assert told(staff.post(path, {"end_trades": "yes", **WHY})) == (
        400,
        "(end_trades) Either true or false is required.",
    )
    assert staff.post(path, {"end_trades": True, **WHY}).json == success("Trader suspended successfully")
    Sweeper(desk.store).sweep_once()
    assert amara.get(f"/p2p/ad/detail/{ad}").json["entity"]["status"] == "closed"
    states = [amara.get(f"/p2p/offer/detail/{offer}").json["entity"] for offer in (pending, paid)]
    assert [state["status"] for state in states] == ["cancelled", "disputed"]
    assert [state["history"][-1]["by"] for state in states] == [None, None]
    (line,) = staff.get("/admin/audit/").json["entity"]["items"]
    assert (line["act"], line["of"]) == ("trader.suspend", f"trader:{jude.id}:end_trades")


@pytest.mark.parametrize(("winner", "amara_holds"), [("buyer", 1010), ("seller", 1000)])
def test_a_dispute_is_seen_and_resolved(
    jude: Caller, amara: Caller, staff: Caller, winner: str, amara_holds: int
) -> None:
    offer = amara.offer(jude.ad())
    amara.post(f"/p2p/offer/paid/{offer}/")
    opened = amara.post(f"/p2p/offer/dispute/{offer}/", {"reason": "Nothing came."})
    assert opened.json == success("Dispute opened successfully")
    (item,) = staff.get("/admin/dispute/").json["entity"]["items"]
    assert (item["id"], item["status"], item["reason"], item["opened_by"]) == (
        offer, "disputed", "Nothing came.", amara.id,
    )  # fmt: skip
    verdict = {"in_favour_of": winner.upper(), "note": "The bank has confirmed it."}
    answer = staff.post(f"/admin/dispute/resolve/{offer}/", verdict)
    assert answer.json == success("Dispute resolved successfully")
    assert amara.p2p() == amara_holds
    assert staff.get("/admin/dispute/").json["entity"]["items"] == []
    assert told(staff.post(f"/admin/dispute/resolve/{offer}/", verdict))[1] == "There is no open dispute on this offer"


@pytest.mark.parametrize(
    "body", [{}, {"in_favour_of": "both"}, {"in_favour_of": "buyer"}, {"in_favour_of": "buyer", "note": 5}]
)
def test_a_wrong_verdict_is_refused(staff: Caller, body: dict[str, object]) -> None:
    assert told(staff.post("/admin/dispute/resolve/1/", body))[0] == 400
    long = "(note) Ensure that this field has no more than 2000 characters."
    both = (400, f"(in_favour_of) This is not a valid choice. {long}")
    assert told(staff.post("/admin/dispute/resolve/1/", {"in_favour_of": "both", "note": "x" * 2001})) == both
    right = {"in_favour_of": "buyer", "note": "So."}
    assert told(staff.post("/admin/dispute/resolve/1/", right)) == (400, "Offer not found")


def test_a_reason_has_a_bound(jude: Caller, amara: Caller) -> None:
    offer = amara.offer(jude.ad())
    amara.post(f"/p2p/offer/paid/{offer}/")
    path, message = f"/p2p/offer/dispute/{offer}/", "(reason) Ensure that this field has no more than 2000 characters."
    assert told(amara.post(path, {"reason": "x" * 2001})) == (400, message)
    both = (400, f"{message} (kind) This is not a valid choice.")
    assert told(amara.post(path, {"reason": "x" * 2001, "kind": "theft"})) == both
    assert told(amara.post(path, {})) == (400, "(reason) This field is required.")
    assert amara.post(path, {"reason": "x" * 2000}).status_int == 200
