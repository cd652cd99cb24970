"""Pages of other origins: which may call, what they may send and read."""

from __future__ import annotations

import pytest
from webtest import TestApp, TestResponse

from adapters.http.answering.cross_origin import PREFLIGHT_SECONDS
from tests.integration.http.desk import Caller, Desk, told

PAGE = "https://app.example"
NAMED = (PAGE, "http://localhost:3000")
EXPOSED = {
    "Location", "ETag", "Retry-After", "X-Request-Id", "Idempotent-Replayed", "Error-Code", "Error-Fields",
    "RateLimit", "RateLimit-Policy",
}  # fmt: skip


def preflight(app: TestApp, path: str = "/p2p/ad/", origin: str = PAGE) -> TestResponse:
    headers = {
        "Origin": origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type",
    }
    return app.options(path, headers=headers, expect_errors=True)


def said(answer: TestResponse) -> set[str]:
    """The headers by which pages of other origins are let in."""
    return {name for name in answer.headers if name.lower().startswith("access-control-")}


def listed(answer: TestResponse, header: str) -> set[str]:
    return set(answer.headers[header].split(", "))


@pytest.mark.parametrize("path", ["/p2p/ad/", "/p2p/offer/release/1/", "/auth/token/", "/admin/suspension/x/"])
def test_a_page_that_is_named_may_ask_beforehand(desk: Desk, path: str) -> None:
    answer = preflight(desk.with_services(origins=NAMED), path)
    assert (answer.status_int, answer.body) == (204, b"")
    assert answer.headers["Access-Control-Allow-Origin"] == PAGE
    assert listed(answer, "Access-Control-Allow-Methods") == {"GET", "POST", "DELETE"}
    headers = {"Authorization", "Content-Type", "Idempotency-Key", "If-Match"}
    assert listed(answer, "Access-Control-Allow-Headers") == headers
    assert answer.headers["Access-Control-Max-Age"] == str(PREFLIGHT_SECONDS)
    assert answer.headers["Vary"] == "Origin"
    assert "Access-Control-Allow-Credentials" not in answer.headers
    assert answer.headers["X-Request-Id"]


@pytest.mark.parametrize(
    "path", ["/p2p/ad/", "/auth/me/", "/p2p/ad/detail/9", "/nowhere", "/p2p/settings/", "/healthz"]
)
def test_a_page_that_is_named_may_read_every_answer(desk: Desk, jude: Caller, path: str) -> None:
    app = desk.with_services(origins=NAMED)
    for headers in (jude.headers, {}):
        answer = app.get(path, headers={**headers, "Origin": PAGE}, expect_errors=True)
        assert (answer.headers["Access-Control-Allow-Origin"], answer.headers["Vary"]) == (PAGE, "Origin")
        assert listed(answer, "Access-Control-Expose-Headers") == EXPOSED


OTHERS = [
    "https://evil.example", "http://app.example", "https://app.example:8443", "https://app.example.evil.example",
    "null", "https://APP.example", "", "*",
]  # fmt: skip


@pytest.mark.parametrize("origin", OTHERS)
def test_another_page_is_told_nothing(desk: Desk, origin: str) -> None:
    app = desk.with_services(origins=NAMED)
    refused = preflight(app, origin=origin)
    assert told(refused) == (405, "OPTIONS is not allowed here")
    answers = [refused, app.get("/p2p/settings/", headers={"Origin": origin}), app.get("/p2p/settings/")]
    assert [said(answer) for answer in answers] == [set()] * 3
    # Whoever keeps such an answer must not give it to a page that may read it, nor the other way round.
    assert [answer.headers["Vary"] for answer in answers] == ["Origin"] * 3


def test_any_page_may_call_where_the_settings_say_so(desk: Desk, jude: Caller) -> None:
    app = desk.with_services(origins=("*",))
    for origin in (PAGE, "null"):
        assert preflight(app, origin=origin).headers["Access-Control-Allow-Origin"] == "*"
        answer = app.get("/auth/me/", headers={**jude.headers, "Origin": origin})
        assert (answer.headers["Access-Control-Allow-Origin"], answer.headers["Vary"]) == ("*", "Origin")


def test_without_settings_no_page_may_call(desk: Desk) -> None:
    answer = preflight(desk.app)
    assert told(answer) == (405, "OPTIONS is not allowed here")
    assert (said(answer), "Vary" in answer.headers) == (set(), False)


def test_options_that_ask_nothing_are_refused(desk: Desk) -> None:
    app = desk.with_services(origins=NAMED)
    assert told(app.options("/p2p/ad/", headers={"Origin": PAGE}, expect_errors=True))[0] == 405


def test_a_preflight_is_counted_as_one(desk: Desk) -> None:
    app = desk.with_services(origins=NAMED)
    preflight(app)
    assert 'p2p_http_requests_total{operation="preflight",status="204"} 1.0' in app.get("/metrics").text
