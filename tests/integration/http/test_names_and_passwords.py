"""Names and passwords that are refused. Source: docs/contract/accounts.md, "Names and passwords"."""

from __future__ import annotations

import pytest
from webtest import TestResponse

from domain.model.slowing import WRONG_OF_BOTH
from domain.use_cases.mail_codes import CODE_TRIES
from tests.integration.http.desk import PASSWORD, Caller, Desk, told

EASY = "This password is too easy to guess."
WRONG_CODE = (400, "The code is wrong or has expired")
NAME = "(fullname) This name could be taken for the desk's."


def test_whoever_joins_is_told_all_of_it(desk: Desk) -> None:
    app = desk.with_services(desk_name="P2P desk")
    body = {"email": "jude@example.com", "fullname": "p2p\u200b DESK", "password": "x" * 15}
    answer = app.post_json("/auth/register/", body, expect_errors=True)
    assert told(answer) == (400, f"{NAME} (password) {EASY}")
    assert answer.headers["Error-Fields"] == "fullname, password"
    body |= {"fullname": "Jude", "password": PASSWORD}
    assert app.post_json("/auth/register/", body).status_int == 200


@pytest.mark.parametrize("password", ["jude@example.com", "123456789012345", "PasswordPassword", "password1234567"])
def test_an_easy_password_is_none(desk: Desk, jude: Caller, password: str) -> None:
    answer = jude.post("/auth/password/", {"password": PASSWORD, "new_password": password})
    assert told(answer) == (400, f"(new_password) {EASY}")


def test_a_reset_takes_no_easy_one_and_spends_no_code_on_it(desk: Desk, jude: Caller) -> None:
    desk.app.post_json("/auth/password/reset/", {"email": "jude@example.com"})
    body = {"email": "jude@example.com", "code": desk.mailed_code(), "password": "jude jude jude jude"}
    path = "/auth/password/reset/confirm/"
    assert told(desk.app.post_json(path, body, expect_errors=True)) == (400, f"(password) {EASY}")
    assert desk.app.post_json(path, {**body, "password": "a staple of batteries"}).status_int == 200


def reset(desk: Desk, email: str, code: str, password: str) -> TestResponse:
    body = {"email": email, "code": code, "password": password}
    return desk.app.post_json("/auth/password/reset/confirm/", body, expect_errors=True)


def test_a_reset_looks_for_name_and_address_together_as_joining_does(desk: Desk) -> None:
    email, easy = "jo@example.com", "jude9 okonkwo77 jo@example.com"
    body = {"email": email, "fullname": "Jude Okonkwo", "password": easy}
    assert told(desk.app.post_json("/auth/register/", body, expect_errors=True)) == (400, f"(password) {EASY}")
    desk.app.post_json("/auth/register/", {**body, "password": PASSWORD})
    desk.app.post_json("/auth/password/reset/", {"email": email})
    assert told(reset(desk, email, desk.mailed_code(), easy)) == (400, f"(password) {EASY}")


def test_whoever_has_the_code_may_choose_badly_as_often_as_they_like(desk: Desk) -> None:
    """That is no guess at the code, which stays as good as it was. A wrong one is told nothing of the password."""
    email, easy = "jo@example.com", "Jude Okonkwo's own"
    desk.app.post_json("/auth/register/", {"email": email, "fullname": "Jude Okonkwo", "password": PASSWORD})
    desk.app.post_json("/auth/password/reset/", {"email": email})
    code = desk.mailed_code()
    for _ in range(max(WRONG_OF_BOTH, CODE_TRIES) + 1):
        assert told(reset(desk, email, code, easy)) == (400, f"(password) {EASY}")
    for _ in range(CODE_TRIES - 1):
        assert told(reset(desk, email, f"{(int(code) + 1) % 10**8:08}", easy)) == WRONG_CODE
    assert reset(desk, email, code, "a staple of batteries").status_int == 200
    assert told(reset(desk, email, code, "a staple of batteries")) == WRONG_CODE
