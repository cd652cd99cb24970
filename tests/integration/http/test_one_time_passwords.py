"""One-time passwords over HTTP. Source: docs/contract/accounts.md, "One-time passwords"."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

import pyotp
import pytest
from webtest import TestResponse

from domain.model.slowing import WRONG_OF_BOTH, WRONG_OF_ONE
from domain.use_cases.one_time_passwords import WRONG_IN_A_ROW
from tests.integration.http.desk import PASSWORD, Caller, Desk, success, told
from tests.integration.phones import Phone

REQUIRED = (400, "(otp) A one-time password is required.")
WRONG = (400, "(otp) The one-time password is wrong.")


@pytest.fixture
def phone(desk: Desk, jude: Caller) -> Phone:
    """Jude's, confirmed."""
    phone = Phone(desk.clock, jude.post("/auth/totp/").json["entity"]["secret"])
    confirmed = jude.post("/auth/totp/confirm/", {"otp": phone.shows()})
    phone.codes = confirmed.json["entity"]["recovery_codes"]
    return phone


def log_in(desk: Desk, environ: dict[str, str] | None = None, **fields: Any) -> TestResponse:
    body = {"email": "jude@example.com", "password": PASSWORD, **fields}
    return desk.app.post_json("/auth/token/", body, extra_environ=environ, expect_errors=True)


def paid_offer(jude: Caller, amara: Caller) -> str:
    offer = amara.offer(jude.ad())
    amara.post(f"/p2p/offer/paid/{offer}/")
    return f"/p2p/offer/release/{offer}/"


def test_they_are_turned_on_in_two_steps(desk: Desk, jude: Caller) -> None:
    assert jude.get("/auth/totp/").json["entity"] == {"is_on": False}
    begun = jude.post("/auth/totp/").json["entity"]
    assert set(begun) == {"secret", "uri", "qr"}
    assert pyotp.parse_uri(begun["uri"]).secret == begun["secret"]
    assert ElementTree.fromstring(begun["qr"]).tag == "{http://www.w3.org/2000/svg}svg"
    assert log_in(desk).status_int == 200
    assert told(jude.post("/auth/totp/confirm/", {"otp": "12345"})) == WRONG
    otp = pyotp.TOTP(begun["secret"]).at(desk.clock.now())
    answer = jude.post("/auth/totp/confirm/", {"otp": otp})
    assert answer.json == success("One-time passwords are on", answer.json["entity"])
    assert len(set(answer.json["entity"]["recovery_codes"])) == 10
    assert jude.get("/auth/totp/").json["entity"] == {"is_on": True}
    for path, body in (("/auth/totp/", None), ("/auth/totp/confirm/", {"otp": otp})):
        assert told(jude.post(path, body)) == (400, "One-time passwords are on already")


def test_logging_in_needs_one(desk: Desk, phone: Phone) -> None:
    answer = log_in(desk)
    assert told(answer) == (401, "A one-time password is required")
    assert answer.headers["Error-Code"] == "otp_required"
    assert told(log_in(desk, password="not the password of Jude")) == (401, "Email or password is wrong")
    # That which confirmed was used up by it.
    answer = log_in(desk, otp=phone.shows())
    assert told(answer) == (401, "The one-time password is wrong")
    assert answer.headers["Error-Code"] == "otp_wrong"
    otp = phone.next()
    assert log_in(desk, otp=otp).status_int == 200
    assert told(log_in(desk, otp=otp))[0] == 401
    assert log_in(desk, otp=phone.codes[0]).status_int == 200
    assert told(log_in(desk, otp=phone.codes[0]))[0] == 401


def test_wrong_ones_count_though_the_answer_is_no(desk: Desk, phone: Phone, jude: Caller, amara: Caller) -> None:
    release = paid_offer(jude, amara)
    for _ in range(WRONG_IN_A_ROW):
        assert told(jude.post(release, {"otp": phone.wrong()})) == WRONG
    answer = jude.post(release, {"otp": phone.shows()})
    assert told(answer) == (429, "Too many attempts; try again in 1 s")
    assert answer.headers["Retry-After"] == "1"
    assert jude.post(release, {"otp": phone.next()}).status_int == 200


@pytest.mark.parametrize("address", ["192.0.2.7", "198.51.100.9"])
def test_whoever_knows_the_password_from_elsewhere_makes_nobody_else_wait(
    desk: Desk, phone: Phone, jude: Caller, amara: Caller, address: str
) -> None:
    release, theirs = paid_offer(jude, amara), {"REMOTE_ADDR": "203.0.113.5"}
    here = {"REMOTE_ADDR": "192.0.2.7"}
    assert log_in(desk, here, otp=phone.next()).status_int == 200
    for _ in range(WRONG_OF_BOTH):
        assert told(log_in(desk, theirs, otp=phone.wrong())) == (401, "The one-time password is wrong")
    assert told(log_in(desk, theirs, otp=phone.wrong())) == (429, "Too many attempts; try again in 1 s")
    # Neither where the account was used before, nor from anywhere else, nor at a release.
    assert log_in(desk, {"REMOTE_ADDR": address}, otp=phone.next()).status_int == 200
    assert jude.post(release, {"otp": phone.next()}).status_int == 200


def test_at_logging_in_wrong_ones_of_elsewhere_wait_for_all_but_known_addresses(desk: Desk, phone: Phone) -> None:
    here = {"REMOTE_ADDR": "192.0.2.7"}
    assert log_in(desk, here, otp=phone.next()).status_int == 200
    for number in range(WRONG_OF_ONE):
        from_there = {"REMOTE_ADDR": f"203.0.113.{number}"}
        assert told(log_in(desk, from_there, otp=phone.wrong())) == (401, "The one-time password is wrong")
    assert told(log_in(desk, {"REMOTE_ADDR": "198.51.100.9"}, otp=phone.shows()))[0] == 429
    assert log_in(desk, here, otp=phone.next()).status_int == 200
    # Whoever is asked for one and gives none has guessed nothing.
    for _ in range(WRONG_OF_BOTH + 1):
        assert told(log_in(desk, here)) == (401, "A one-time password is required")
    assert log_in(desk, here, otp=phone.next()).status_int == 200


def test_a_row_of_wrong_ones_at_a_release_does_not_keep_anybody_from_logging_in(
    desk: Desk, phone: Phone, jude: Caller, amara: Caller
) -> None:
    release = paid_offer(jude, amara)
    for _ in range(WRONG_IN_A_ROW):
        assert told(jude.post(release, {"otp": phone.wrong()})) == WRONG
    assert log_in(desk, otp=phone.codes[0]).status_int == 200
    # The row stands: a login does not end it.
    assert told(jude.post(release, {"otp": phone.shows()}))[0] == 429


def test_a_release_needs_one(desk: Desk, phone: Phone, jude: Caller, amara: Caller) -> None:
    release = paid_offer(jude, amara)
    for body in (None, {}, {"otp": None}, {"otp": " "}):
        assert told(jude.post(release, body)) == REQUIRED
    assert told(jude.post(release, {"otp": 123456})) == (400, "(otp) A text is required.")
    answer = jude.post(release, {"otp": phone.wrong()})
    assert (told(answer), answer.headers["Error-Fields"]) == (WRONG, "otp")
    assert (
        told(amara.post(release, {"otp": phone.next()}))[1] == "You are not authorized to release funds on this trade"
    )
    otp = phone.shows()
    answer = jude.post(release, {"otp": otp}, idempotency_key="release")
    assert answer.json == success("Funds have been released successfully")
    assert jude.post(release, {"otp": otp}, idempotency_key="release").headers["Idempotent-Replayed"] == "true"
    assert told(jude.post(release, {"otp": phone.next()})) == (400, "Funds have already been released")


def test_a_dry_run_judges_one_and_spends_none(desk: Desk, phone: Phone, jude: Caller, amara: Caller) -> None:
    release = paid_offer(jude, amara)
    asked = f"{release}?dry_run=1"
    assert told(jude.post(asked)) == REQUIRED
    otp = phone.next()
    for _ in range(2):
        assert jude.post(asked, {"otp": otp}).json["entity"]["state"] == "completed"
    for _ in range(WRONG_IN_A_ROW):
        assert told(jude.post(asked, {"otp": phone.wrong()})) == WRONG
    assert jude.post(asked, {"otp": otp}).status_int == 429
    desk.clock.advance(seconds=2)
    assert jude.post(release, {"otp": otp}).status_int == 200


def test_the_key_of_a_program_releases_without(desk: Desk, phone: Phone, jude: Caller, amara: Caller) -> None:
    body = {"name": "Bot", "scopes": ["release"]}
    assert told(jude.post("/auth/key/", body)) == REQUIRED
    assert told(jude.post("/auth/key/", {**body, "otp": phone.wrong()})) == WRONG
    key = jude.post("/auth/key/", {**body, "otp": phone.next()}).json["entity"]["key"]
    program = Caller(desk.app, jude.trader, key)
    assert program.post(paid_offer(jude, amara)).status_int == 200


def test_they_are_turned_off_by_the_password_and_one_of_them(desk: Desk, phone: Phone, jude: Caller) -> None:
    def turn_off(**fields: Any) -> tuple[int, str]:
        return told(jude.post("/auth/totp/disable/", {"password": PASSWORD, **fields}))

    assert turn_off(password="not the password of Jude", otp=phone.next()) == (400, "(password) The password is wrong.")
    assert turn_off() == REQUIRED
    assert turn_off(otp=phone.wrong()) == WRONG
    assert jude.post("/auth/totp/disable/", {"password": PASSWORD, "otp": phone.codes[0]}).json == success(
        "One-time passwords are off"
    )
    assert turn_off() == (400, "One-time passwords are off")
    assert log_in(desk).status_int == 200


def test_nobody_else_learns_that_they_are_on(phone: Phone, jude: Caller, amara: Caller) -> None:
    assert "totp" not in amara.get(f"/p2p/trader/{jude.id}/").text
    assert "totp" not in jude.get("/auth/me/").text
