"""Names and passwords that are refused. Source: docs/contract/accounts.md, "Names and passwords"."""

from __future__ import annotations

import pytest

from tests.integration.http.desk import PASSWORD, Caller, Desk, told

EASY = "This password is too easy to guess."
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
