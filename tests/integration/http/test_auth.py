"""Joining, logging in, staying and leaving."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from webtest import TestResponse

from adapters.tokens.argon2_passwords import Argon2Passwords
from domain.ports.tokens import Claims, TokenType
from tests.integration.http.desk import PASSWORD, Caller, Desk, success, told

ME_KEYS = {
    "id", "fullname", "country", "email_verified", "phone_number_verified", "country_verified", "has_kyc", "has_p2p",
    "is_active", "created_at", "ratings", "email", "is_staff", "updated_at",
}  # fmt: skip
ENDED = (401, "This login has ended, please log in again")
WRONG = (401, "Email or password is wrong")
SHORT = "Ensure that this field has at least 15 characters."
REQUIRED = "This field is required."
NOT_AN_EMAIL = "A valid email address is required."
NOT_A_COUNTRY = "A country code of two letters is required, as ISO 3166-1 has it."


def registration(**fields: Any) -> dict[str, Any]:
    return {"email": "jude@example.com", "fullname": "Jude", "password": PASSWORD, **fields}


def register(desk: Desk, **fields: Any) -> TestResponse:
    return desk.app.post_json("/auth/register/", registration(**fields), expect_errors=True)


def log_in(desk: Desk, email: str = "jude@example.com", password: str = PASSWORD) -> TestResponse:
    return desk.app.post_json("/auth/token/", {"email": email, "password": password}, expect_errors=True)


def refresh(desk: Desk, token: Any) -> TestResponse:
    return desk.app.post_json("/auth/token/refresh/", {"refresh": token}, expect_errors=True)


def me(desk: Desk, token: str) -> TestResponse:
    return desk.app.get("/auth/me/", headers={"Authorization": f"Bearer {token}"}, expect_errors=True)


def test_who_registers_can_log_in_and_look_at_themselves(desk: Desk) -> None:
    joined = register(desk, country="ng")
    entity = joined.json["entity"]
    assert (joined.status_int, joined.json) == (200, success("Registered successfully", entity))
    assert set(entity) == ME_KEYS
    assert (entity["email"], entity["country"], entity["is_staff"]) == ("jude@example.com", "NG", False)
    pair = log_in(desk)
    assert pair.json == success(None, pair.json["entity"])
    assert set(pair.json["entity"]) == {"access", "refresh", "expires_in"}
    assert pair.json["entity"]["expires_in"] == 1800
    assert me(desk, pair.json["entity"]["access"]).json == success(None, entity)


@pytest.mark.parametrize("country", ["", "  ", "\u200b", None])
def test_a_country_without_a_visible_character_is_none(desk: Desk, country: str | None) -> None:
    assert register(desk, country=country).json["entity"]["country"] is None


@pytest.mark.abuse("B5")
def test_no_answer_has_a_password_or_its_hash(desk: Desk) -> None:
    texts = register(desk).text + log_in(desk).text
    assert "argon2" not in texts
    assert PASSWORD not in texts


WRONG_FIELDS: list[tuple[dict[str, Any], str]] = [
    ({"email": None, "fullname": None, "password": None},
     f"(email) {REQUIRED} (fullname) {REQUIRED} (password) {REQUIRED}"),
    ({"email": "nobody"}, f"(email) {NOT_AN_EMAIL}"),
    ({"email": "a@b"}, f"(email) {NOT_AN_EMAIL}"),
    ({"email": '"a b"@example.com'}, f"(email) {NOT_AN_EMAIL}"),
    ({"email": "a@example.com>\r\nRCPT TO:<b@example.com"}, "(email) This has characters that are not allowed."),
    ({"email": "jude@exämple.com"}, f"(email) {NOT_AN_EMAIL}"),
    ({"email": "a,b@example.com"}, f"(email) {NOT_AN_EMAIL}"),
    ({"email": "x" * 65 + "@example.com"}, f"(email) {NOT_AN_EMAIL}"),
    ({"email": "a@" + "x." * 130 + "com"}, "(email) Ensure that this field has no more than 254 characters."),
    ({"email": 5}, "(email) A text is required."),
    ({"fullname": "  "}, f"(fullname) {REQUIRED}"),
    ({"fullname": "x" * 101}, "(fullname) Ensure that this field has no more than 100 characters."),
    ({"fullname": "Jude\nBcc: a@example.com"}, "(fullname) This has characters that are not allowed."),
    ({"fullname": "Jude\u2028"}, "(fullname) This has characters that are not allowed."),
    ({"fullname": "Amara\u202eeduJ"}, "(fullname) This has characters that are not allowed."),
    ({"fullname": "\u2067Jude"}, "(fullname) This has characters that are not allowed."),
    ({"fullname": "Jude\x00"}, "(fullname) This has characters that are not allowed."),
    ({"fullname": "\ud800"}, "(fullname) This has characters that are not allowed."),
    ({"password": "x" * 14}, f"(password) {SHORT}"),
    ({"password": "x" * 257}, "(password) Ensure that this field has no more than 256 characters."),
    ({"password": PASSWORD + "\x00"}, "(password) This has characters that are not allowed."),
    ({"password": 123456789012345678}, "(password) A text is required."),
    ({"country": "XX"}, f"(country) {NOT_A_COUNTRY}"),
    ({"country": "NGA"}, f"(country) {NOT_A_COUNTRY}"),
    ({"country": 12}, f"(country) {NOT_A_COUNTRY}"),
    ({"country": "\u017fs"}, f"(country) {NOT_A_COUNTRY}"),
    ({"email": "x", "password": "y", "country": "z"},
     f"(email) {NOT_AN_EMAIL} (password) {SHORT} (country) {NOT_A_COUNTRY}"),
]  # fmt: skip


@pytest.mark.abuse("A9", "H2")
@pytest.mark.parametrize(("fields", "message"), WRONG_FIELDS)
def test_a_wrong_field_is_named(still_desk: Desk, fields: dict[str, Any], message: str) -> None:
    assert told(register(still_desk, **fields)) == (400, message)


@pytest.mark.abuse("A10", "B4", "H5")
@pytest.mark.parametrize("email", ["jude@example.com", "JUDE@Example.COM"])
def test_an_address_joins_once(desk: Desk, email: str) -> None:
    register(desk)
    assert told(register(desk, email=email)) == (400, "(email) A trader with this email exists already.")


SMILES = "".join(map(chr, range(0x1F600, 0x1F640)))
PASSWORDS = ["fifteen letters", SMILES, " spaces are kept ", "tab\tand\nbreak are kept", "x" * 255 + "y"]


@pytest.mark.abuse("A9")
@pytest.mark.parametrize("password", PASSWORDS)
def test_a_password_is_kept_exactly(desk: Desk, password: str) -> None:
    register(desk, password=password)
    assert log_in(desk, password=password).status_int == 200
    for other in (password.strip() + "!", password + " ", password[:-1]):
        assert told(log_in(desk, password=other)) == WRONG


@pytest.mark.abuse("B3")
def test_nobody_joins_as_staff(desk: Desk) -> None:
    entity = register(desk, is_staff=True, has_kyc=True, id="x", is_suspended=True).json["entity"]
    assert (entity["is_staff"], entity["has_kyc"], entity["is_active"]) == (False, False, True)


@pytest.mark.abuse("A7")
def test_a_wrong_email_and_a_wrong_password_look_the_same(desk: Desk, jude: Caller) -> None:
    wrong_email, wrong_password = log_in(desk, "eve@example.com"), log_in(desk, password="wrong")
    assert told(wrong_email) == told(wrong_password) == WRONG
    assert wrong_email.body == wrong_password.body
    assert wrong_email.headers["WWW-Authenticate"] == "Bearer"


class CountedPasswords(Argon2Passwords):
    """Says how often it has hashed, which takes nearly all of a request's time."""

    times = 0

    def hash(self, password: str) -> str:
        self.times += 1
        return super().hash(password)

    def verify(self, password_hash: str | None, password: str) -> bool:
        self.times += 1
        return super().verify(password_hash, password)


@pytest.mark.abuse("A7")
@pytest.mark.parametrize(
    ("path", "more"),
    [
        ("/auth/token/", {"password": "wrong"}),
        ("/auth/password/reset/", {}),
        ("/auth/password/reset/confirm/", {"code": "12345678", "password": "a staple of batteries and a horse"}),
    ],
)
def test_as_much_is_hashed_for_an_address_that_nobody_has(
    desk: Desk, jude: Caller, path: str, more: dict[str, str]
) -> None:
    found = []
    for email in ("jude@example.com", "nobody@example.com"):
        passwords = CountedPasswords.cheapest()
        desk.with_services(passwords=passwords).post_json(path, {"email": email, **more}, expect_errors=True)
        found.append(passwords.times)
    assert found == [1, 1]


def test_an_address_is_the_same_in_any_case(desk: Desk, jude: Caller) -> None:
    assert log_in(desk, "JUDE@EXAMPLE.com").status_int == 200


@pytest.mark.parametrize("body", [{}, {"email": "jude@example.com"}, {"email": 1, "password": True}])
def test_credentials_are_both_needed(desk: Desk, body: dict[str, Any]) -> None:
    assert told(desk.app.post_json("/auth/token/", body, expect_errors=True))[0] == 400


def test_a_suspended_trader_cannot_log_in_or_stay(desk: Desk, jude: Caller) -> None:
    pair = log_in(desk).json["entity"]
    desk.suspend(jude)
    assert told(log_in(desk))[0] == 403
    assert told(refresh(desk, pair["refresh"]))[0] == 403
    # That the account is suspended is for those to know who have its password.
    assert told(log_in(desk, password="wrong")) == WRONG
    desk.suspend(jude, suspended=False)
    assert told(me(desk, pair["access"]))[0] == 401
    assert told(refresh(desk, pair["refresh"])) == ENDED
    assert log_in(desk).status_int == 200


def test_a_refresh_token_is_exchanged_once_and_its_reuse_ends_the_login(desk: Desk, jude: Caller) -> None:
    first = log_in(desk).json["entity"]
    second = refresh(desk, first["refresh"]).json["entity"]
    assert me(desk, second["access"]).status_int == 200
    assert refresh(desk, first["refresh"]).json["entity"] == second
    desk.clock.advance(seconds=10)
    assert told(refresh(desk, first["refresh"])) == ENDED
    # The thief and the owner are both out, since nobody can tell which is which.
    assert told(refresh(desk, second["refresh"])) == ENDED
    assert me(desk, second["access"]).status_int == 401
    assert me(desk, jude.token).status_int == 200


@pytest.mark.abuse("A4")
def test_an_access_token_refreshes_nothing(desk: Desk, jude: Caller) -> None:
    for token in (jude.token, "", "x", "x" * 3000):
        assert told(refresh(desk, token)) == ENDED
    assert told(refresh(desk, None)) == (400, "(refresh) This field is required.")


def test_a_refresh_token_of_a_trader_who_is_not_here_is_none(desk: Desk) -> None:
    now = desk.clock.now()
    claims = Claims(TokenType.REFRESH, uuid4(), uuid4(), uuid4(), now + timedelta(days=1))
    assert told(refresh(desk, desk.services.tokens.sign(claims, now))) == ENDED


def test_a_refresh_token_ends_with_its_time(desk: Desk, jude: Caller) -> None:
    pair = log_in(desk).json["entity"]
    desk.clock.advance(days=14)
    assert told(refresh(desk, pair["refresh"])) == ENDED


def test_a_refresh_starts_the_time_anew(desk: Desk, jude: Caller) -> None:
    pair = log_in(desk).json["entity"]
    for _ in range(3):
        desk.clock.advance(days=13)
        pair = refresh(desk, pair["refresh"]).json["entity"]
    assert me(desk, pair["access"]).status_int == 200


def test_logging_out_ends_this_login_and_no_other(desk: Desk, jude: Caller) -> None:
    pair = log_in(desk).json["entity"]
    other = Caller(desk.app, jude.trader, pair["access"])
    assert other.post("/auth/logout/").json == success("Logged out successfully")
    assert me(desk, pair["access"]).status_int == 401
    assert told(refresh(desk, pair["refresh"])) == ENDED
    assert me(desk, jude.token).status_int == 200


def leave(desk: Desk, access: str | None = None, refresh: Any = None) -> TestResponse:
    headers = {} if access is None else {"Authorization": f"Bearer {access}"}
    return desk.app.post_json("/auth/logout/", {"refresh": refresh}, headers=headers, expect_errors=True)


def has_left(desk: Desk, pair: dict[str, str]) -> bool:
    """Whether neither token of the pair is good any more."""
    return me(desk, pair["access"]).status_int == 401 and told(refresh(desk, pair["refresh"])) == ENDED


def test_an_access_token_is_proof_enough_whatever_stands_beside_it(desk: Desk, jude: Caller) -> None:
    ended = log_in(desk).json["entity"]
    leave(desk, ended["access"])
    for beside in (None, "", "nonsense", jude.token, "x" * 3000, ended["refresh"]):
        pair = log_in(desk).json["entity"]
        assert leave(desk, pair["access"], beside).json == success("Logged out successfully")
        assert has_left(desk, pair)


@pytest.mark.parametrize("access", [None, "expired", "nonsense", "refresh"])
def test_a_refresh_token_is_proof_enough(desk: Desk, jude: Caller, access: str | None) -> None:
    pair, other = log_in(desk).json["entity"], log_in(desk).json["entity"]
    desk.clock.advance(minutes=31)
    given = {"expired": pair["access"], "refresh": pair["refresh"]}.get(access or "", access)
    assert leave(desk, given, pair["refresh"]).json == success("Logged out successfully")
    assert told(refresh(desk, pair["refresh"])) == ENDED
    assert refresh(desk, other["refresh"]).status_int == 200


def test_a_refresh_token_that_was_exchanged_is_good_enough_to_leave(desk: Desk, jude: Caller) -> None:
    first = log_in(desk).json["entity"]
    second = refresh(desk, first["refresh"]).json["entity"]
    assert leave(desk, refresh=first["refresh"]).status_int == 200
    assert has_left(desk, second)


def test_a_suspended_trader_can_leave_for_good(desk: Desk, jude: Caller, amara: Caller) -> None:
    pairs = [log_in(desk).json["entity"] for _ in range(2)]
    desk.suspend(jude)
    assert leave(desk, pairs[0]["access"]).status_int == 200
    assert leave(desk, refresh=pairs[1]["refresh"]).status_int == 200
    desk.suspend(jude, False)
    assert [has_left(desk, pair) for pair in pairs] == [True, True]


def test_without_a_good_token_there_is_nothing_to_leave(desk: Desk, jude: Caller) -> None:
    pair, stolen = log_in(desk).json["entity"], log_in(desk).json["entity"]
    leave(desk, stolen["access"])
    crossed = Claims(TokenType.REFRESH, uuid4(), login_of(desk, pair), uuid4(), desk.clock.now() + timedelta(days=1))
    forged = desk.services.tokens.sign(crossed, desk.clock.now())
    for access, beside in (
        (None, None), ("nonsense", "nonsense"), (None, pair["access"]), (stolen["access"], stolen["refresh"]),
        (None, stolen["refresh"]), (None, forged), (pair["refresh"], None),
    ):  # fmt: skip
        answer = leave(desk, access, beside)
        assert told(answer) == (401, "A valid access token or refresh token is needed")
        assert answer.headers["WWW-Authenticate"] == "Bearer"
    desk.clock.advance(days=14)
    assert told(leave(desk, pair["access"], pair["refresh"]))[0] == 401


def logins(desk: Desk, token: str) -> list[dict[str, Any]]:
    answer = desk.app.get("/auth/login/", headers={"Authorization": f"Bearer {token}"})
    assert answer.json["entity"]["next"] is None
    return answer.json["entity"]["items"]  # type: ignore[no-any-return]


def end_login(desk: Desk, token: str, login_id: str) -> TestResponse:
    headers = {"Authorization": f"Bearer {token}"}
    return desk.app.delete(f"/auth/login/{login_id}/", headers=headers, expect_errors=True)


def test_a_trader_sees_where_they_are_logged_in(desk: Desk, jude: Caller, amara: Caller) -> None:
    desk.clock.advance(minutes=1)
    login = {"email": "jude@example.com", "password": PASSWORD}
    where = {"REMOTE_ADDR": "192.0.2.7", "HTTP_USER_AGENT": "a phone \xe9"}
    pair = desk.app.post_json("/auth/token/", login, extra_environ=where).json["entity"]
    opened = desk.clock.now()
    desk.clock.advance(minutes=1)
    access = refresh(desk, pair["refresh"]).json["entity"]["access"]
    newest, oldest = logins(desk, access)
    assert newest == {
        "id": str(login_of(desk, pair)),
        "created_at": opened.isoformat(timespec="microseconds"),
        "last_used_at": desk.clock.now().isoformat(timespec="microseconds"),
        "address": "192.0.2.7",
        "client": "a phone ?",
        "is_current": True,
    }
    assert (oldest["is_current"], oldest["address"], oldest["client"]) == (False, "", "")
    assert len(logins(desk, amara.token)) == 1


def test_a_trader_ends_another_login_of_their_own(desk: Desk, jude: Caller, amara: Caller) -> None:
    pair = log_in(desk).json["entity"]
    login_id = str(login_of(desk, pair))
    assert told(end_login(desk, amara.token, login_id)) == (404, "Login not found")
    assert end_login(desk, jude.token, login_id).json == success("Login ended successfully")
    assert has_left(desk, pair)
    assert told(end_login(desk, jude.token, login_id)) == (404, "Login not found")
    assert len(logins(desk, jude.token)) == 1


def login_of(desk: Desk, pair: dict[str, str]) -> UUID:
    claims = desk.services.tokens.verify(pair["access"], TokenType.ACCESS, desk.clock.now())
    assert claims is not None
    return claims.login_id


def test_two_logins_are_not_left_at_once(desk: Desk, jude: Caller) -> None:
    mine, other = log_in(desk).json["entity"], log_in(desk).json["entity"]
    answer = leave(desk, mine["access"], other["refresh"])
    assert told(answer) == (400, "(refresh) This is not the refresh token of this login.")
    assert [me(desk, pair["access"]).status_int for pair in (mine, other)] == [200, 200]
    # Once the first has ended, its access token is no good, and nobody can mistake which of the two is meant.
    leave(desk, mine["access"])
    assert leave(desk, mine["access"], other["refresh"]).status_int == 200
    assert has_left(desk, other)


def test_a_body_that_cannot_be_read_ends_nothing(desk: Desk, jude: Caller) -> None:
    assert told(leave(desk, jude.token, 5)) == (400, "(refresh) A text is required.")
    assert me(desk, jude.token).status_int == 200


@pytest.mark.abuse("A4")
def test_a_ticket_is_for_the_websocket_only(desk: Desk, jude: Caller) -> None:
    answer = jude.post("/auth/ticket/")
    entity = answer.json["entity"]
    assert answer.json == success(None, entity)
    assert entity["expires_in"] == 60
    assert me(desk, entity["ticket"]).status_int == 401


def test_tokens_say_what_they_are_for(desk: Desk, jude: Caller) -> None:
    pair = log_in(desk).json["entity"]
    tokens, now = desk.services.tokens, desk.clock.now()
    assert tokens.verify(pair["access"], TokenType.ACCESS, now) is not None
    assert tokens.verify(pair["refresh"], TokenType.REFRESH, now) is not None
    assert tokens.verify(pair["refresh"], TokenType.ACCESS, now) is None
