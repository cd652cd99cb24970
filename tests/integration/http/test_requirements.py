"""What ads ask of takers, over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.http.desk import Caller, Desk, ad_body, told

KEYS = ("min_completed_offers", "min_completion_rate", "requires_kyc")


def asked(caller: Caller, ad: int) -> tuple[Any, ...]:
    entity = caller.get(f"/p2p/ad/detail/{ad}").json["entity"]
    return tuple(entity[key] for key in KEYS)


def test_an_ad_shows_what_it_asks_for(jude: Caller, eve: Caller) -> None:
    assert asked(eve, jude.ad()) == (0, 0, False)
    assert asked(eve, jude.ad(min_completed_offers=1000, min_completion_rate=100, requires_kyc=True)) == (
        1000, 100, True,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"min_completed_offers": 1001}, "(min_completed_offers) Ensure that this value is between 0 and 1000."),
        ({"min_completion_rate": 101}, "(min_completion_rate) Ensure that this value is between 0 and 100."),
        ({"min_completion_rate": -1}, "(min_completion_rate) Ensure that this value is between 0 and 100."),
        ({"min_completed_offers": "5"}, "(min_completed_offers) A whole number is required."),
        ({"requires_kyc": 1}, "(requires_kyc) Either true or false is required."),
    ],
)
def test_what_it_may_not_ask_for(jude: Caller, fields: dict[str, Any], message: str) -> None:
    assert told(jude.post("/p2p/ad/", ad_body(**fields))) == (400, message)


def test_the_board_of_what_one_could_take(desk: Desk, jude: Caller, amara: Caller) -> None:
    easy, hard = jude.ad(), jude.ad(min_completed_offers=1)
    amara.ad()

    def takeable() -> list[int]:
        return [item["id"] for item in amara.get("/p2p/ad/?takeable=1").json["entity"]["items"]]

    assert takeable() == [easy]
    assert len(amara.get("/p2p/ad/?takeable=0").json["entity"]["items"]) == 3
    jude.post(f"/p2p/offer/release/{amara.offer(easy)}/")
    assert takeable() == [hard, easy]
    desk.restrict(amara, "trx")
    assert takeable() == []
