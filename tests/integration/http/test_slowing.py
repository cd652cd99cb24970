"""Whoever guesses is slowed down, and nobody else: docs/contract/accounts.md, "Slowing down"."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import pytest
from webtest import TestResponse

from adapters.tokens.argon2_passwords import Argon2Passwords
from domain.model.slowing import WRONG_OF_BOTH, WRONG_OF_ONE
from tests.integration.http.desk import PASSWORD, Caller, Desk, told

HERE, THERE, ELSEWHERE = "192.0.2.7", "198.51.100.9", "203.0.113.5"
WRONG = (401, "Email or password is wrong")
WAIT = (429, "Too many attempts; try again in 1 s")
NEXT = "a staple of batteries and a horse"


def send(desk: Desk, path: str, address: str, **body: Any) -> TestResponse:
    return desk.app.post_json(path, body, extra_environ={"REMOTE_ADDR": address}, expect_errors=True)


def log_in(
    desk: Desk, password: str = "no password of anybody", address: str = HERE, email: str = "jude@example.com"
) -> TestResponse:
    return send(desk, "/auth/token/", address, email=email, password=password)


@pytest.mark.abuse("A8")
@pytest.mark.parametrize("email", ["jude@example.com", "nobody@example.com"])
def test_a_sixth_wrong_password_is_not_judged(desk: Desk, jude: Caller, email: str) -> None:
    """Whether or not anybody has the account."""
    assert [told(log_in(desk, email=email)) for _ in range(WRONG_OF_BOTH)] == [WRONG] * WRONG_OF_BOTH
    refused = log_in(desk, PASSWORD, email=email)
    assert told(refused) == WAIT
    assert (refused.headers["Retry-After"], refused.headers["Error-Code"]) == ("1", "too_many_attempts")
    desk.clock.advance(seconds=1)
    assert told(log_in(desk, email=email)) == WRONG
    assert told(log_in(desk, email=email)) == (429, "Too many attempts; try again in 2 s")


def test_the_right_one_gets_in_after_the_wait_and_clears_it(desk: Desk, jude: Caller) -> None:
    for _ in range(2):
        for _ in range(WRONG_OF_BOTH):
            assert told(log_in(desk)) == WRONG
        desk.clock.advance(seconds=1)
        assert log_in(desk, PASSWORD).status_int == 200


@pytest.mark.abuse("A8")
def test_the_owner_gets_in_from_an_address_that_the_account_knows(desk: Desk, jude: Caller) -> None:
    assert log_in(desk, PASSWORD).status_int == 200
    for number in range(WRONG_OF_ONE):
        assert told(log_in(desk, address=f"198.51.100.{number}")) == WRONG
    assert told(log_in(desk, PASSWORD, ELSEWHERE)) == WAIT
    assert log_in(desk, PASSWORD).status_int == 200


@pytest.mark.abuse("A8")
def test_one_address_that_tries_many_accounts_has_to_wait(desk: Desk, jude: Caller) -> None:
    for number in range(WRONG_OF_ONE):
        assert told(log_in(desk, email=f"{number}@example.com")) == WRONG
    assert told(log_in(desk, email="20@example.com")) == WAIT
    assert told(log_in(desk, PASSWORD)) == WAIT
    assert told(log_in(desk, email="20@example.com", address=THERE)) == WRONG


def test_who_registered_from_an_address_is_known_there(desk: Desk) -> None:
    body = {"email": "jude@example.com", "fullname": "Jude", "password": PASSWORD}
    assert send(desk, "/auth/register/", HERE, **body).status_int == 200
    for number in range(WRONG_OF_ONE):
        log_in(desk, email=f"{number}@example.com")
    assert log_in(desk, PASSWORD).status_int == 200


def test_an_ipv6_network_is_one_address(desk: Desk, jude: Caller) -> None:
    for number in range(WRONG_OF_BOTH):
        assert told(log_in(desk, address=f"2001:db8::{number:x}")) == WRONG
    assert told(log_in(desk, address="2001:db8::ffff")) == WAIT
    assert told(log_in(desk, address="2001:db8:0:1::1")) == WRONG


def test_a_code_for_a_new_password_is_guessed_as_slowly(desk: Desk, jude: Caller) -> None:
    """A try while waiting costs none of the code's own."""
    send(desk, "/auth/password/reset/", HERE, email="jude@example.com")
    code = desk.mailed_code()
    body = {"email": "jude@example.com", "password": NEXT}
    other = f"{(int(code) + 1) % 10**8:08}"
    for email in ("jude@example.com", "nobody@example.com"):
        for _ in range(WRONG_OF_BOTH):
            asked = send(desk, "/auth/password/reset/confirm/", THERE, **body | {"email": email, "code": other})
            assert told(asked) == (400, "The code is wrong or has expired")
        asked = send(desk, "/auth/password/reset/confirm/", THERE, **body | {"email": email, "code": other})
        assert told(asked) == WAIT


@pytest.mark.abuse("A8")
def test_a_code_for_an_address_is_guessed_as_slowly(desk: Desk, jude: Caller) -> None:
    """And another code is no way around the wait."""
    jude.post("/auth/verify/")
    other = f"{(int(desk.mailed_code()) + 1) % 10**8:08}"
    for _ in range(WRONG_OF_BOTH):
        assert told(jude.post("/auth/verify/confirm/", {"code": other})) == (400, "The code is wrong or has expired")
    assert told(jude.post("/auth/verify/confirm/", {"code": other})) == WAIT
    desk.clock.advance(seconds=60)
    jude.post("/auth/verify/")
    code = desk.mailed_code()
    assert told(jude.post("/auth/verify/confirm/", {"code": f"{(int(code) + 1) % 10**8:08}"}))[0] == 400
    assert told(jude.post("/auth/verify/confirm/", {"code": code})) == (429, "Too many attempts; try again in 2 s")
    desk.clock.advance(seconds=2)
    assert jude.post("/auth/verify/confirm/", {"code": code}).status_int == 200


@pytest.mark.abuse("A8")
@pytest.mark.parametrize(("path", "more"), [("/auth/password/", {"new_password": NEXT}), ("/auth/delete/", {})])
def test_a_wrong_password_of_who_is_logged_in_counts_too(
    desk: Desk, caplog: pytest.LogCaptureFixture, path: str, more: dict[str, str]
) -> None:
    ben = desk.trader("Ben")
    for _ in range(WRONG_OF_BOTH):
        assert told(ben.post(path, {"password": NEXT, **more})) == (400, "(password) The password is wrong.")
    assert told(ben.post(path, {"password": PASSWORD, **more})) == WAIT
    assert [f"a wrong password for account {ben.id}" in line for line in caplog.messages] == [True] * WRONG_OF_BOTH
    desk.clock.advance(seconds=1)
    assert ben.post(path, {"password": PASSWORD, **more}).status_int == 200


class SlowPasswords(Argon2Passwords):
    """The real ones, hashed for so long that something happens meanwhile."""

    def meanwhile(self) -> None:
        """Nothing, unless a test says what."""

    def verify(self, password_hash: str | None, password: str) -> bool:
        self.meanwhile()
        return super().verify(password_hash, password)


@pytest.mark.abuse("A5")
@pytest.mark.parametrize(
    ("path", "more"),
    [("/auth/password/", {"new_password": NEXT}), ("/auth/delete/", {}), ("/auth/totp/disable/", {"otp": "123456"})],
)
def test_a_login_that_ends_while_the_password_is_hashed_is_good_for_nothing(
    desk: Desk, jude: Caller, path: str, more: dict[str, str]
) -> None:
    """That it can be ended meanwhile shows that nothing is locked for as long, too."""
    passwords = SlowPasswords(time_cost=1, memory_cost_kib=8, parallelism=1)
    app = desk.with_services(passwords=passwords)
    other = Caller(app, jude.trader, log_in(desk, PASSWORD).json["entity"]["access"])
    passwords.meanwhile = lambda: jude.post("/auth/logout/")  # type: ignore[method-assign, assignment]
    asking = Caller(app, jude.trader, jude.token)
    assert told(asking.post(path, {"password": PASSWORD, **more}))[0] == 401
    assert other.get("/auth/me/").status_int == 200
    assert log_in(desk, PASSWORD).status_int == 200


def in_the_meantime(desk: Desk, deed: Callable[[], Any]) -> TestResponse:
    """A login with the right password, while which something is done once."""
    passwords = SlowPasswords(time_cost=1, memory_cost_kib=8, parallelism=1)
    app = desk.with_services(passwords=passwords)

    def once() -> None:
        passwords.meanwhile = lambda: None  # type: ignore[method-assign, assignment]
        assert deed().status_int == 200

    passwords.meanwhile = once  # type: ignore[method-assign]
    body = {"email": "jude@example.com", "password": PASSWORD}
    return app.post_json("/auth/token/", body, extra_environ={"REMOTE_ADDR": HERE}, expect_errors=True)


@pytest.mark.abuse("A5")
def test_no_login_opens_by_a_password_that_was_replaced_while_it_was_hashed(desk: Desk, jude: Caller) -> None:
    """A thief who logs in again and again would stay in: a new password ends those logins alone that are open."""
    change = {"password": PASSWORD, "new_password": NEXT}
    assert told(in_the_meantime(desk, lambda: jude.post("/auth/password/", change))) == WRONG
    assert [login["is_current"] for login in jude.get("/auth/login/").json["entity"]["items"]] == [True]
    assert log_in(desk, NEXT).status_int == 200


@pytest.mark.abuse("A5")
def test_no_login_opens_for_who_was_suspended_while_the_password_was_hashed(desk: Desk, jude: Caller) -> None:
    """Else it would be good once they are let in again."""
    ada, note = desk.trader("Ada", is_staff=True), {"note": "By a stolen password."}
    path = f"/admin/suspension/{jude.id}/"
    assert told(in_the_meantime(desk, lambda: ada.post(path, note)))[0] == 403


def test_a_wrong_password_is_in_the_log_with_account_and_address(
    desk: Desk, jude: Caller, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        log_in(desk, "what was typed by mistake")
        log_in(desk, "what was typed by mistake", email="nobody@example.com")
    lines = [record.getMessage() for record in caplog.records]
    assert f"a wrong password for account {jude.id} from {HERE}" in lines[0]
    assert f"a wrong password for nobody's account from {HERE}" in lines[1]
    assert "typed" not in caplog.text
    assert "example.com" not in caplog.text
