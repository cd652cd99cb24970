"""Editing an ad, as a client sees it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.integration.http.desk import Caller, Desk, success, told

LESS = "(crypto_amount) Ensure that this amount is no less than 10 trx, which is sold or in live offers."


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def jude(desk: Desk) -> Caller:
    return desk.trader("Jude", trx="150")


@pytest.fixture
def amara(desk: Desk) -> Caller:
    return desk.trader("Amara", trx="1000")


def detail(caller: Caller, ad: int) -> dict[str, Any]:
    found: dict[str, Any] = caller.get(f"/p2p/ad/detail/{ad}").json["entity"]
    return found


def test_what_is_given_changes_and_all_else_stays(jude: Caller) -> None:
    ad = jude.ad(end_date="2099-12-31")
    before = detail(jude, ad)
    answer = jude.post(f"/p2p/ad/edit/{ad}/", {"price_per_unit": "201.5", "terms_of_trade": "", "crypto_amount": "120"})
    assert answer.json == success("Ad updated successfully")
    after = detail(jude, ad)
    assert {name: value for name, value in after.items() if before[name] != value} == {
        "price_per_unit": "201.50",
        "terms_of_trade": "",
        "crypto_amount": "120.00000000000000000000",
        "total_available": "120.0000000000",
        "max_limit": "24180.0000000000",
        "version": 2,
    }
    assert jude.p2p() == 30
    assert (
        jude.post(f"/p2p/ad/edit/{ad}/", {"end_date": "", "crypto_amount": "20", "max_limit": None}).status_int == 200
    )
    assert (detail(jude, ad)["end_date"], jude.p2p()) == (None, 130)


def test_the_version_is_the_tag(jude: Caller, amara: Caller) -> None:
    ad = jude.ad()
    amara.offer(ad)
    answer = jude.get(f"/p2p/ad/detail/{ad}")
    assert (answer.headers["ETag"], answer.json["entity"]["version"]) == ('"1"', 1)
    assert jude.post(f"/p2p/ad/edit/{ad}/", {"min_limit": "50"}, if_match='"1"').status_int == 200
    assert told(jude.post(f"/p2p/ad/edit/{ad}/", {"min_limit": "60"}, if_match='"1"')) == (
        412,
        "The ad is not as you have seen it: its version is 2",
    )
    assert detail(jude, ad)["min_limit"] == "50.0000000000"


@pytest.mark.parametrize("deed", ["pause", "resume", "close"])
def test_no_ad_is_paused_resumed_or_closed_that_is_not_as_it_was_seen(jude: Caller, deed: str) -> None:
    ad = jude.ad()
    if deed == "resume":
        jude.post(f"/p2p/ad/pause/{ad}/")
    seen = jude.get(f"/p2p/ad/detail/{ad}")
    tag, version = seen.headers["ETag"], seen.json["entity"]["version"]
    assert jude.post(f"/p2p/ad/edit/{ad}/", {"min_limit": "50"}).status_int == 200
    path, status = f"/p2p/ad/{deed}/{ad}/", detail(jude, ad)["status"]
    changed = f"The ad is not as you have seen it: its version is {version + 1}"
    assert told(jude.post(path, if_match=tag)) == (412, changed)
    assert detail(jude, ad)["status"] == status
    assert jude.post(path, if_match=f'{tag}, "{version + 1}"').status_int == 200
    assert detail(jude, ad)["status"] != status


def test_what_is_refused(desk: Desk, jude: Caller, amara: Caller) -> None:
    ad = jude.ad()
    amara.offer(ad)
    edit = f"/p2p/ad/edit/{ad}/"
    assert told(jude.post(edit, {"crypto_amount": "9.999999"})) == (400, LESS)
    short = (400, "Insufficient p2p balance, please move some funds to your p2p wallet")
    assert told(jude.post(edit, {"crypto_amount": "150.000001"})) == short
    assert told(jude.post(edit, {"price_per_unit": "0"})) == (
        400,
        "(price_per_unit) Ensure that this amount is greater than zero.",
    )
    crossed = "(max_limit) Ensure that the most an offer may be for is no less than 500.00 usd."
    assert told(jude.post(edit, {"min_limit": "500", "max_limit": "400"})) == (400, crossed)
    assert told(amara.post(edit, {})) == (403, "You are not authorized to edit this ad")
    assert told(jude.post("/p2p/ad/edit/999/", {})) == (404, "Ad not found")
    jude.post(f"/p2p/ad/close/{ad}/")
    assert told(jude.post(edit, {})) == (400, "This ad has ended")
    assert jude.p2p() == Decimal(140)


@pytest.mark.abuse("D7")
def test_a_live_offer_keeps_what_it_was_made_on(jude: Caller, amara: Caller) -> None:
    ad = jude.ad(bank_account_name="Jude O", bank_account_number="1111", bank_name="First")
    offer = amara.offer(ad)
    before = amara.get(f"/p2p/offer/detail/{offer}").json["entity"]
    jude.post(
        f"/p2p/ad/edit/{ad}/",
        {"price_per_unit": "300", "time_to_pay": 5, "bank_account_number": "2222", "bank_account_name": "Eve"},
    )
    assert amara.get(f"/p2p/offer/detail/{offer}").json["entity"] == before
    later = amara.get(f"/p2p/offer/detail/{amara.offer(ad)}").json["entity"]
    assert (later["fiat_amount"], later["pay_to"]["bank_account_number"]) == ("3000.00", "2222")
