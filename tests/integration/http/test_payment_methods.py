"""Saved payment methods over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.http.desk import Caller, ad_body, offer_body, success, told

BANK = {"bank_account_name": "Amara Nwosu", "bank_account_number": "0123456789", "bank_name": "First Bank"}
BODY = {"label": "In town", "payment_method": "Bank_Transfer", **BANK}
PATH = "/p2p/payment-method/"
TOGETHER = "Give either a saved payment method or the fields that it stands for, and not both."


def save(caller: Caller, **changed: Any) -> int:
    return int(caller.post(PATH, {**BODY, **changed}).json["entity"]["id"])


def test_their_life(amara: Caller, eve: Caller) -> None:
    answer = amara.post(PATH, BODY)
    saved = answer.json["entity"]
    assert (answer.status_int, answer.json) == (200, success("Payment method saved successfully", saved))
    shown = {**BODY, "payment_method": "bank_transfer", "payment_details": ""}
    assert {key: saved[key] for key in saved if key not in ("id", "created_at")} == shown
    assert amara.get(PATH).json["entity"] == {"items": [saved], "next": None}
    changed = {"label": "My phone", "payment_method": "mobile_money", "payment_details": "0700"}
    answer = amara.post(f"{PATH}edit/{saved['id']}/", changed)
    shown = saved | dict.fromkeys(BANK, "") | changed
    assert (answer.status_int, answer.json) == (200, success("Payment method updated successfully", shown))
    for other in (eve.post(f"{PATH}edit/{saved['id']}/", changed), eve.delete(f"{PATH}{saved['id']}/")):
        assert told(other) == (404, "Payment method not found")
    answer = amara.delete(f"{PATH}{saved['id']}/")
    assert (answer.status_int, answer.json) == (200, success("Payment method deleted successfully"))
    assert told(amara.delete(f"{PATH}{saved['id']}/")) == (404, "Payment method not found")
    assert amara.get(PATH).json["entity"]["items"] == []


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"label": None, "bank_name": None}, "(label) This field is required. (bank_name) This field is required."),
        ({"label": "x" * 101}, "(label) Ensure that this field has no more than 100 characters."),
        ({"payment_method": "mobile_money"} | dict.fromkeys(BANK), "(payment_details) This field is required."),
    ],
)
def test_what_is_wrong_with_one(amara: Caller, changed: dict[str, Any], message: str) -> None:
    assert told(amara.post(PATH, {**BODY, **changed})) == (400, message)


def test_an_ad_and_an_offer_by_them(jude: Caller, amara: Caller) -> None:
    body = ad_body(saved_payment_method=save(jude))
    del body["payment_method"]
    placed = jude.post("/p2p/ad/", body)
    assert placed.status_int == 200, placed.text
    ad = int(placed.headers["Location"].rsplit("/", 1)[1])
    shown = amara.get(f"/p2p/ad/detail/{ad}").json["entity"]
    assert (shown["payment_method"], shown["gives_account"]) == ("bank_transfer", True)
    asked = {"ad": ad, "currency_amount": "10", "saved_payment_method": save(amara, bank_name="Third Bank")}
    made = amara.post("/p2p/offer/create/", asked)
    assert made.status_int == 200, made.text
    detail = amara.get(f"/p2p/offer/detail/{made.json['entity']['id']}").json["entity"]
    assert (detail["bank_name"], detail["pay_to"]["bank_name"]) == ("Third Bank", "First Bank")


def test_what_is_refused(jude: Caller, amara: Caller) -> None:
    saved, phone = save(jude), save(jude, payment_method="mobile_money")
    for path, body in (("/p2p/ad/", ad_body()), ("/p2p/offer/create/", {"ad": amara.ad(), "currency_amount": "10"})):
        for extra, message in (
            ({"saved_payment_method": 999}, 'Invalid pk "999" - object does not exist.'),
            ({"saved_payment_method": "x"}, "A valid id is required."),
            ({"saved_payment_method": phone}, "This is not the payment method of the ad."),
            ({"saved_payment_method": saved, **BANK}, TOGETHER),
        ):
            assert told(jude.post(path, {**body, **extra})) == (400, f"(saved_payment_method) {message}")
    without = {name: value for name, value in ad_body().items() if name != "payment_method"}
    assert told(jude.post("/p2p/ad/", without)) == (400, "(payment_method) This field is required.")


def test_only_the_price_is_told_of_where_it_is_another(jude: Caller, amara: Caller) -> None:
    body = offer_body(jude.ad(), price_per_unit="199", saved_payment_method=999)
    assert told(amara.post("/p2p/offer/create/", body))[1].startswith("(price_per_unit) ")


def test_saved_once_with_a_key(amara: Caller) -> None:
    first, again = (amara.post(PATH, BODY, idempotency_key="once") for _ in range(2))
    assert first.body == again.body
    assert len(amara.get(PATH).json["entity"]["items"]) == 1
