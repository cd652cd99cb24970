"""The customer's document, told on a sell ad and on a buy ad: every key, every number and every message of it."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from tests.integration.http.desk import PUBLIC_URL, Caller, Desk, ad_body, failure, offer_body, success, told

# The document's, in its order, and behind them the desk's.
AD_KEYS = (
    "id", "user", "crypto_currency", "price_per_unit", "ad_type", "payment_method", "fiat_currency",
    "crypto_amount", "start_date", "end_date", "auto_reply_message", "terms_of_trade",
    "additional_information", "status", "max_limit", "min_limit", "total_available",
    "trade_started_at", "trade_completed_at", "asset_id", "time_to_pay",
    "version", "price_type", "price_margin", "price_known", "min_completed_offers", "min_completion_rate",
    "requires_kyc", "fee_percent", "gives_account", "client_reference",
)  # fmt: skip
USER_KEYS = {
    "id", "fullname", "country", "email_verified", "phone_number_verified", "country_verified",
    "has_kyc", "has_p2p", "is_active", "created_at", "ratings",
}  # fmt: skip
OFFER_KEYS = {
    "id", "created_at", "currency_amount", "status", "fiat_amount", "has_indicated_paid", "ad", "user",
}  # fmt: skip
RATING_KEYS = {"positive_feedback_count", "negative_feedback_count", "averate_rating", "average_rating"}
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00", re.ASCII)


def test_a_sell_ad_is_placed_and_looked_at(desk: Desk, jude: Caller, amara: Caller) -> None:
    answer = jude.post("/p2p/ad/", ad_body())
    assert (answer.status_int, answer.json) == (200, success("Ad created successfully"))
    assert answer.headers["Location"] == f"{PUBLIC_URL}/p2p/ad/detail/1"
    assert jude.p2p() == 900
    looked = amara.get("/p2p/ad/detail/1")
    ad = looked.json["entity"]
    assert (looked.status_int, looked.json) == (200, success(None, ad))
    assert tuple(ad) == AD_KEYS
    assert set(ad["user"]) == USER_KEYS
    assert set(ad["user"]["ratings"]) == RATING_KEYS
    assert (ad["user"]["id"], ad["user"]["fullname"], ad["user"]["has_p2p"]) == (jude.id, "Jude", True)
    shown = {key: ad[key] for key in AD_KEYS if key not in {"user", "id"}}
    assert shown == {
        "crypto_currency": "trx",
        "price_per_unit": "200.00",
        "ad_type": "sell",
        "payment_method": "bank_transfer",
        "fiat_currency": "usd",
        "crypto_amount": "100.00000000000000000000",
        "start_date": "2026-03-02",
        "end_date": None,
        "auto_reply_message": "Hello, please pay within the window.",
        "terms_of_trade": "No third-party payments.",
        "additional_information": "Weekdays only.",
        "status": "pending",
        "max_limit": "20000.0000000000",
        "min_limit": "0.0100000000",
        "total_available": "100.0000000000",
        "trade_started_at": None,
        "trade_completed_at": None,
        "asset_id": None,
        "time_to_pay": 30,
        "gives_account": False,
        "client_reference": None,
        "version": 1,
        "price_type": "fixed",
        "price_margin": None,
        "price_known": True,
        "min_completed_offers": 0,
        "min_completion_rate": 0,
        "requires_kyc": False,
        "fee_percent": "0",
    }


def test_the_document_s_trade_on_a_sell_ad(desk: Desk, jude: Caller, amara: Caller) -> None:
    ad = jude.ad()
    made = amara.post("/p2p/offer/create/", offer_body(ad, fiat_amount="2000"))
    entity = made.json["entity"]
    assert (made.status_int, made.json) == (200, success("Offer created successfully", entity))
    assert set(entity) == OFFER_KEYS
    assert MOMENT.fullmatch(entity["created_at"])
    assert {key: entity[key] for key in OFFER_KEYS - {"created_at"}} == {
        "id": 1,
        "currency_amount": "10.00000000000000000000",
        "status": "pending",
        "fiat_amount": "2000.00",
        "has_indicated_paid": False,
        "ad": ad,
        "user": amara.id,
    }
    after = jude.get(f"/p2p/ad/detail/{ad}").json["entity"]
    assert after["total_available"] == "90.0000000000"
    assert MOMENT.fullmatch(after["trade_started_at"])
    paid = amara.post("/p2p/offer/paid/1/")
    assert (paid.status_int, paid.json) == (200, success("Offer successfully marked as paid"))
    released = jude.post("/p2p/offer/release/1/")
    assert (released.status_int, released.json) == (200, success("Funds have been released successfully"))
    assert (jude.p2p(), amara.p2p()) == (900, 1010)


def test_the_document_s_trade_on_a_buy_ad(desk: Desk, jude: Caller, amara: Caller) -> None:
    ad = jude.ad(ad_type="buy")
    assert jude.p2p() == 1000
    offer = amara.offer(ad)
    assert amara.p2p() == 990
    assert told(amara.post(f"/p2p/offer/paid/{offer}/")) == (
        400, "You are not authorized to indicate payment on this offer",
    )  # fmt: skip
    assert jude.post(f"/p2p/offer/paid/{offer}/").json == success("Offer successfully marked as paid")
    assert told(jude.post(f"/p2p/offer/release/{offer}/")) == (
        400, "You are not authorized to release funds on this trade",
    )  # fmt: skip
    assert amara.post(f"/p2p/offer/release/{offer}/").json == success("Funds have been released successfully")
    assert (jude.p2p(), amara.p2p()) == (1010, 990)


@pytest.mark.parametrize("ad_type", ["sell", "buy"])
def test_a_cancelled_offer_gives_everything_back(desk: Desk, jude: Caller, amara: Caller, ad_type: str) -> None:
    ad = jude.ad(ad_type=ad_type)
    offer = amara.offer(ad)
    answer = amara.post(f"/p2p/offer/cancel/{offer}/")
    assert (answer.status_int, answer.json) == (200, success("Offer cancelled successfully"))
    assert amara.p2p() == 1000
    assert jude.get(f"/p2p/ad/detail/{ad}").json["entity"]["total_available"] == "100.0000000000"


@pytest.mark.parametrize("ad_type", ["sell", "buy"])
def test_a_returned_offer_gives_everything_back(desk: Desk, jude: Caller, amara: Caller, ad_type: str) -> None:
    ad = jude.ad(ad_type=ad_type)
    offer = amara.offer(ad)
    buyer, seller = (amara, jude) if ad_type == "sell" else (jude, amara)
    buyer.post(f"/p2p/offer/paid/{offer}/")
    answer = buyer.post(f"/p2p/offer/return/{offer}/")
    assert (answer.status_int, answer.json) == (200, success("Offer returned successfully"))
    assert amara.p2p() == 1000
    assert jude.get(f"/p2p/ad/detail/{ad}").json["entity"]["total_available"] == "100.0000000000"
    frame = seller.get("/notifications/").json["entity"]["items"][-1]
    assert (frame["type"], frame["offer_id"]) == ("offer_returned", offer)
    assert frame["message"].endswith("has given up this offer, and the crypto is yours again.")


def test_a_sold_out_ad_is_completed(desk: Desk, jude: Caller, amara: Caller) -> None:
    ad = jude.ad(crypto_amount="10")
    jude.post(f"/p2p/offer/release/{amara.offer(ad)}/")
    after = amara.get(f"/p2p/ad/detail/{ad}").json["entity"]
    assert (after["status"], after["total_available"]) == ("completed", "0.0000000000")
    assert MOMENT.fullmatch(after["trade_completed_at"])


def test_coins_move_between_one_s_own_wallets(desk: Desk, jude: Caller) -> None:
    move = {"crypto_currency": "TRX", "amount": 1.5, "source": "P2P", "target": "main"}
    answer = jude.post("/wallet/transfer/", move)
    assert (answer.status_int, answer.json) == (200, success("Funds moved successfully"))
    assert jude.get("/wallet/").json["entity"] == [
        {
            "crypto_currency": "trx",
            "main": "1.50000000000000000000",
            "p2p": "998.50000000000000000000",
            "escrow": "0.00000000000000000000",
        }
    ]


@pytest.mark.abuse("B5", "B6")
def test_what_a_trader_may_not_see_is_nowhere(desk: Desk, jude: Caller, amara: Caller) -> None:
    ad = jude.ad(bank_account_number="NG-SECRET-1", payment_details="secret details")
    text = amara.get(f"/p2p/ad/detail/{ad}").text + amara.get("/p2p/ad/").text
    for secret in ("password", "argon2", "@example.com", "is_staff", "NG-SECRET-1", "secret details"):
        assert secret not in text


PRICES = {"200": "200.00", "0.5": "0.50", "1.005": "1.005", "0.0000000001": "0.0000000001", "7.10": "7.10"}


@pytest.mark.parametrize(("given", "shown"), PRICES.items())
def test_a_price_is_shown_as_exactly_as_it_was_given(desk: Desk, given: str, shown: str) -> None:
    rich = desk.trader("Rich", trx="999999999999")
    ad = rich.ad(price_per_unit=given, crypto_amount="999999999999")
    assert rich.get(f"/p2p/ad/detail/{ad}").json["entity"]["price_per_unit"] == shown


@pytest.mark.abuse("C11")
def test_twenty_decimals_pass_through_unchanged(desk: Desk) -> None:
    rich, poor = desk.trader("Rich", fine="999999999999999999"), desk.trader("Poor")
    amount = "123456789012345678.12345678901234567891"
    body = ad_body(crypto_currency="fine", crypto_amount="X", price_per_unit="0.5")
    text = __import__("json").dumps(body).replace('"X"', amount)
    assert rich.post_text("/p2p/ad/", text).status_int == 200
    shown = poor.get("/p2p/ad/detail/1").json["entity"]
    assert shown["crypto_amount"] == amount
    assert shown["total_available"] == amount
    assert Decimal(rich.get("/wallet/").json["entity"][0]["escrow"]) == Decimal(amount)


@pytest.mark.abuse("C11")
def test_a_currency_without_decimals_is_shown_with_two(desk: Desk, jude: Caller, amara: Caller) -> None:
    ad = jude.ad(fiat_currency="jpy", price_per_unit="3", crypto_amount="10")
    made = amara.post("/p2p/offer/create/", offer_body(ad, "1.5")).json["entity"]
    # 4.5 yen are 5 yen, half up.
    assert made["fiat_amount"] == "5.00"


def test_crypto_is_computed_from_fiat(desk: Desk, jude: Caller, amara: Caller) -> None:
    ad = jude.ad(price_per_unit="3")
    body = {**offer_body(ad), "fiat_amount": "10.00"}
    del body["currency_amount"]
    made = amara.post("/p2p/offer/create/", body).json["entity"]
    assert made["currency_amount"] == "3.33333300000000000000"


def test_envelopes_say_failure_in_the_four_keys(desk: Desk, eve: Caller) -> None:
    answer = eve.post("/p2p/ad/", ad_body())
    message = "Insufficient p2p balance, please move some funds to your p2p wallet"
    assert (answer.status_int, answer.json) == (400, failure(message))
