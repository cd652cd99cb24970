"""What each field takes, and what it says of everything else: docs/contract/http.md, "Amounts", "Texts"."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.integration.http.desk import NO_CRYPTO, NO_FIAT, NO_METHOD, Caller, Desk, ad_body, offer_body, told

NOT_AN_AMOUNT = "A valid amount is required: digits, with at most one point between them."
EXPONENT = 'Write amounts without an exponent, as a string such as "0.0000001".'
REQUIRED = "This field is required."
CHOICE = "This is not a valid choice."
TEXT = "A text is required."
CHARACTERS = "This has characters that are not allowed."
DATE = "A valid date is required, as YYYY-MM-DD."
WHOLE = "A whole number is required."
DIGITS = "Ensure that there are no more than 18 digits before the decimal point."

# Each of these is the JSON that stands behind a field's name, byte for byte.
NO_AMOUNTS = [
    '"-1"', '"-0"', '"+1"', '"-1e-8"', '" 1 "', '"1_000"', '"1,5"', '"0x10"', '"1."', '".5"', '""', '"."',
    '"NaN"', '"Infinity"', '"-Infinity"', '"sNaN"', '"\\uff11"', '"٣"', '"1\\n"', '"1\\u0000"', '"\\ud800"',
    "-1", "-0.0", "-1e-8", "true", "false", "[1]", '{"$": 1}', '"1.5.5"', '"½"',
]  # fmt: skip
EXPONENTS = ['"1e-8"', '"1E5"', "1e-7", "1.5e-7", "1e+21", "1e400", "1e1000000", "1E5"]
TOO_MANY_DIGITS = ['"1000000000000000000"', "1000000000000000000", "1" + "0" * 50]


def with_field(name: str, literal: str, **fields: Any) -> str:
    """The body of an ad in which one field is spelled as here."""
    body = json.dumps(ad_body(**{**fields, name: "THE FIELD"}))
    return body.replace('"THE FIELD"', literal)


@pytest.mark.abuse("C1", "C2", "C3", "F1")
@pytest.mark.parametrize("literal", NO_AMOUNTS)
@pytest.mark.parametrize("field", ["crypto_amount", "price_per_unit"])
def test_what_is_no_amount_is_refused(still_jude: Caller, field: str, literal: str) -> None:
    assert told(still_jude.post_text("/p2p/ad/", with_field(field, literal))) == (400, f"({field}) {NOT_AN_AMOUNT}")
    assert still_jude.p2p() == 1000


@pytest.mark.abuse("C2")
@pytest.mark.parametrize("literal", EXPONENTS)
@pytest.mark.parametrize("field", ["crypto_amount", "price_per_unit"])
def test_what_javascript_prints_of_a_small_amount_is_refused_with_the_way_out(
    still_jude: Caller, field: str, literal: str
) -> None:
    assert told(still_jude.post_text("/p2p/ad/", with_field(field, literal))) == (400, f"({field}) {EXPONENT}")
    assert still_jude.p2p() == 1000


@pytest.mark.parametrize("literal", TOO_MANY_DIGITS)
def test_an_amount_has_at_most_18_digits_before_the_point(still_jude: Caller, literal: str) -> None:
    assert told(still_jude.post_text("/p2p/ad/", with_field("crypto_amount", literal))) == (
        400,
        f"(crypto_amount) {DIGITS}",
    )


@pytest.mark.abuse("C4")
@pytest.mark.parametrize(
    "literal", ["1" * 60_000, '"' + "1" * 60_000 + '"', "1." + "0" * 60_000, "1e" + "9" * 50_000, "1e999999999"]
)
def test_a_long_number_costs_nothing(still_jude: Caller, literal: str) -> None:
    # Made into a number, the last of these would take hours: the test would not end.
    assert told(still_jude.post_text("/p2p/ad/", with_field("crypto_amount", literal)))[0] == 400


@pytest.mark.abuse("C1")
@pytest.mark.parametrize("literal", ["0", '"0"', '"0.000000"', '"00"'])
def test_zero_is_no_amount_where_one_is_needed(still_jude: Caller, literal: str) -> None:
    message = "(crypto_amount) Ensure that this amount is greater than zero."
    assert told(still_jude.post_text("/p2p/ad/", with_field("crypto_amount", literal))) == (400, message)


@pytest.mark.abuse("C2")
@pytest.mark.parametrize("literal", ['"1.0000001"', "1.0000001", '"0.0000001"'])
def test_no_more_decimals_than_the_currency_has(still_jude: Caller, literal: str) -> None:
    message = "(crypto_amount) Ensure that there are no more than 6 decimal places."
    assert told(still_jude.post_text("/p2p/ad/", with_field("crypto_amount", literal))) == (400, message)


def test_a_price_has_at_most_ten_decimals(still_jude: Caller) -> None:
    message = "(price_per_unit) Ensure that there are no more than 10 decimal places."
    assert told(still_jude.post("/p2p/ad/", ad_body(price_per_unit="1.00000000001"))) == (400, message)


@pytest.mark.abuse("C3")
@pytest.mark.parametrize("literal", ['"10"', "10", "10.000000", '"10.00000000000000000000"', '"0010"', "10.0"])
def test_an_amount_may_be_a_string_or_a_number(jude: Caller, literal: str) -> None:
    assert jude.post_text("/p2p/ad/", with_field("crypto_amount", literal)).status_int == 200
    assert jude.p2p() == 990


WRONG: dict[str, tuple[str, list[Any]]] = {
    "crypto_currency": (NO_CRYPTO, ["xyz", "", 5, True, [], {}, "TR X", "\u212a", "trx\n", "x" * 33]),
    "fiat_currency": (NO_FIAT, ["xyz", "USDT", 1.5]),
    "payment_method": (NO_METHOD, ["cheque", "\x00", 1]),
    "ad_type": (CHOICE, ["swap", "", 1, False, ["sell"]]),
    "requires_kyc": ("Either true or false is required.", [1, 0, "true", "", [], {}]),
    "start_date": (DATE, ["2026-13-01", "2026-02-30", "0000-01-01", "10000-01-01", "2026-1-1", "20260101",
                          "2026-03-02T00:00:00", "2026-W10-1", "٢٠٢٦-٠٣-٠٢", 20260302, True, "2016-12-31 23:59:60"]),
    "end_date": (DATE, ["tomorrow", "", {}]),
    "auto_reply_message": (TEXT, [5, True, ["a"], {"a": "b"}, 1.5]),
    "terms_of_trade": (CHARACTERS, ["a\x00b", "\ud800", "\x1b[31m", "\x7f", "\x9b"]),
    "time_to_pay": (WHOLE, ["30", 30.5, True, "", [], "1e2", -1.5]),
    "bank_account_name": (CHARACTERS, ["a\nb", "a\rb", "a\tb", "a\u2028b", "a\x00", "\udfff", "a\x85"]),
    "bank_name": (TEXT, [1, False]),
}  # fmt: skip
CASES = [(field, text, value) for field, (text, values) in WRONG.items() for value in values]


@pytest.mark.abuse("F5", "F9", "F10", "H1")
@pytest.mark.parametrize(("field", "text", "value"), CASES)
def test_a_wrong_field_is_named(still_jude: Caller, field: str, text: str, value: Any) -> None:
    assert told(still_jude.post("/p2p/ad/", ad_body(**{field: value}))) == (400, f"({field}) {text}")


BOUNDS = {
    "time_to_pay": (1441, "Ensure that this value is between 0 and 1440."),
    "auto_reply_message": ("x" * 2001, "Ensure that this field has no more than 2000 characters."),
    "terms_of_trade": ("x" * 2001, "Ensure that this field has no more than 2000 characters."),
    "additional_information": ("x" * 2001, "Ensure that this field has no more than 2000 characters."),
    "payment_details": ("x" * 2001, "Ensure that this field has no more than 2000 characters."),
    "bank_account_name": ("x" * 101, "Ensure that this field has no more than 100 characters."),
    "bank_account_number": ("x" * 101, "Ensure that this field has no more than 100 characters."),
    "bank_name": ("x" * 101, "Ensure that this field has no more than 100 characters."),
    "end_date": ("2026-03-01", "The end date is in the past."),
    "min_limit": ("20000.01", "Ensure that the least an offer may be for is no more than 20000.00 usd."),
    "max_limit": ("0.001", "Ensure that there are no more than 2 decimal places."),
}


@pytest.mark.parametrize(("field", "value", "text"), [(field, *rest) for field, rest in BOUNDS.items()])
def test_a_bound_is_told(still_jude: Caller, field: str, value: Any, text: str) -> None:
    assert told(still_jude.post("/p2p/ad/", ad_body(**{field: value}))) == (400, f"({field}) {text}")


@pytest.mark.abuse("F10")
@pytest.mark.parametrize("minutes", [-1, 1441, 10**9])
def test_the_time_to_pay_has_bounds(still_jude: Caller, minutes: int) -> None:
    message = "(time_to_pay) Ensure that this value is between 0 and 1440."
    assert told(still_jude.post("/p2p/ad/", ad_body(time_to_pay=minutes))) == (400, message)


@pytest.mark.parametrize("minutes", [0, None])
def test_no_time_to_pay_means_the_desk_s_own(jude: Caller, minutes: int | None) -> None:
    assert jude.get(f"/p2p/ad/detail/{jude.ad(time_to_pay=minutes)}").json["entity"]["time_to_pay"] == 30


@pytest.mark.abuse("F10")
def test_an_end_before_its_start_is_refused(still_jude: Caller) -> None:
    body = ad_body(start_date="2026-05-02", end_date="2026-05-01")
    assert told(still_jude.post("/p2p/ad/", body)) == (400, "(end_date) The end date is before the start date.")


def test_limits_that_cross_are_refused(still_jude: Caller) -> None:
    message = "(max_limit) Ensure that the most an offer may be for is no less than 50.00 usd."
    assert told(still_jude.post("/p2p/ad/", ad_body(min_limit="50", max_limit="49"))) == (400, message)


def test_limits_between_which_nothing_can_be_paid_are_refused(still_jude: Caller) -> None:
    """A smallest unit of trx is worth two usd at this price, and the whole ad more than its most."""
    body = ad_body(price_per_unit="2000000", crypto_amount="0.01", min_limit="2.01", max_limit="3.99")
    message = "(max_limit) Ensure that the most an offer may be for is no less than 4.00 usd."
    assert told(still_jude.post("/p2p/ad/", body)) == (400, message)


def test_an_ad_worth_too_little_is_refused(still_jude: Caller) -> None:
    message = "(crypto_amount) This amount is worth too little to be paid for; the least that is taken is 0.01 trx."
    assert told(still_jude.post("/p2p/ad/", ad_body(crypto_amount="0.000001", price_per_unit="1"))) == (400, message)


@pytest.mark.abuse("C5")
def test_an_ad_worth_too_much_is_refused(still_jude: Caller) -> None:
    message = "(crypto_amount) Ensure that this amount is worth no more than 18 digits before the decimal point."
    body = ad_body(crypto_amount="1000000000", price_per_unit="1000000000")
    assert told(still_jude.post("/p2p/ad/", body)) == (400, message)


@pytest.mark.abuse("F7")
def test_an_empty_body_names_every_required_field_in_order(still_jude: Caller) -> None:
    fields = ["crypto_currency", "price_per_unit", "ad_type", "payment_method", "fiat_currency", "crypto_amount"]
    message = " ".join(f"({field}) {REQUIRED}" for field in fields)
    assert told(still_jude.post("/p2p/ad/", {})) == (400, message)
    assert told(still_jude.post("/p2p/ad/")) == (400, message)
    assert told(still_jude.post("/p2p/ad/", dict.fromkeys(fields))) == (400, message)


def test_what_the_schema_and_the_domain_find_comes_in_one_message_in_the_order_of_the_fields(
    still_jude: Caller,
) -> None:
    body = ad_body(
        crypto_currency="gold", price_per_unit="1,5", crypto_amount=None, end_date="2020-01-01", bank_name="x" * 101
    )
    message = (
        f"(crypto_currency) {NO_CRYPTO} (price_per_unit) {NOT_AN_AMOUNT} (crypto_amount) {REQUIRED} "
        "(end_date) The end date is in the past. (bank_name) Ensure that this field has no more than 100 characters."
    )
    assert told(still_jude.post("/p2p/ad/", body)) == (400, message)


def test_codes_are_read_in_any_case(jude: Caller) -> None:
    ad = jude.ad(crypto_currency="TRX", fiat_currency="Usd", payment_method="BANK_transfer", ad_type="SELL")
    shown = jude.get(f"/p2p/ad/detail/{ad}").json["entity"]
    codes = (shown["crypto_currency"], shown["fiat_currency"], shown["payment_method"], shown["ad_type"])
    assert codes == ("trx", "usd", "bank_transfer", "sell")


@pytest.mark.abuse("B3")
def test_unknown_fields_are_ignored(jude: Caller) -> None:
    more = {"status": "completed", "id": 99, "user": "x", "is_staff": True, "version": 7, "created_at": "x"}
    ad = jude.ad(**more)
    shown = jude.get(f"/p2p/ad/detail/{ad}").json["entity"]
    assert (shown["id"], shown["status"], shown["user"]["id"]) == (1, "pending", jude.id)


TEXTS = [
    "two\nlines\tand a tab", "\u202eright to left", "zero\u200bwidth", "e" + "\u0301" * 1000, "%(x)s {0.__class__}",
    "<script>alert(1)</script>", "'; DROP TABLE ads; --", "\U0001f600" * 64, " spaces around ",
]  # fmt: skip


@pytest.mark.abuse("F5", "F12")
@pytest.mark.parametrize("text", TEXTS)
def test_a_text_comes_back_as_it_was_written(jude: Caller, text: str) -> None:
    ad = jude.ad(terms_of_trade=text)
    assert jude.get(f"/p2p/ad/detail/{ad}").json["entity"]["terms_of_trade"] == text


OFFERS: list[tuple[dict[str, Any], str]] = [
    ({"ad": None}, f"(ad) {REQUIRED}"),
    ({"ad": True}, "(ad) A valid id is required."),
    ({"ad": "1.0"}, "(ad) A valid id is required."),
    ({"ad": "9" * 51}, "(ad) A valid id is required."),
    ({"ad": "0" * 18 + "1"}, "(ad) A valid id is required."),
    ({"ad": -1}, '(ad) Invalid pk "-1" - object does not exist.'),
    ({"ad": 10**18}, '(ad) Invalid pk "1000000000000000000" - object does not exist.'),
    ({"ad": 999}, '(ad) Invalid pk "999" - object does not exist.'),
    ({"ad": "999", "bank_name": None}, '(ad) Invalid pk "999" - object does not exist.'),
    ({"currency_amount": None}, f"(currency_amount) {REQUIRED}"),
    ({"currency_amount": "x", "ad": None}, f"(currency_amount) {NOT_AN_AMOUNT} (ad) {REQUIRED}"),
    ({"currency_amount": "0.0000001"}, "(currency_amount) Ensure that there are no more than 6 decimal places."),
    ({"currency_amount": "0"}, "(currency_amount) Ensure that this amount is greater than zero."),
    ({"currency_amount": "0.00001"},
     "(currency_amount) This amount is worth too little to be paid for; the least that is taken is 0.000025 trx."),
    ({"fiat_amount": "1999.99"},
     "(fiat_amount) This does not agree with currency_amount and the price of the ad: 2000.00 usd is due."),
    ({"currency_amount": "101", "fiat_amount": "1999.99"},
     ("(fiat_amount) This does not agree with currency_amount and the price of the ad; "
      "the nearest amount that it takes is 100 trx.")),
    ({"fiat_amount": "2000.001"}, "(fiat_amount) Ensure that there are no more than 2 decimal places."),
    ({"bank_account_name": None, "bank_account_number": "", "bank_name": " "},
     f"(bank_account_name) {REQUIRED} (bank_account_number) {REQUIRED} (bank_name) {REQUIRED}"),
    ({"bank_name": "x" * 101}, "(bank_name) Ensure that this field has no more than 100 characters."),
]  # fmt: skip


@pytest.mark.abuse("C6", "F9")
@pytest.mark.parametrize(("fields", "message"), OFFERS)
def test_a_wrong_offer_says_what_is_wrong(jude: Caller, amara: Caller, fields: dict[str, Any], message: str) -> None:
    ad = jude.ad()
    assert told(amara.post("/p2p/offer/create/", {**offer_body(ad), **fields})) == (400, message)
    assert jude.get(f"/p2p/ad/detail/{ad}").json["entity"]["total_available"] == "100.0000000000"


def test_fiat_that_no_amount_of_crypto_is_worth_names_the_nearest(desk: Desk) -> None:
    rich = desk.trader("Rich", trx="100")
    taker = desk.trader("Taker")
    ad = rich.ad(price_per_unit="1000000.00")
    body = {**offer_body(ad), "fiat_amount": "1.50"}
    del body["currency_amount"]
    message = "(fiat_amount) This cannot be paid exactly at the price of the ad; the nearest amount is 1.00 usd."
    assert told(taker.post("/p2p/offer/create/", body)) == (400, message)


def test_bank_details_are_needed_for_a_bank_transfer_only(jude: Caller, amara: Caller) -> None:
    ad = jude.ad(payment_method="mobile_money")
    body = {"ad": ad, "currency_amount": "1"}
    assert amara.post("/p2p/offer/create/", body).status_int == 200


TRANSFERS: list[tuple[dict[str, Any], str]] = [
    ({"amount": "0"}, "(amount) Ensure that this amount is greater than zero."),
    ({"amount": "0.0000001"}, "(amount) Ensure that there are no more than 6 decimal places."),
    ({"amount": True}, f"(amount) {NOT_AN_AMOUNT}"),
    ({"crypto_currency": "gold"}, f"(crypto_currency) {NO_CRYPTO}"),
    ({"source": "escrow"}, f"(source) {CHOICE}"),
    ({"target": "outside"}, f"(target) {CHOICE}"),
    (
        {"crypto_currency": "gold", "amount": "0"},
        f"(crypto_currency) {NO_CRYPTO} (amount) Ensure that this amount is greater than zero.",
    ),
    (
        {"crypto_currency": "gold", "amount": "abc", "source": "x"},
        # Whether a currency that is not traded is held here can only be told once all can be read.
        f"(amount) {NOT_AN_AMOUNT} (source) {CHOICE}",
    ),
    (
        {"amount": "0.0000001", "target": "p2p"},
        "(amount) Ensure that there are no more than 6 decimal places. (target) Source and target are the same wallet.",
    ),
    ({"target": "p2p"}, "(target) Source and target are the same wallet."),
]


@pytest.mark.parametrize(("fields", "message"), TRANSFERS)
def test_a_wrong_transfer_says_what_is_wrong(still_jude: Caller, fields: dict[str, Any], message: str) -> None:
    body = {"crypto_currency": "trx", "amount": "1", "source": "p2p", "target": "main", **fields}
    assert told(still_jude.post("/wallet/transfer/", body)) == (400, message)
    assert still_jude.p2p() == 1000
