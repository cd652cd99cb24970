"""What a program knows its own ads and offers by: docs/contract/trading.md, "References of a program's own"."""

from __future__ import annotations

import pytest

from tests.integration.http.desk import Caller, ad_body, offer_body, told


def test_only_the_maker_sees_the_reference_of_an_ad(jude: Caller, amara: Caller, staff: Caller) -> None:
    ad = jude.ad(client_reference=" monday-1 ")
    other = jude.ad()
    for path, of_maker in ((f"/p2p/ad/detail/{ad}", "monday-1"), (f"/p2p/ad/detail/{other}", None)):
        assert jude.get(path).json["entity"]["client_reference"] == of_maker
        assert [caller.get(path).json["entity"]["client_reference"] for caller in (amara, staff)] == [None, None]
    board = {
        caller.id: [item["client_reference"] for item in caller.get("/p2p/ad/").json["entity"]["items"]]
        for caller in (jude, amara)
    }
    assert board == {jude.id: [None, "monday-1"], amara.id: [None, None]}


def test_only_the_taker_sees_the_reference_of_an_offer(jude: Caller, amara: Caller, staff: Caller) -> None:
    offer = amara.offer(jude.ad(client_reference="of the ad"), client_reference="monday-1")
    detail = f"/p2p/offer/detail/{offer}"
    seen = {caller.id: caller.get(detail).json["entity"]["client_reference"] for caller in (jude, amara, staff)}
    assert seen == {jude.id: None, amara.id: "monday-1", staff.id: None}
    listed = [caller.get("/p2p/offer/").json["entity"]["items"][0]["client_reference"] for caller in (jude, amara)]
    assert listed == [None, "monday-1"]
    amara.post(f"/p2p/offer/paid/{offer}/")
    jude.post(f"/p2p/offer/dispute/{offer}/", {"reason": "No money came."})
    for path in ("/admin/dispute/", "/admin/offer/", f"/admin/trader/{amara.id}/", f"/admin/trader/{jude.id}/"):
        shown = staff.get(path).text
        assert ("monday-1" in shown, "of the ad" in shown, '"id"' in shown) == (False, False, True)


def test_what_is_one_s_own_is_found_by_it(jude: Caller, amara: Caller) -> None:
    ads = [jude.ad(client_reference=word, crypto_amount="10") for word in ("one", "two", "one")]
    found = jude.get("/p2p/ad/?mine=1&client_reference=one").json["entity"]["items"]
    assert [item["id"] for item in found] == [ads[2], ads[0]]
    assert amara.get("/p2p/ad/?mine=1&client_reference=one").json["entity"]["items"] == []
    offers = [amara.offer(ads[0], "1", client_reference=word) for word in ("one", "two")]
    found = amara.get("/p2p/offer/?client_reference=two").json["entity"]["items"]
    assert [item["id"] for item in found] == [offers[1]]
    assert jude.get("/p2p/offer/?client_reference=two").json["entity"]["items"] == []


def test_others_ads_are_not_found_by_their_references(still_jude: Caller) -> None:
    answer = still_jude.get("/p2p/ad/?client_reference=one")
    assert told(answer) == (400, "(client_reference) This is for one's own ads: send mine=1 with it.")
    assert answer.headers["Error-Fields"] == "client_reference"


@pytest.mark.parametrize("wrong", ["x" * 65, "one\ntwo", 5, ["one"]])
def test_a_reference_is_a_short_line(still_jude: Caller, wrong: object) -> None:
    for path, body in (("/p2p/ad/", ad_body()), ("/p2p/offer/create/", offer_body(0))):
        answer = still_jude.post(path, {**body, "client_reference": wrong})
        assert (answer.status_int, answer.headers["Error-Fields"]) == (400, "client_reference")


def test_a_reference_is_not_unique(jude: Caller) -> None:
    """It is the program's to keep it so: a key is what keeps a request from being done twice."""
    assert jude.ad(client_reference="one", crypto_amount="1") != jude.ad(client_reference="one", crypto_amount="1")
