"""The cookie that keeps a page logged in. Source: docs/contract/accounts.md, "The cookie of pages"."""

from __future__ import annotations

from dataclasses import replace
from http.cookies import SimpleCookie
from typing import Any

import pytest
from webtest import TestApp, TestResponse

from adapters.http.app import make_app
from adapters.http.requests.cookies import is_loopback
from tests.integration.http.desk import PASSWORD, PUBLIC_URL, Caller, Desk, success, told
from tests.integration.http.test_auth import ENDED, me

OWN_PAGE = {"Sec-Fetch-Site": "same-origin", "Origin": PUBLIC_URL}
NOTHING = (401, "A valid access token or refresh token is needed")


class Page:
    """A browser's page: it sends what cookie it was given, and cannot read it."""

    def __init__(self, app: TestApp, **headers: str) -> None:
        self._app = app
        self._headers = headers or OWN_PAGE
        self.cookie: str | None = None
        self.attributes: dict[str, Any] = {}

    def post(self, path: str, body: Any = None, **headers: str) -> TestResponse:
        # WebTest keeps cookies by the rules of browsers, which would leave a Secure one out of plain HTTP.
        self._app.reset()
        sent = self._headers | headers | ({"Cookie": f"p2p_refresh={self.cookie}"} if self.cookie else {})
        if body is None:
            answer = self._app.post(path, headers=sent, expect_errors=True)
        else:
            answer = self._app.post_json(path, body, headers=sent, expect_errors=True)
        for line in answer.headers.getall("Set-Cookie"):
            morsel = SimpleCookie(line)["p2p_refresh"]
            self.attributes = {name: value for name, value in morsel.items() if value != ""}
            self.cookie = None if morsel["max-age"] == "0" else morsel.value
        return answer

    def log_in(self, cookie: bool = True) -> Any:
        body = {"email": "jude@example.com", "password": PASSWORD, "cookie": cookie}
        return self.post("/auth/token/", body).json["entity"]


@pytest.fixture
def page(desk: Desk, jude: Caller) -> Page:
    return Page(desk.app)


def test_a_page_gets_its_refresh_token_where_no_script_reads_it(desk: Desk, page: Page) -> None:
    entity = page.log_in()
    assert (entity["refresh"], set(entity)) == (None, {"access", "refresh", "expires_in"})
    assert me(desk, entity["access"]).status_int == 200
    kept = {"httponly": True, "secure": True, "samesite": "Strict", "path": "/auth/", "max-age": str(14 * 24 * 3600)}
    # No domain: it goes to this host alone.
    assert {name: page.attributes.get(name) for name in kept} == kept
    assert "domain" not in page.attributes


def test_without_asking_for_it_there_is_no_cookie(page: Page) -> None:
    assert page.log_in(cookie=False)["refresh"]
    assert page.cookie is None


@pytest.mark.parametrize("body", [None, {}, {"refresh": None}])
def test_a_refresh_without_a_body_uses_the_cookie_and_renews_it(desk: Desk, page: Page, body: Any) -> None:
    page.log_in()
    first = page.cookie
    entity = page.post("/auth/token/refresh/", body).json["entity"]
    assert (entity["refresh"], me(desk, entity["access"]).status_int) == (None, 200)
    assert page.cookie not in (None, first)
    assert page.post("/auth/token/refresh/", body).status_int == 200


def test_two_tabs_that_refresh_at_once_are_given_the_same(page: Page) -> None:
    page.log_in()
    first = page.cookie
    entity = page.post("/auth/token/refresh/").json["entity"]
    second, page.cookie = page.cookie, first
    assert page.post("/auth/token/refresh/").json["entity"] == entity
    assert page.cookie == second


def test_a_cookie_that_is_no_good_is_taken_away(desk: Desk, page: Page) -> None:
    page.log_in()
    first = page.cookie
    page.post("/auth/token/refresh/")
    desk.clock.advance(seconds=10)
    page.cookie = first
    assert told(page.post("/auth/token/refresh/")) == ENDED
    assert page.cookie is None
    assert told(page.post("/auth/token/refresh/")) == (400, "(refresh) This field is required.")


def test_the_body_wins(desk: Desk, page: Page) -> None:
    other = page.log_in(cookie=False)["refresh"]
    page.log_in()
    kept = page.cookie
    entity = page.post("/auth/token/refresh/", {"refresh": other}).json["entity"]
    assert (bool(entity["refresh"]), page.cookie) == (True, kept)
    page.post("/auth/logout/", {"refresh": entity["refresh"]})
    # The cookie is gone, and the login that it was of is not: it was not asked to leave.
    assert page.cookie is None
    assert told(Page(desk.app).post("/auth/token/refresh/", {"refresh": entity["refresh"]})) == ENDED
    page.cookie = kept
    assert page.post("/auth/token/refresh/").status_int == 200


def test_logging_out_takes_the_cookie_and_ends_its_login(desk: Desk, page: Page) -> None:
    access = page.log_in()["access"]
    kept = page.cookie
    assert page.post("/auth/logout/").json == success("Logged out successfully")
    assert page.cookie is None
    assert me(desk, access).status_int == 401
    page.cookie = kept
    assert told(page.post("/auth/logout/")) == NOTHING
    assert page.cookie is None


def test_logging_out_ends_what_token_and_cookie_are_of(desk: Desk, page: Page) -> None:
    """Two tabs in which one has logged in one after the other: no login is left behind that no page knows of."""
    first, second = (page.log_in()["access"] for _ in range(2))
    assert page.post("/auth/logout/", {}, Authorization=f"Bearer {first}").status_int == 200
    assert [me(desk, access).status_int for access in (first, second)] == [401, 401]


# A page elsewhere on the same site is sent the cookie by browsers, whatever its SameSite says.
@pytest.mark.parametrize(
    "others",
    [
        {"Sec-Fetch-Site": "same-site", "Origin": "https://blog.desk.example"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "https://elsewhere.example"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "https://blog.desk.example"},
        {"Origin": "https://desk.example:8443"},
        {"Origin": "null"},
    ],
)
def test_anothers_page_uses_no_cookie(desk: Desk, page: Page, others: dict[str, str]) -> None:
    access = page.log_in()["access"]
    attack = Page(desk.app, **others)
    attack.cookie = page.cookie
    assert told(attack.post("/auth/token/refresh/")) == (400, "(refresh) This field is required.")
    assert told(attack.post("/auth/logout/")) == NOTHING
    assert attack.cookie == page.cookie
    assert me(desk, access).status_int == 200


@pytest.mark.parametrize("own", [{"Origin": PUBLIC_URL}, {"Origin": "http://localhost:80"}, {"User-Agent": "curl"}])
def test_an_older_browser_and_a_program_use_it(desk: Desk, page: Page, own: dict[str, str]) -> None:
    page.log_in()
    user = Page(desk.app, **own)
    user.cookie = page.cookie
    assert user.post("/auth/token/refresh/").status_int == 200


def test_on_the_machine_itself_it_goes_without_encryption(desk: Desk, jude: Caller) -> None:
    page = Page(TestApp(make_app(replace(desk.services, public_url="http://127.0.0.1:8080"))))
    page.log_in()
    assert "secure" not in page.attributes


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://127.0.0.1:8080", True), ("http://127.9.9.9", True), ("http://[::1]:8080", True),
        ("http://localhost:8080", True), ("http://desk.localhost", True), ("http://desk.example", False),
        ("http://10.0.0.7", False), ("http://localhost.example", False),
    ],
)  # fmt: skip
def test_which_addresses_are_of_the_machine_itself(url: str, expected: bool) -> None:
    assert is_loopback(url) is expected
