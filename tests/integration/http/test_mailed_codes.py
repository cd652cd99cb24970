"""Verifying an address, and new passwords: docs/contract/accounts.md, "Codes" and "Passwords"."""

from __future__ import annotations

from typing import Any

import pytest
from webtest import TestResponse

from domain.model.account_letters import AccountLetter
from tests.integration.http.desk import PASSWORD, Caller, Desk, success, told

WRONG_CODE = (400, "The code is wrong or has expired")
NEXT = "a staple of batteries and a horse"
ON_ITS_WAY = success("If this address has an account, a code is on its way")


def send(desk: Desk, path: str, **body: Any) -> TestResponse:
    return desk.app.post_json(path, body, expect_errors=True)


def log_in(desk: Desk, password: str = PASSWORD) -> TestResponse:
    return send(desk, "/auth/token/", email="jude@example.com", password=password)


def letters(desk: Desk) -> list[AccountLetter]:
    return [item.kind for item in desk.store.outbox.waiting(100) if isinstance(item.kind, AccountLetter)]


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**8:08}"


def test_who_registers_is_mailed_a_code_and_verifies_with_it(desk: Desk) -> None:
    joined = send(desk, "/auth/register/", email="jude@example.com", fullname="Jude", password=PASSWORD)
    assert joined.json["entity"]["email_verified"] is False
    jude = Caller(desk.app, desk.find("jude@example.com"), log_in(desk).json["entity"]["access"])
    code = desk.mailed_code()
    assert told(jude.post("/auth/verify/confirm/", {"code": wrong(code)})) == WRONG_CODE
    answer = jude.post("/auth/verify/confirm/", {"code": code})
    assert answer.json == success("Email address verified successfully")
    assert jude.get("/auth/me/").json["entity"]["email_verified"] is True
    assert told(jude.post("/auth/verify/confirm/", {"code": code})) == WRONG_CODE


def test_a_wrong_code_counts_though_it_was_refused(desk: Desk, jude: Caller) -> None:
    assert jude.post("/auth/verify/").json == success("A code is on its way")
    code = desk.mailed_code()
    for _ in range(5):
        assert told(jude.post("/auth/verify/confirm/", {"code": wrong(code)})) == WRONG_CODE
    assert told(jude.post("/auth/verify/confirm/", {"code": code})) == WRONG_CODE


def test_a_body_that_is_wrong_costs_no_try(desk: Desk, jude: Caller) -> None:
    jude.post("/auth/verify/")
    for _ in range(9):
        assert jude.post("/auth/verify/confirm/", {"code": 7}).status_int == 400
    assert jude.post("/auth/verify/confirm/", {"code": desk.mailed_code()}).status_int == 200


def test_a_second_code_within_a_minute_is_too_soon(desk: Desk, jude: Caller) -> None:
    jude.post("/auth/verify/")
    desk.clock.advance(seconds=59.5)
    refused = jude.post("/auth/verify/")
    assert told(refused) == (429, "Too many attempts; try again in 1 s")
    assert (refused.headers["Retry-After"], refused.headers["Error-Code"]) == ("1", "too_many_attempts")
    assert letters(desk) == [AccountLetter.VERIFY_CODE]


def test_a_password_is_reset_by_a_code_and_every_login_ends(desk: Desk, jude: Caller) -> None:
    assert send(desk, "/auth/password/reset/", email=" JUDE@example.com ").json == ON_ITS_WAY
    code = desk.mailed_code()
    body = {"email": "jude@example.com", "code": code, "password": NEXT}
    refused = send(desk, "/auth/password/reset/confirm/", **body | {"password": "short"})
    assert told(refused) == (400, "(password) Ensure that this field has at least 15 characters.")
    assert told(send(desk, "/auth/password/reset/confirm/", **body | {"code": wrong(code)})) == WRONG_CODE
    assert send(desk, "/auth/password/reset/confirm/", **body).json == success("Password changed successfully")
    assert told(send(desk, "/auth/password/reset/confirm/", **body)) == WRONG_CODE
    assert jude.get("/auth/me/").status_int == 401
    assert (log_in(desk).status_int, log_in(desk, NEXT).status_int) == (401, 200)
    assert letters(desk) == [AccountLetter.RESET_CODE, AccountLetter.PASSWORD_CHANGED]


@pytest.mark.abuse("A7")
@pytest.mark.parametrize("email", ["nobody@example.com", "jude@example.com", "no address"])
def test_a_reset_answers_every_address_alike(desk: Desk, jude: Caller, email: str) -> None:
    """However often it is asked for; but one letter goes out in a minute."""
    for _ in range(3):
        assert send(desk, "/auth/password/reset/", email=email).json == ON_ITS_WAY
    assert len(letters(desk)) == (email == "jude@example.com")
    answer = send(desk, "/auth/password/reset/confirm/", email=email, code="12345678", password=NEXT)
    assert told(answer) == WRONG_CODE


@pytest.mark.abuse("A4")
def test_a_code_of_one_purpose_is_none_of_another(desk: Desk, jude: Caller) -> None:
    jude.post("/auth/verify/")
    body = {"email": "jude@example.com", "code": desk.mailed_code(), "password": NEXT}
    assert told(send(desk, "/auth/password/reset/confirm/", **body)) == WRONG_CODE


@pytest.mark.abuse("A5")
def test_a_password_is_changed_by_the_one_there_is_and_other_logins_end(desk: Desk, jude: Caller) -> None:
    other = log_in(desk).json["entity"]["access"]
    refused = jude.post("/auth/password/", {"password": NEXT, "new_password": NEXT})
    assert told(refused) == (400, "(password) The password is wrong.")
    assert refused.headers["Error-Fields"] == "password"
    refused = jude.post("/auth/password/", {"password": PASSWORD, "new_password": "short"})
    assert told(refused) == (400, "(new_password) Ensure that this field has at least 15 characters.")
    answer = jude.post("/auth/password/", {"password": PASSWORD, "new_password": NEXT})
    assert answer.json == success("Password changed successfully")
    assert jude.get("/auth/me/").status_int == 200
    assert Caller(desk.app, jude.trader, other).get("/auth/me/").status_int == 401
    assert (log_in(desk).status_int, log_in(desk, NEXT).status_int) == (401, 200)
    assert letters(desk) == [AccountLetter.PASSWORD_CHANGED]
