"""Disputes over HTTP: kinds, withdrawing, what both see, the queue of the staff, splits and second approvals."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.integration.http.desk import PASSWORD, Caller, Desk, success, told


@pytest.fixture
def ada(desk: Desk) -> Caller:
    return desk.trader("Ada", is_staff=True)


@pytest.fixture
def ben(desk: Desk) -> Caller:
    return desk.trader("Ben", is_staff=True)


def disputed(jude: Caller, amara: Caller, kind: str | None = None, ad_type: str = "sell") -> int:
    """An offer of ten trx, paid by its buyer and disputed by Amara, who is its taker."""
    offer = amara.offer(jude.ad(ad_type=ad_type))
    buyer = amara if ad_type == "sell" else jude
    assert buyer.post(f"/p2p/offer/paid/{offer}/").status_int == 200
    body = {"reason": "Nothing came."} | ({"kind": kind} if kind else {})
    assert amara.post(f"/p2p/offer/dispute/{offer}/", body).status_int == 200
    return offer


def dispute_of(caller: Caller, offer: int) -> Any:
    return caller.get(f"/p2p/offer/detail/{offer}").json["entity"]["dispute"]


def queue(staff: Caller, query: str = "") -> list[Any]:
    items: list[Any] = staff.get(f"/admin/dispute/{query}").json["entity"]["items"]
    return items


def two_agree(desk: Desk, staff: Caller) -> Caller:
    """The same person, on a desk where any amount of trx needs two of the staff."""
    return replace(staff, app=desk.with_services(second_approval={"trx": Decimal(0)}))


def test_what_a_dispute_is_about_is_seen_by_both_and_the_staff(jude: Caller, amara: Caller, ada: Caller) -> None:
    offer = amara.offer(jude.ad())
    amara.post(f"/p2p/offer/paid/{offer}/")
    assert dispute_of(amara, offer) is None
    body = {"reason": "Half of it came.", "kind": "PAYMENT_INCOMPLETE"}
    assert jude.post(f"/p2p/offer/dispute/{offer}/", body).json == success("Dispute opened successfully")
    seen = {
        "kind": "payment_incomplete", "reason": "Half of it came.", "opened_by": jude.id,
        "opened_at": "2026-03-02T12:00:00.123456+00:00", "handled_by": None, "in_favour_of": None,
        "buyer_amount": None, "note": "", "resolved_at": None,
    }  # fmt: skip
    assert [dispute_of(caller, offer) for caller in (jude, amara, ada)] == [seen] * 3
    taken = ada.post(f"/admin/dispute/take/{offer}/", {})
    assert taken.json == success("Dispute taken successfully")
    assert dispute_of(amara, offer) == {**seen, "handled_by": ada.id}


@pytest.mark.parametrize("kind", ["no_answer", "none", 5])
def test_a_kind_that_parties_do_not_have_is_refused(jude: Caller, amara: Caller, kind: object) -> None:
    offer = amara.offer(jude.ad())
    amara.post(f"/p2p/offer/paid/{offer}/")
    refused = amara.post(f"/p2p/offer/dispute/{offer}/", {"reason": "Nothing came.", "kind": kind})
    assert told(refused) == (400, "(kind) This is not a valid choice.")


def test_a_withdrawn_dispute_leaves_the_offer_paid_and_can_be_opened_again(jude: Caller, amara: Caller) -> None:
    offer = disputed(jude, amara)
    withdrawn = amara.post(f"/p2p/offer/dispute/withdraw/{offer}/", if_match='"3"')
    assert withdrawn.json == success("Dispute withdrawn successfully")
    shown = jude.get(f"/p2p/offer/detail/{offer}").json["entity"]
    assert (shown["status"], shown["version"], shown["dispute"]["in_favour_of"]) == ("paid", 4, None)
    assert shown["dispute"]["resolved_at"] is not None
    frame = jude.get("/notifications/").json["entity"]["items"][-1]
    assert (frame["type"], frame["message"], frame["offer_id"]) == (
        "dispute_withdrawn", "The dispute on this offer has been withdrawn.", offer,
    )  # fmt: skip
    again = jude.post(f"/p2p/offer/dispute/{offer}/", {"reason": "It was too little.", "kind": "payment_incomplete"})
    assert again.status_int == 200
    assert dispute_of(amara, offer)["reason"] == "It was too little."
    assert jude.post(f"/p2p/offer/release/{offer}/").status_int == 200
    assert dispute_of(amara, offer)["in_favour_of"] == "buyer"


@pytest.mark.abuse("K6")
def test_before_its_time_a_dispute_is_neither_taken_nor_offered(desk: Desk, jude: Caller, amara: Caller) -> None:
    offer = amara.offer(jude.ad())
    amara.post(f"/p2p/offer/paid/{offer}/")
    later = replace(amara, app=desk.with_services(dispute_after=timedelta(minutes=15)))

    def actions() -> list[str]:
        shown = later.get(f"/p2p/offer/detail/{offer}").json["entity"]
        return [action["action"] for action in shown["allowed_actions"]]

    assert actions() == ["return"]
    refused = later.post(f"/p2p/offer/dispute/{offer}/", {"reason": "Nothing came."})
    assert told(refused) == (400, "A dispute can be opened from 2026-03-02T12:15:00.123456+00:00 on")
    desk.clock.advance(minutes=15)
    assert actions() == ["return", "dispute"]
    assert later.post(f"/p2p/offer/dispute/{offer}/", {"reason": "Nothing came."}).status_int == 200


def test_the_queue_is_asked_for_one_s_own_and_for_a_kind(jude: Caller, amara: Caller, ada: Caller, ben: Caller) -> None:
    first, second = disputed(jude, amara), disputed(jude, amara, "crypto_not_released")
    ada.post(f"/admin/dispute/take/{first}/", {"note": "I know the bank."})
    assert [item["id"] for item in queue(ada)] == [first, second]
    assert [item["id"] for item in queue(ada, "?mine=1")] == [first]
    assert [item["id"] for item in queue(ada, "?kind=crypto_not_released")] == [second]
    assert queue(ada, "?mine=1&kind=crypto_not_released") == queue(ben, "?mine=1") == []
    assert [(item["kind"], item["handled_by"], item["proposal"]) for item in queue(ben)] == [
        ("other", ada.id, None), ("crypto_not_released", None, None),
    ]  # fmt: skip
    # Another's can be taken over.
    ben.post(f"/admin/dispute/take/{first}/")
    assert [item["id"] for item in queue(ben, "?mine=1")] == [first]
    assert queue(ada, "?mine=1") == []


def test_a_page_of_the_queue_leads_to_the_next(jude: Caller, amara: Caller, ada: Caller) -> None:
    offers = [disputed(jude, amara, "crypto_not_released") for _ in range(3)]
    page = ada.get("/admin/dispute/?kind=crypto_not_released&limit=2").json["entity"]
    rest = ada.get(f"/admin/dispute/?kind=crypto_not_released&limit=2&cursor={page['next']}").json["entity"]
    assert [item["id"] for item in (*page["items"], *rest["items"])] == offers
    assert rest["next"] is None
    assert told(ada.get(f"/admin/dispute/?cursor={page['next']}"))[0] == 400


@pytest.mark.parametrize(
    ("ad_type", "buyer_has", "seller_has"), [("sell", "1004.5", "905.5"), ("buy", "1004.5", "995.5")]
)
def test_a_split_gives_each_their_part(
    jude: Caller, amara: Caller, ada: Caller, ad_type: str, buyer_has: str, seller_has: str
) -> None:
    offer = disputed(jude, amara, ad_type=ad_type)
    buyer, seller = (amara, jude) if ad_type == "sell" else (jude, amara)
    path, ruling = f"/admin/dispute/resolve/{offer}/", {"in_favour_of": "split", "note": "Half of it came."}
    for part, message in (
        (None, "(buyer_amount) This field is required."),
        ("10", "(buyer_amount) Ensure that this amount is less than 10 trx."),
        ("0", "(buyer_amount) Ensure that this amount is greater than zero."),
        ("0.0000001", "(buyer_amount) Ensure that there are no more than 6 decimal places."),
    ):
        assert told(ada.post(path, {**ruling, "buyer_amount": part})) == (400, message)
    misplaced = {**ruling, "in_favour_of": "buyer", "buyer_amount": "4.5"}
    assert told(ada.post(path, misplaced)) == (400, "(buyer_amount) Only a split has this field.")
    answer = ada.post(path, {**ruling, "buyer_amount": "4.5"})
    assert answer.json == success("Dispute resolved successfully")
    assert (buyer.p2p(), seller.p2p()) == (Decimal("1004.5"), Decimal(seller_has))
    shown = amara.get(f"/p2p/offer/detail/{offer}").json["entity"]
    assert (shown["status"], shown["dispute"]["in_favour_of"]) == ("completed", "split")
    assert shown["dispute"]["buyer_amount"] == "4.50000000000000000000"
    frames = buyer.get("/notifications/").json["entity"]["items"][-2:]
    assert [frame["message"] for frame in frames] == [
        "The dispute on this offer has been resolved: the escrow was split.", "Funds have been released",
    ]  # fmt: skip
    assert frames[1]["amount"] == 4.5
    moved = [entry for entry in seller.get("/wallet/history/").json["entity"]["items"] if entry["kind"] == "split"]
    assert len(moved) == 1


@pytest.mark.abuse("K5")
def test_a_proposal_moves_nothing_until_somebody_else_approves_it(
    desk: Desk, jude: Caller, amara: Caller, ada: Caller, ben: Caller
) -> None:
    offer = disputed(jude, amara)
    notices = len(amara.get("/notifications/").json["entity"]["items"])
    ruling = {"in_favour_of": "split", "buyer_amount": "4.5", "note": "Half of it came."}
    answer = two_agree(desk, ada).post(f"/admin/dispute/resolve/{offer}/", ruling)
    assert answer.json == success("A second member of staff must approve this")
    (item,) = queue(ben)
    assert item["proposal"] == {
        "by": ada.id, "at": "2026-03-02T12:00:00.123456+00:00", "in_favour_of": "split",
        "buyer_amount": "4.50000000000000000000", "note": "Half of it came.",
    }  # fmt: skip
    assert (amara.p2p(), item["version"]) == (1000, 3)
    assert len(amara.get("/notifications/").json["entity"]["items"]) == notices
    # By whatever login: a second one of hers is still hers.
    credentials = {"email": ada.trader.email, "password": PASSWORD}
    again = replace(ada, token=desk.app.post_json("/auth/token/", credentials).json["entity"]["access"])
    assert told(again.post(f"/admin/dispute/approve/{offer}/", {"note": "So."})) == (
        403, "Somebody else must approve this",
    )  # fmt: skip
    approved = ben.post(f"/admin/dispute/approve/{offer}/", {"note": "I have seen the statement, too."})
    assert approved.json == success("Dispute resolved successfully")
    assert amara.p2p() == Decimal("1004.5")
    acts = [(line["by"], line["act"], line["note"]) for line in ben.get("/admin/audit/").json["entity"]["items"]]
    assert acts[:2] == [
        (ben.id, "dispute.resolve_for_both", "I have seen the statement, too."),
        (ada.id, "dispute.propose_for_both", "Half of it came."),
    ]
    assert dispute_of(jude, offer)["note"] == "Half of it came."


def test_a_proposal_is_rejected_with_a_note(desk: Desk, jude: Caller, amara: Caller, ada: Caller, ben: Caller) -> None:
    offer = disputed(jude, amara)
    two_agree(desk, ada).post(f"/admin/dispute/resolve/{offer}/", {"in_favour_of": "buyer", "note": "So."})
    assert told(ben.post(f"/admin/dispute/reject/{offer}/", {})) == (400, "(note) This field is required.")
    rejected = ben.post(f"/admin/dispute/reject/{offer}/", {"note": "It is of another account."})
    assert rejected.json == success("Proposal rejected successfully")
    assert [item["proposal"] for item in queue(ben)] == [None]
    assert told(ben.post(f"/admin/dispute/approve/{offer}/", {"note": "So."}))[1] == "There is nothing to approve"


@pytest.mark.parametrize("moves", [["release"], ["return"], ["dispute/withdraw"], ["dispute/withdraw", "dispute"]])
def test_a_proposal_is_dropped_when_the_offer_moves_on(
    desk: Desk, jude: Caller, amara: Caller, ada: Caller, ben: Caller, moves: list[str]
) -> None:
    offer = disputed(jude, amara)
    two_agree(desk, ada).post(f"/admin/dispute/resolve/{offer}/", {"in_favour_of": "buyer", "note": "So."})
    for move in moves:
        by, body = (jude if move == "release" else amara), ({"reason": "Again."} if move == "dispute" else None)
        assert by.post(f"/p2p/offer/{move}/{offer}/", body).status_int == 200
    held = (amara.p2p(), jude.p2p())
    for verb in ("approve", "reject"):
        refused = ben.post(f"/admin/dispute/{verb}/{offer}/", {"note": "So."})
        assert told(refused) == (400, "There is nothing to approve")
    assert (amara.p2p(), jude.p2p()) == held


@pytest.mark.abuse("K1")
def test_staff_who_are_a_party_judge_nothing_of_it(desk: Desk, jude: Caller, ada: Caller, ben: Caller) -> None:
    offer = ada.offer(jude.ad())
    ada.post(f"/p2p/offer/paid/{offer}/")
    ada.post(f"/p2p/offer/dispute/{offer}/", {"reason": "Nothing came."})
    two_agree(desk, ben).post(f"/admin/dispute/resolve/{offer}/", {"in_favour_of": "buyer", "note": "So."})
    for verb in ("take", "resolve", "approve", "reject"):
        refused = ada.post(f"/admin/dispute/{verb}/{offer}/", {"in_favour_of": "buyer", "note": "So."})
        assert told(refused) == (403, "You cannot resolve a dispute of your own")


@pytest.mark.abuse("K1")
def test_staff_who_are_kept_from_a_party_are_offered_no_ruling_and_refused_one(
    jude: Caller, amara: Caller, ada: Caller, ben: Caller
) -> None:
    offer = disputed(jude, amara)
    ada.post(f"/p2p/block/{jude.trader.id}/")

    def offered(staff: Caller) -> list[str]:
        shown = staff.get(f"/p2p/offer/detail/{offer}").json["entity"]["allowed_actions"]
        return [action["action"] for action in shown]

    assert (offered(ada), offered(ben)) == ([], ["resolve"])
    for deed, body in (
        ("take", {}),
        ("resolve", {"in_favour_of": "buyer", "note": "So."}),
        ("approve", {"note": "So."}),
        ("reject", {"note": "So."}),
    ):
        answer = ada.post(f"/admin/dispute/{deed}/{offer}/", body)
        assert told(answer) == (403, "Somebody else must judge this dispute")
        assert answer.headers["Error-Code"] == "arbiter_is_apart"
    assert [item["id"] for item in queue(ada)] == [offer], "it can be seen all the same"
    assert ben.post(f"/admin/dispute/take/{offer}/", {}).status_int == 200
