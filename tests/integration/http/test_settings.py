"""What can be traded here, told to whoever asks and to whoever asked for something else."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from adapters.http.collaborators import DemoTrader
from adapters.http.replies.wording import CHOICES_TOLD_LIMIT
from domain import Catalogue, Currency
from tests.integration.http.desk import (
    CATALOGUE,
    NO_CRYPTO,
    NO_FIAT,
    NO_METHOD,
    Caller,
    Desk,
    ad_body,
    success,
    told,
)

KEYS = {
    "crypto_currencies", "fiat_currencies", "payment_methods", "default_time_to_pay", "max_time_to_pay",
    "fee_percent", "market_prices", "frozen", "websocket", "limits", "demo", "version",
}  # fmt: skip
LIMITS = {
    "text": 2000, "bank_field": 100, "client_reference": 64, "reason": 2000, "fullname": 100, "email": 254,
    "password": 256, "password_least": 15, "comment": 500, "body_bytes": 65536, "file_bytes": 5242880,
}  # fmt: skip


def test_what_can_be_traded_is_told_without_a_token(desk: Desk) -> None:
    answer = desk.app.get("/p2p/settings/")
    entity = answer.json["entity"]
    assert answer.json == success(None, entity)
    assert set(entity) == KEYS
    assert entity["crypto_currencies"][:2] == [{"code": "btc", "decimals": 8}, {"code": "eth", "decimals": 18}]
    assert [each["code"] for each in entity["crypto_currencies"]] == list(CATALOGUE.crypto)
    assert entity["fiat_currencies"] == [{"code": "usd", "decimals": 2}, {"code": "jpy", "decimals": 0}]
    bank = ["bank_account_name", "bank_account_number", "bank_name"]
    assert entity["payment_methods"] == [
        {"code": "bank_transfer", "needs": bank},
        {"code": "mobile_money", "needs": ["payment_details"]},
    ]
    assert (entity["default_time_to_pay"], entity["max_time_to_pay"]) == (30, 1440)
    assert (entity["fee_percent"], entity["market_prices"], entity["demo"]) == ("0", True, None)
    assert entity["frozen"] is False
    assert (entity["websocket"], entity["limits"]) == ("wss://desk.example/ws/p2p/", LIMITS)


def test_a_desk_to_try_out_tells_who_may_be_tried(desk: Desk) -> None:
    app = desk.with_services(demo=(DemoTrader("Jude", "jude@example.com", "a password"),))
    shown = [{"fullname": "Jude", "email": "jude@example.com", "password": "a password"}]
    assert app.get("/p2p/settings/").json["entity"]["demo"] == shown


@pytest.mark.parametrize("wrong", ["gold", "Bitcoin", "b t c", 5, "x" * 40, "\u212a", {}])
def test_a_refused_code_names_the_choices(still_jude: Caller, wrong: Any) -> None:
    body = ad_body(crypto_currency=wrong, fiat_currency=wrong, payment_method=wrong)
    message = f"(crypto_currency) {NO_CRYPTO} (payment_method) {NO_METHOD} (fiat_currency) {NO_FIAT}"
    assert told(still_jude.post("/p2p/ad/", body)) == (400, message)
    move = {"crypto_currency": wrong, "amount": "1", "source": "main", "target": "p2p"}
    assert told(still_jude.post("/wallet/transfer/", move)) == (400, f"(crypto_currency) {NO_CRYPTO}")


def test_staff_are_told_the_choices_too(staff: Caller) -> None:
    restriction = {"trader": str(uuid4()), "crypto_currency": "gold", "note": "Why."}
    assert told(staff.post("/admin/restriction/", restriction)) == (400, f"(crypto_currency) {NO_CRYPTO}")


@pytest.mark.parametrize("number", [CHOICES_TOLD_LIMIT, CHOICES_TOLD_LIMIT + 1])
def test_of_many_choices_the_address_is_told(desk: Desk, jude: Caller, number: int) -> None:
    codes = [f"coin{each}" for each in range(number)]
    catalogue = Catalogue.of([Currency(code, 8) for code in codes], CATALOGUE.fiat.values(), ["bank_transfer"])
    jude.app = desk.with_services(catalogue=catalogue)
    told_choices = f"the choices are {', '.join(codes)}" if number == 12 else "see /p2p/settings/ for the choices"
    for wrong in ("gold", "!"):
        answer = jude.post("/p2p/ad/", ad_body(crypto_currency=wrong))
        assert told(answer) == (400, f"(crypto_currency) This is not a valid choice; {told_choices}.")
