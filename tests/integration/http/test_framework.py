"""What HTTP itself answers: paths, methods, failures of the store, and what the operator looks at."""

from __future__ import annotations

import logging
import re
from typing import Any
from uuid import UUID

import pytest
from transaction.interfaces import TransientError

from adapters.http.operation import Operation
from adapters.http.operations import OPERATIONS
from domain.errors import CommitUnknown, ConcurrentChange, StoreUnavailable
from tests.integration.http.desk import Caller, Desk, ad_body, new_store, success, told
from tests.integration.http.faults import BreakableStore

UNKNOWN = (404, "There is nothing at this address")
UNAVAILABLE = "The desk cannot answer right now, please try again in a moment"
IDS = {
    "ad_id": "1",
    "offer_id": "1",
    "trader_id": str(UUID(int=9, version=4)),
    "webhook_id": str(UUID(int=9, version=4)),
    "key_id": str(UUID(int=9, version=4)),
    "login_id": str(UUID(int=9, version=4)),
    "crypto_currency": "trx",
    "number": "1",
    "method_id": "1",
}
OPERATION_IDS = [operation.name for operation in OPERATIONS]


def path_of(operation: Operation) -> str:
    return operation.path.format(**IDS, asset="docs.css")


@pytest.mark.parametrize("operation", OPERATIONS, ids=OPERATION_IDS)
def test_a_path_answers_with_and_without_its_last_slash(still_desk: Desk, operation: Operation) -> None:
    bare = path_of(operation).rstrip("/")
    paths = (bare, f"{bare}/")
    answers = [still_desk.app.request(path, method=operation.method, expect_errors=True) for path in paths]
    assert answers[0].status_int == answers[-1].status_int
    assert answers[0].status_int not in (301, 307, 308, 404, 405, 500)
    assert answers[0].status_int != 302


@pytest.mark.abuse("B9")
@pytest.mark.parametrize("operation", OPERATIONS, ids=OPERATION_IDS)
def test_every_other_method_is_refused_and_the_right_ones_are_named(still_desk: Desk, operation: Operation) -> None:
    path = path_of(operation)
    allowed = {other.method for other in OPERATIONS if other.path == operation.path}
    if "GET" in allowed:
        allowed.add("HEAD")
    for method in {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"} - allowed:
        answer = still_desk.app.request(path, method=method, expect_errors=True)
        assert told(answer) == (405, f"{method} is not allowed here")
        assert set(answer.headers["Allow"].split(", ")) == allowed


def test_head_is_get_without_a_body(desk: Desk, jude: Caller) -> None:
    for path in ("/auth/me/", "/p2p/ad/", "/healthz"):
        answer = desk.app.head(path, headers=jude.headers)
        assert (answer.status_int, answer.body) == (200, b"")


PATHS = [
    "/p2p", "/p2p/ad/detail", "/p2p/ad/detail//", "/p2p/ad/detail/1//", "/P2P/ad/", "/p2p/ad/1", "/auth/",
    "/admin/", "/p2p/offer/paid/", "/index.html", "/static/", "/docs/../app.py", "/docs/LICENSE", "/docs/x.js",
]  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_an_unknown_path_is_not_found(still_jude: Caller, path: str) -> None:
    assert told(still_jude.get(path)) == UNKNOWN


SPELLINGS = ["-1", "1.0", "x", "1e1", " 1", "1;DROP", "9" * 19, "0x1", "%EF%BC%91", "%D9%A1", "1%00", "%FF", "+1"]


@pytest.mark.abuse("F8")
@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("path", ["/p2p/ad/detail/{}", "/p2p/offer/detail/{}", "/p2p/offer/detail/{}/"])
def test_an_id_in_a_path_is_1_to_18_digits(still_jude: Caller, path: str, spelling: str) -> None:
    assert told(still_jude.get(path.format(spelling))) == UNKNOWN


def test_ids_up_to_18_digits_are_looked_up(jude: Caller, amara: Caller) -> None:
    jude.ad()
    assert jude.get("/p2p/ad/detail/000000000000000001").json["entity"]["id"] == 1
    assert told(jude.get("/p2p/ad/detail/999999999999999999")) == (404, "Ad not found")
    assert told(jude.post("/p2p/offer/paid/0/")) == (400, "Offer not found")


def test_every_answer_has_an_id_of_its_own_and_is_kept_by_nobody(desk: Desk, jude: Caller) -> None:
    mine = "00000000-aaaa-4aaa-8aaa-000000000000"
    ids = set()
    for path in ("/auth/me/", "/p2p/ad/detail/5", "/nowhere", "/healthz", "/docs/", "/openapi.json"):
        answer = jude.get(path, x_request_id=mine)
        ids.add(answer.headers["X-Request-Id"])
        if answer.content_type == "application/json":
            assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert len(ids) == 6
    assert mine not in ids


def test_the_websocket_s_path_names_its_address(desk: Desk) -> None:
    answer = desk.app.get("/ws/p2p/?token=x", expect_errors=True)
    assert told(answer) == (426, "The websocket is at wss://desk.example/ws/p2p/")


@pytest.fixture
def store() -> BreakableStore:
    return BreakableStore(new_store())


@pytest.fixture
def breakable(store: BreakableStore) -> Desk:
    return Desk(store=store)


@pytest.fixture
def trader(breakable: Desk) -> Caller:
    return breakable.trader("Jude", trx="1000")


@pytest.mark.abuse("J2")
def test_a_fault_of_ours_is_told_without_a_trace_and_logged_with_one(
    store: BreakableStore, trader: Caller, caplog: pytest.LogCaptureFixture
) -> None:
    store.on_begin.append(RuntimeError("a secret that nobody may read"))
    answer = trader.get("/auth/me/")
    request_id = answer.headers["X-Request-Id"]
    assert told(answer) == (500, f"Something went wrong on our side (request {request_id})")
    record = next(record for record in caplog.records if record.levelno == logging.ERROR)
    assert request_id in record.getMessage()
    assert record.exc_info is not None


def test_a_store_that_is_away_means_come_back(store: BreakableStore, trader: Caller) -> None:
    store.on_begin.append(StoreUnavailable("no connection"))
    before = store.units
    answer = trader.post("/p2p/ad/", ad_body())
    assert told(answer) == (503, UNAVAILABLE)
    assert answer.headers["Retry-After"] == "2"
    assert store.units - before == 1


def test_an_unknown_commit_is_not_tried_again(store: BreakableStore, trader: Caller) -> None:
    store.on_commit.append(CommitUnknown("the line broke"))
    before = store.units
    answer = trader.post("/p2p/ad/", ad_body())
    assert answer.status_int == 503
    assert "may or may not have happened" in told(answer)[1]
    assert answer.headers["Retry-After"] == "2"
    assert store.units - before == 1


class Deadlock(TransientError):  # type: ignore[misc]
    """An error that says by its class that the whole unit may be tried again, as a database's would."""


@pytest.mark.parametrize("error", [ConcurrentChange("a row moved"), Deadlock("two waited for each other")])
@pytest.mark.parametrize("where", ["on_begin", "on_commit"])
def test_what_is_safe_to_try_again_is_tried_again(
    store: BreakableStore, trader: Caller, error: Exception, where: str
) -> None:
    getattr(store, where).extend([error, error])
    before = store.units
    answer = trader.post("/p2p/ad/", ad_body(), idempotency_key="one")
    assert answer.json == success("Ad created successfully")
    assert store.units - before == 3
    assert trader.p2p() == 900


def test_three_tries_are_enough(store: BreakableStore, trader: Caller, caplog: pytest.LogCaptureFixture) -> None:
    store.on_begin.extend(ConcurrentChange("a row moved") for _ in range(3))
    answer = trader.post("/p2p/ad/", ad_body())
    assert told(answer) == (503, UNAVAILABLE)
    assert trader.p2p() == 1000
    # One line for the request, and none for the tries that were followed by another.
    assert len([record for record in caplog.records if record.levelno >= logging.WARNING]) == 1


def test_a_refusal_leaves_nothing_behind(store: BreakableStore, trader: Caller) -> None:
    """The commit would fail if there were one: a failure is rolled back."""
    store.on_commit.append(RuntimeError("a commit that nobody asked for"))
    assert told(trader.post("/p2p/ad/", ad_body(crypto_amount="5000")))[0] == 400


@pytest.mark.abuse("I7")
def test_liveness_is_green_and_readiness_red_while_the_store_is_away(store: BreakableStore, breakable: Desk) -> None:
    assert breakable.app.get("/readyz").json == {"status": "ready"}
    store.on_begin.append(StoreUnavailable("no connection"))
    answer = breakable.app.get("/readyz", expect_errors=True)
    assert told(answer) == (503, "The desk is not ready")
    assert answer.headers["Retry-After"] == "2"
    store.on_begin.append(StoreUnavailable("no connection"))
    assert breakable.app.get("/healthz").json == {"status": "ok"}


@pytest.mark.parametrize("query", ["writes=1", "writes", "writes=yes", "probe=a&writes=1"])
def test_readiness_of_writing_is_another(store: BreakableStore, breakable: Desk, query: str) -> None:
    assert breakable.app.get(f"/readyz?{query}").json == {"status": "ready"}
    store.on_write.append(StoreUnavailable("read-only"))
    assert breakable.app.get("/readyz").json == {"status": "ready"}
    answer = breakable.app.get(f"/readyz?{query}", expect_errors=True)
    assert told(answer) == (503, "The desk is not ready")
    assert breakable.app.get("/readyz?%ff=1").json == {"status": "ready"}


def test_figures_count_operations_and_statuses(desk: Desk, jude: Caller) -> None:
    jude.get("/auth/me/")
    jude.get("/auth/me")
    jude.get("/p2p/ad/detail/5")
    jude.get("/nowhere")
    text = desk.app.get("/metrics").text
    assert 'p2p_http_requests_total{operation="me",status="200"} 2.0' in text
    assert 'p2p_http_requests_total{operation="ad_detail",status="404"} 1.0' in text
    assert 'p2p_http_requests_total{operation="unknown",status="404"} 1.0' in text
    assert 'p2p_http_request_seconds_count{operation="me"} 2.0' in text


@pytest.mark.abuse("G9")
def test_the_log_has_no_token_and_no_query(desk: Desk, jude: Caller, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        jude.get("/p2p/ad/?crypto_currency=canary")
        desk.app.get("/ws/p2p/?token=canary", expect_errors=True)
        desk.app.post_json("/auth/token/", {"email": "canary@x.com", "password": "canary"}, expect_errors=True)
    assert [record for record in caplog.records if "canary" in record.getMessage()] == []
    assert jude.token not in caplog.text


def test_the_document_can_be_tried_out_with_everything_from_the_desk(desk: Desk) -> None:
    page = desk.app.get("/docs/")
    assert page.content_type == "text/html"
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "http" not in policy
    asked = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert len(asked) == 5
    kinds = {"css": "text/css", "js": "text/javascript", "png": "image/png"}
    for path in asked:
        assert path.startswith("/docs/")
        answer = desk.app.get(path)
        assert answer.content_type == kinds[path.rsplit(".", 1)[1]]
        assert answer.headers["Content-Security-Policy"] == policy
    assert 'id="token"' in page.text


def test_a_browser_finds_the_icon(desk: Desk) -> None:
    answer = desk.app.get("/favicon.ico")
    assert answer.content_type == "image/x-icon"
    # One picture, whose bytes are a PNG.
    assert answer.body[:6] == b"\0\0\1\0\1\0"
    assert answer.body[22:30] == b"\x89PNG\r\n\x1a\n"


def test_the_page_asks_for_nothing_of_anybody_else(desk: Desk) -> None:
    for path in ("/docs/", "/docs/docs.js", "/docs/docs.css"):
        assert not re.search(r"(https?:)?//[a-z]", desk.app.get(path).text)


def test_a_desk_s_address_is_not_taken_from_the_request(desk: Desk, jude: Caller) -> None:
    headers: dict[str, Any] = {**jude.headers, "Host": "evil.example"}
    answer = desk.app.post_json("/p2p/ad/", ad_body(), headers=headers)
    assert answer.headers["Location"] == "https://desk.example/p2p/ad/detail/1"
