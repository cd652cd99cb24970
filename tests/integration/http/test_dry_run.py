"""Asking what would come of a deed (docs/contract/http.md, "Dry runs")."""

from __future__ import annotations

from dataclasses import fields
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from adapters.http.replies.presentation import ASK_FIRST
from adapters.memory.store import MemoryStore
from adapters.sql.schema.tables import metadata
from adapters.sql.store import SqlStore
from domain.ports.store import Store
from tests.integration.http.desk import Caller, Desk, ad_body, offer_body, told

AMOUNT, BACK = "+10.00000000000000000000", "-10.00000000000000000000"


@pytest.fixture
def scene(store: Store) -> Desk:
    return Desk(store=store)  # type: ignore[arg-type]


def digest(desk: Desk) -> dict[str, list[str]]:
    """Every row of every table."""
    if isinstance(desk.store, MemoryStore):
        tables = desk.store._database._committed
        return {each.name: sorted(map(repr, getattr(tables, each.name).items())) for each in fields(tables)}
    assert isinstance(desk.store, SqlStore)
    with desk.store._engine.connect() as connection:
        return {
            table.name: sorted(repr(tuple(row)) for row in connection.execute(select(table)))
            for table in metadata.sorted_tables
        }


def dry(caller: Caller, path: str, body: Any = None, **headers: str) -> dict[str, Any]:
    answer = caller.post(f"{path}?dry_run=1", body, **headers)
    assert answer.status_int == 200, answer.text
    assert answer.json["message"] is None
    entity: dict[str, Any] = answer.json["entity"]
    return entity


def posted(entity: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(each["whose"], each["purse"], each["amount"]) for each in entity["postings"]]


def told_to(entity: dict[str, Any]) -> list[tuple[str, str, bool]]:
    return [(each["whom"], each["type"], each["mail"]) for each in entity["told"]]


def test_every_deed_and_nothing_changes(scene: Desk) -> None:
    """Each is asked about on a desk on which the ones before were done."""
    jude, amara = scene.trader("Jude", trx="1000"), scene.trader("Amara", trx="1000")

    def asked(caller: Caller, path: str, body: Any = None) -> tuple[str, list[Any], list[Any]]:
        before = digest(scene)
        found = dry(caller, path, body, **{"Idempotency-Key": "one"})
        assert digest(scene) == before
        assert found["effect"].endswith(".")
        return found["state"], posted(found), told_to(found)

    def done(caller: Caller, path: str, body: Any = None) -> None:
        assert caller.post(path, body).status_int == 200

    into_escrow = [("seller", "p2p", "-100.00000000000000000000"), ("seller", "escrow", "+100.00000000000000000000")]
    assert asked(jude, "/p2p/ad/", ad_body()) == ("pending", into_escrow, [])
    ad = jude.ad()
    assert asked(jude, f"/p2p/ad/pause/{ad}/") == ("paused", [], [])
    done(jude, f"/p2p/ad/pause/{ad}/")
    assert asked(jude, f"/p2p/ad/resume/{ad}/") == ("pending", [], [])
    done(jude, f"/p2p/ad/resume/{ad}/")
    less = [("seller", "escrow", BACK), ("seller", "p2p", AMOUNT)]
    assert asked(jude, f"/p2p/ad/edit/{ad}/", {"crypto_amount": "90"}) == ("pending", less, [])
    make = "/p2p/offer/create/", offer_body(ad)
    assert asked(amara, *make) == ("pending", [], [("maker", "ad_interest", True), ("taker", "auto_reply", True)])
    paid, cancelled = (amara.offer(ad) for _ in range(2))
    assert asked(amara, f"/p2p/offer/cancel/{cancelled}/") == ("cancelled", [], [("maker", "offer_cancel", True)])
    assert asked(amara, f"/p2p/offer/paid/{paid}/") == ("paid", [], [("seller", "payment_indication", True)])
    done(amara, f"/p2p/offer/paid/{paid}/")
    assert asked(amara, f"/p2p/offer/return/{paid}/") == ("cancelled", [], [("seller", "offer_returned", True)])
    both = [("maker", "offer_disputed", True), ("taker", "offer_disputed", True)]
    quarrel = f"/p2p/offer/dispute/{paid}/", {"reason": "Nothing came."}
    assert asked(jude, *quarrel) == ("disputed", [], both)
    done(jude, *quarrel)
    withdrawn = [("taker", "dispute_withdrawn", True)]
    assert asked(jude, f"/p2p/offer/dispute/withdraw/{paid}/") == ("paid", [], withdrawn)
    to_buyer = [("seller", "escrow", BACK), ("buyer", "p2p", AMOUNT)]
    released = [("buyer", "funds_released", True)]
    assert asked(jude, f"/p2p/offer/release/{paid}/") == ("completed", to_buyer, released)
    done(jude, f"/p2p/offer/release/{paid}/")
    praise = f"/p2p/offer/feedback/{paid}/", {"positive": True, "rating": 5}
    assert asked(amara, *praise) == ("completed", [], [("maker", "feedback_given", False)])
    rest = [("seller", "escrow", "-80.00000000000000000000"), ("seller", "p2p", "+80.00000000000000000000")]
    assert asked(jude, f"/p2p/ad/close/{ad}/") == ("closed", rest, [])


def test_who_is_who_on_a_buy_ad(jude: Caller, amara: Caller) -> None:
    placed = dry(jude, "/p2p/ad/", ad_body(ad_type="buy"))
    assert (placed["state"], placed["postings"]) == ("pending", [])
    ad = jude.ad(ad_type="buy")
    made = dry(amara, "/p2p/offer/create/", offer_body(ad))
    assert posted(made) == [("seller", "p2p", BACK), ("seller", "escrow", AMOUNT)]
    assert "the buyer has until" in made["effect"]
    offer = amara.offer(ad)
    assert told_to(dry(jude, f"/p2p/offer/paid/{offer}/")) == [("seller", "payment_indication", True)]
    back = dry(amara, f"/p2p/offer/cancel/{offer}/")
    assert posted(back) == [("seller", "escrow", BACK), ("seller", "p2p", AMOUNT)]


def test_the_desk_has_its_fee(desk: Desk, jude: Caller, amara: Caller) -> None:
    app = desk.with_services(fee_percent=Decimal(1))
    jude.app = amara.app = app
    offer = amara.offer(jude.ad())
    released = dry(jude, f"/p2p/offer/release/{offer}/")
    assert [whose for whose, _, _ in posted(released)] == ["seller", "buyer", "desk"]
    assert " The desk takes 1 % of what reaches the buyer as its fee." in released["effect"]


def test_a_taker_is_told_that_there_is_no_account_to_pay_to_yet(jude: Caller, amara: Caller) -> None:
    without, with_account = jude.ad(), jude.ad(payment_details="In cash, at the station.")
    assert dry(amara, "/p2p/offer/create/", offer_body(without))["effect"].endswith(f"to say so. {ASK_FIRST}")
    assert ASK_FIRST not in dry(amara, "/p2p/offer/create/", offer_body(with_account))["effect"]


def test_the_refusals_are_those_of_the_deed(jude: Caller, amara: Caller, eve: Caller) -> None:
    ad = jude.ad()
    offer = amara.offer(ad)
    deeds: list[tuple[Caller, str, Any]] = [
        (eve, f"/p2p/offer/paid/{offer}/", None),
        (amara, "/p2p/offer/return/999/", None),
        (amara, f"/p2p/offer/return/{offer}/", None),
        (jude, "/p2p/offer/create/", offer_body(ad)),
        (eve, "/p2p/ad/", ad_body()),
        (jude, "/p2p/ad/", ad_body(crypto_amount="x")),
        (eve, f"/p2p/ad/close/{ad}/", None),
        (amara, f"/p2p/offer/dispute/{offer}/", {"reason": ""}),
    ]
    for caller, path, body in deeds:
        asked, done = caller.post(f"{path}?dry_run=1", body), caller.post(path, body)
        assert asked.status_int >= 400
        assert told(asked) == told(done)
        assert asked.headers["Error-Code"] == done.headers["Error-Code"]


def test_a_version_is_looked_at_and_no_key_is(jude: Caller, amara: Caller) -> None:
    offer = amara.offer(jude.ad())
    path = f"/p2p/offer/paid/{offer}/"
    assert amara.post(f"{path}?dry_run=1", **{"If-Match": '"7"'}).status_int == 412
    key = {"Idempotency-Key": "pay"}
    for _ in range(2):
        assert dry(amara, path, **key)["state"] == "paid"
    assert amara.post(path, **key).json["message"] == "Offer successfully marked as paid"
    assert amara.post(f"{path}?dry_run=1", **key).status_int == 400, "by now it would be refused"


def test_a_key_that_none_can_be_is_refused_as_for_the_deed(jude: Caller, amara: Caller) -> None:
    path = f"/p2p/offer/paid/{amara.offer(jude.ad())}/"
    for query in ("?dry_run=1", ""):
        refused = amara.post(path + query, **{"Idempotency-Key": "k" * 256})
        assert (refused.status_int, refused.headers["Error-Code"]) == (400, "key_invalid")


@pytest.mark.parametrize("query", ["dry_run=0", "dry_run=", "dry_run=true", "dry_run=1&dry_run=1", "dry_run=2"])
def test_only_one_asks(jude: Caller, query: str) -> None:
    ad = jude.ad()
    answer = jude.post(f"/p2p/ad/close/{ad}/?{query}")
    assert answer.status_int == 400
    assert told(answer)[1].startswith("(dry_run) ")
    assert jude.get(f"/p2p/ad/detail/{ad}").json["entity"]["status"] == "pending"


def test_elsewhere_it_is_no_parameter(jude: Caller) -> None:
    body = {"crypto_currency": "trx", "amount": "1", "source": "p2p", "target": "main"}
    assert told(jude.post("/wallet/transfer/?dry_run=1", body))[0] == 400
    assert jude.p2p() == 1000
