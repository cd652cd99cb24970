"""Texts over HTTP: one in which there is nothing to see is missing, and one line is kept without blanks around it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.http.desk import PASSWORD, Caller, Desk, ad_body, offer_body, told

REQUIRED = "This field is required."
BLANKS = ["\u3164", "\u200b\u2060", " \n\t", "\u2800", "\u00ad", "\u202e"]
ACCOUNT = {"bank_account_name": "Jude O", "bank_account_number": "9876543210", "bank_name": "Second Bank"}


def register(desk: Desk, **fields: Any) -> Any:
    body = {"email": "ada@example.com", "fullname": "Ada", "password": PASSWORD, **fields}
    return desk.app.post_json("/auth/register/", body, expect_errors=True)


@pytest.mark.parametrize("blank", BLANKS)
def test_a_required_text_needs_something_to_see(desk: Desk, jude: Caller, amara: Caller, blank: str) -> None:
    assert told(register(desk, fullname=blank)) == (400, f"(fullname) {REQUIRED}")
    assert told(register(desk, email=blank)) == (400, f"(email) {REQUIRED}")
    ad = jude.ad()
    assert told(amara.post("/p2p/offer/create/", offer_body(ad, bank_name=blank))) == (400, f"(bank_name) {REQUIRED}")
    offer = amara.offer(ad)
    amara.post(f"/p2p/offer/paid/{offer}/")
    answer = amara.post(f"/p2p/offer/dispute/{offer}/", {"reason": blank})
    assert told(answer) == (400, f"(reason) {REQUIRED}")


@pytest.mark.parametrize("blank", [*BLANKS, "\n" * 2001])
def test_an_optional_text_without_anything_to_see_is_none(jude: Caller, amara: Caller, blank: str) -> None:
    texts = dict.fromkeys(("auto_reply_message", "terms_of_trade", "additional_information", "payment_details"), blank)
    ad = jude.ad(**texts, bank_name=blank)
    shown = jude.get(f"/p2p/ad/detail/{ad}").json["entity"]
    assert {shown[name] for name in texts.keys() - {"payment_details"}} == {""}
    assert shown["gives_account"] is False
    offer = amara.offer(ad)
    assert amara.get(f"/p2p/offer/detail/{offer}").json["entity"]["pay_to"] is None
    kinds = [item["type"] for item in amara.get("/notifications/?since=0").json["entity"]["items"]]
    assert kinds == []


def test_what_may_not_be_in_a_text_at_all_is_refused_and_not_left_out(still_jude: Caller) -> None:
    message = "(terms_of_trade) This has characters that are not allowed."
    assert told(still_jude.post("/p2p/ad/", ad_body(terms_of_trade="\x00\n"))) == (400, message)


def test_one_line_is_kept_trimmed_and_measured_so(desk: Desk, jude: Caller, amara: Caller) -> None:
    answer = register(desk, email=" ada@example.com\u200b", fullname="\u00a0Ada Obi\u3164 ")
    assert (answer.json["entity"]["email"], answer.json["entity"]["fullname"]) == ("ada@example.com", "Ada Obi")
    credentials = {"email": " Ada@example.com ", "password": PASSWORD}
    assert desk.app.post_json("/auth/token/", credentials).status_int == 200
    offer = amara.offer(jude.ad(), bank_name=f"  {'x' * 100} ", bank_account_number=" 0123 ")
    shown = amara.get(f"/p2p/offer/detail/{offer}").json["entity"]
    assert (shown["bank_name"], shown["bank_account_number"]) == ("x" * 100, "0123")


def test_a_password_is_the_same_from_every_keyboard(desk: Desk) -> None:
    composed, decomposed = "cr\u00e8me br\u00fbl\u00e9e du jour", "cre\u0300me bru\u0302le\u0301e du jour"
    register(desk, email="one@example.com", password=composed)
    register(desk, email="two@example.com", password=decomposed)
    for email in ("one@example.com", "two@example.com"):
        for typed in (composed, decomposed):
            assert desk.app.post_json("/auth/token/", {"email": email, "password": typed}).status_int == 200
    wrong = {"email": "one@example.com", "password": "creme brulee du jour"}
    assert desk.app.post_json("/auth/token/", wrong, expect_errors=True).status_int == 401


@pytest.mark.abuse("A9")
def test_a_password_is_never_trimmed(desk: Desk) -> None:
    register(desk, password=f" {PASSWORD} ")
    bare = {"email": "ada@example.com", "password": PASSWORD}
    assert desk.app.post_json("/auth/token/", bare, expect_errors=True).status_int == 401
    assert desk.app.post_json("/auth/token/", {**bare, "password": f" {PASSWORD} "}).status_int == 200


def test_a_taker_who_sells_by_mobile_money_says_where_to_be_paid(jude: Caller, amara: Caller) -> None:
    ad = jude.ad(ad_type="buy", payment_method="mobile_money")
    body = {"ad": ad, "currency_amount": "10"}
    assert told(amara.post("/p2p/offer/create/", body)) == (400, f"(payment_details) {REQUIRED}")
    begun = {**body, "bank_name": "First Bank"}
    message = f"(bank_account_name) {REQUIRED} (bank_account_number) {REQUIRED}"
    assert told(amara.post("/p2p/offer/create/", begun)) == (400, message)
    words = "M-Pesa 0700 000 000"
    offer = amara.post("/p2p/offer/create/", {**body, "payment_details": words}).json["entity"]["id"]
    assert jude.get(f"/p2p/offer/detail/{offer}").json["entity"]["pay_to"]["payment_details"].startswith(words)
    jude.post(f"/p2p/offer/paid/{offer}/")
    shown = {caller.id: caller.get(f"/p2p/offer/detail/{offer}").json["entity"] for caller in (jude, amara)}
    assert [entity["pay_to"]["payment_details"] for entity in shown.values()] == [words, words]
    assert {entity["payment_reference"] for entity in shown.values()} == {f"P2P-{offer}"}


def test_an_ad_says_whether_it_gives_an_account(jude: Caller) -> None:
    for fields, gives in ((ACCOUNT, True), ({}, False), ({**ACCOUNT, "ad_type": "buy"}, False)):
        assert jude.get(f"/p2p/ad/detail/{jude.ad(**fields)}").json["entity"]["gives_account"] is gives
