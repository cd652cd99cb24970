"""One's own data over HTTP: docs/contract/accounts.md, "One's data"."""

from __future__ import annotations

import json
from uuid import uuid4

import pytest

from tests.integration.http.desk import PASSWORD, Caller, Desk, success, told
from tests.integration.http.test_keys import program


def test_all_that_is_kept_is_told_in_the_envelope_and_no_secret_of_it(desk: Desk, jude: Caller, amara: Caller) -> None:
    amara.offer(jude.ad())
    secret = jude.post("/webhook/", {"url": "https://bot.example.com/"}).json["entity"]["secret"]
    key = jude.post("/auth/key/", {"name": "bot", "scopes": ["read"]}).json["entity"]["key"]
    answer = jude.get("/auth/export/")
    assert answer.json == success(None, answer.json["entity"])
    entity = answer.json["entity"]
    assert entity["profile"][0]["email"] == "jude@example.com"
    assert entity["ads"][0]["bank"]["account_name"] is not None
    assert entity["wallet"][0]["p2p"] == "900.0"
    assert entity["keys"][0]["name"] == "bot"
    for hidden in (secret, key, "argon2", "digest", "sealed", "refresh_id", "exchanged_id", "access_id"):
        assert hidden not in answer.text
    assert json.loads(answer.text)["success"]


def test_no_key_of_a_program_is_good_for_either(desk: Desk, jude: Caller) -> None:
    bot = program(desk, jude, "read", "trade", "release")
    assert told(bot.get("/auth/export/"))[0] == 403
    assert told(bot.post("/auth/delete/", {"password": PASSWORD}))[0] == 403


def test_what_the_other_party_gave_is_not_the_caller_s(desk: Desk, jude: Caller, amara: Caller) -> None:
    maker, taker = "0123456789", "9876543210"
    ad = jude.ad(bank_account_number=maker)
    amara.offer(ad, bank_account_number=taker, client_reference="mine")
    by_jude, by_amara = (each.get("/auth/export/").json["entity"]["offers"][0] for each in (jude, amara))
    assert (by_jude["pay_to"]["bank"]["account_number"], by_jude["bank"]["account_number"]) == (maker, "")
    assert (by_amara["pay_to"]["bank"]["account_number"], by_amara["bank"]["account_number"]) == ("", taker)
    assert (by_jude["client_reference"], by_amara["client_reference"]) == (None, "mine")


def test_a_dispute_is_told_as_the_parties_see_it(desk: Desk, jude: Caller, amara: Caller) -> None:
    offer = amara.offer(jude.ad())
    amara.post(f"/p2p/offer/paid/{offer}/")
    jude.post(f"/p2p/offer/dispute/{offer}/", {"reason": "Nothing has come.", "kind": "payment_not_received"})
    staff = desk.trader("Sam", is_staff=True)
    staff.post(f"/admin/dispute/take/{offer}/")
    for party in (jude, amara):
        (told_of,) = party.get("/auth/export/").json["entity"]["disputes"]
        assert (told_of["kind"], told_of["reason"]) == ("payment_not_received", "Nothing has come.")
        assert staff.id not in told_of.values()


@pytest.mark.abuse("J5")
def test_whoever_holds_nothing_may_leave_for_good(desk: Desk, amara: Caller) -> None:
    ben = desk.trader("Ben")
    assert told(ben.post("/auth/delete/", {"password": "wrong"})) == (400, "(password) The password is wrong.")
    assert told(ben.post("/auth/delete/", {})) == (400, "(password) This field is required.")
    assert ben.post("/auth/delete/", {"password": PASSWORD}).json == success("Account deleted successfully")
    assert told(ben.get("/auth/me/"))[0] == 401
    assert told(amara.get(f"/p2p/trader/{ben.id}/")) == (404, "Trader not found")
    credentials = {"email": "ben@example.com", "password": PASSWORD}
    assert desk.app.post_json("/auth/token/", credentials, expect_errors=True).status_int == 401
    body = {"email": "ben@example.com", "fullname": "Ben", "password": PASSWORD}
    assert desk.app.post_json("/auth/register/", body).json["entity"]["id"] != ben.id


@pytest.mark.abuse("H5")
def test_nobody_is_mailed_by_somebody_who_joins_and_leaves_in_their_name(desk: Desk) -> None:
    """The bounds of codes are an address's, whatever accounts come and go there; and so often does one join by it."""
    given = {"email": "victim@example.com", "fullname": "Eve", "password": PASSWORD}
    mailed = 0
    for _ in range(3):
        assert desk.app.post_json("/auth/register/", given).status_int == 200
        pair = desk.app.post_json("/auth/token/", given).json["entity"]
        eve = Caller(desk.app, desk.find(given["email"]), pair["access"])
        for _ in range(3):
            desk.clock.advance(seconds=60)
            last = eve.post("/auth/verify/")
        mailed += sum("code" in letter.facts for letter in desk.store.outbox.claim(uuid4(), 60, 100))
        assert eve.post("/auth/delete/", {"password": PASSWORD}).status_int == 200
    assert mailed == 5
    assert told(last) == (429, "Too many attempts; try again in 3060 s")
    answer = desk.app.post_json("/auth/register/", given, expect_errors=True)
    assert told(answer) == (429, "Too many attempts; try again in 85860 s")
    desk.clock.advance(seconds=85860)
    assert desk.app.post_json("/auth/register/", given).status_int == 200


def test_a_password_that_ends_in_a_blank_is_taken_as_it_is(desk: Desk) -> None:
    password = "a horse and a staple of batteries "
    body = {"email": "ben@example.com", "fullname": "Ben", "password": password}
    desk.app.post_json("/auth/register/", body)
    access = desk.app.post_json("/auth/token/", {"email": body["email"], "password": password}).json["entity"]["access"]
    ben = Caller(desk.app, desk.find("ben@example.com"), access)
    assert told(ben.post("/auth/delete/", {"password": password.strip()}))[0] == 400
    assert ben.post("/auth/delete/", {"password": password}).status_int == 200


def test_whoever_holds_something_may_not(jude: Caller) -> None:
    jude.ad()
    answer = jude.post("/auth/delete/", {"password": PASSWORD})
    assert told(answer) == (400, "You still have coins, live ads: end and withdraw all of it first")
    assert answer.headers["Error-Code"] == "account_in_use"
