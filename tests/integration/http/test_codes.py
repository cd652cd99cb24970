"""The word that every failure has: docs/contract/http.md, "Codes".

Every answer of every test of HTTP is held against the codes that the API document lists for it (``conformance``).
These tests hold the document against what is answered: each code that HTTP itself has is provoked at each operation.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from webtest import TestResponse

from adapters.http.app import make_app
from adapters.http.documents.openapi import described_operations
from adapters.http.documents.openapi_examples import example_of
from adapters.http.documents.openapi_failures import failures
from adapters.http.operation import Operation
from adapters.http.replies.origins import Origins
from adapters.http.replies.rejections import RateLimited
from adapters.http.requests.security import Caller as Who
from adapters.http.server.bodies import BODY_BYTES_LIMIT
from adapters.http.server.connections import SERVER_REJECTIONS
from adapters.http.server.http_server import HttpServer, ThreadCounts, serve
from domain import every_refusal
from domain.errors import CommitUnknown, StoreUnavailable
from domain.ports.keys import Scope
from tests.integration.http.desk import Caller, Desk, ad_body, new_store, offer_body, told
from tests.integration.http.faults import BreakableStore
from tests.integration.http.test_framework import path_of
from tests.integration.http.wire import Wire

DESCRIBED = described_operations()
PAGE = "https://app.example"
JSON = "application/json"
# What needs two requests at once, a proxy, a broken desk or a server is told by the tests further down and by others.
ELSEWHERE = {
    "idempotency_conflict", "idempotency_mismatch", "internal", "unavailable", "outcome_unknown", "ad_not_found",
    "offer_not_found", "trader_not_found", RateLimited.code, *(one.code for one in SERVER_REJECTIONS.values()),
}  # fmt: skip


def code(answer: TestResponse) -> str:
    """The code of an answer that says no."""
    told(answer)
    return str(answer.headers["Error-Code"])


class Asked:
    """One operation, asked in many wrong ways by somebody who may call it."""

    def __init__(self, operation: Operation) -> None:
        self.operation = operation
        self.desk = Desk()
        self.staff = self.desk.trader("Ada", is_staff=True)

    def ask(
        self, path: str = "", body: bytes = b"", by: Caller | None = None, *, method: str = "", **headers: str
    ) -> TestResponse:
        """What is answered to one request; unless told otherwise, to a good one."""
        sent = {**(by or self.staff).headers, **{name.replace("_", "-"): text for name, text in headers.items()}}
        return self.desk.app.request(
            path or path_of(self.operation),
            method=method or self.operation.method,
            headers=sent,
            body=body,
            expect_errors=True,
        )

    def answers(self) -> Iterator[TestResponse]:
        operation = self.operation
        yield self.ask(method="PATCH")
        if "{" in operation.path:
            yield self.ask(operation.path.partition("{")[0] + "none~at~all")
        if not operation.media:
            yield self.ask(path_of(operation) + "?nothing=1", self._good_body(), Content_Type=self._type)
            yield self.ask(path_of(operation) + "?nothing=%FF", self._good_body(), Content_Type=self._type)
        if operation.takes_key:
            yield self.ask(Idempotency_Key="")
        if operation.takes_version:
            yield self.ask(body=self._good_body(), Content_Type=self._type, If_Match="1")
        yield from self._wrong_callers() if operation.caller is not Who.ANYONE else ()
        if operation.may_have_token:
            yield self.ask(by=self._program())
        yield from self._wrong_bodies() if operation.takes_body else ()

    @property
    def _type(self) -> str:
        return JSON if self.operation.prepare is None else "application/pdf"

    def _good_body(self) -> bytes:
        """The body comes before the query."""
        if self.operation.prepare is not None:
            return b"%PDF-1.7"
        return b"" if self.operation.body is None else json.dumps(example_of(self.operation.body)).encode()

    def _wrong_callers(self) -> Iterator[TestResponse]:
        yield self.ask(Authorization="")
        yield self.ask(Authorization="Bearer none")
        eve, mallory = self.desk.trader("Eve"), self.desk.trader("Mallory")
        self.desk.suspend(mallory)
        yield self.ask(by=mallory)
        yield self.ask(by=self._program())
        if self.operation.caller is Who.STAFF:
            yield self.ask(by=eve)

    def _program(self) -> Caller:
        """By a key that was given all but what is needed."""
        scopes = [scope.value for scope in Scope if scope is not self.operation.scope]
        made = self.staff.post("/auth/key/", {"name": "bot", "scopes": scopes}).json["entity"]
        return Caller(self.desk.app, self.staff.trader, made["key"])

    def _wrong_bodies(self) -> Iterator[TestResponse]:
        yield self.ask(body=b"{", Content_Type=JSON)
        yield self.ask(body=b"a=1", Content_Type="application/x-www-form-urlencoded")
        yield self.ask(body=b"x" * (BODY_BYTES_LIMIT + 1), Content_Type=JSON)


@pytest.mark.parametrize("operation", DESCRIBED, ids=[operation.name for operation in DESCRIBED])
def test_http_answers_every_code_that_is_listed(operation: Operation) -> None:
    told_of_rules = {kind.code for kind in operation.refusals} - {"invalid_fields"}
    listed = {failure.code for failure in failures(operation)} - told_of_rules - ELSEWHERE
    # Logging out and in by what is no good is for the tests of logins.
    listed -= {"no_token", "bad_token", "suspended"} if operation.caller is Who.ANYONE else set()
    answered = {code(answer) for answer in Asked(operation).answers()}
    assert answered - told_of_rules - ELSEWHERE == listed


def test_nobody_is_told_that_a_code_means_two_things() -> None:
    """A code has one status, but those of what is not found, which say so whatever the status."""
    statuses: dict[str, set[int]] = {}
    for operation in DESCRIBED:
        for failure in failures(operation):
            statuses.setdefault(failure.code, set()).add(failure.status)
    assert {word for word, found in statuses.items() if len(found) > 1} == {"offer_not_found"}


@pytest.mark.parametrize(
    ("message", "word"),
    [
        ("Ad not found", "ad_not_found"),
        ("Offer not found", "offer_not_found"),
        ("Trader not found", "trader_not_found"),
    ],
)
def test_what_is_not_found_is_named_by_its_code(message: str, word: str) -> None:
    told_so = {failure.code for operation in DESCRIBED for failure in failures(operation) if failure.message == message}
    assert told_so == {word}


def test_a_hidden_offer_has_its_code(jude: Caller, amara: Caller, eve: Caller) -> None:
    offer = amara.offer(jude.ad())
    for path in (f"/p2p/offer/detail/{offer}", "/p2p/offer/detail/999"):
        answer = eve.get(path)
        assert (answer.status_int, code(answer)) == (404, "offer_not_found")


def test_fields_are_named_in_the_order_of_the_message(jude: Caller) -> None:
    answer = jude.post("/p2p/ad/", {"price_per_unit": "x", "crypto_amount": "1e5", "ad_type": "sell"})
    assert code(answer) == "invalid_fields"
    named = answer.headers["Error-Fields"].split(", ")
    places = [answer.json["message"].index(f"({name}) ") for name in named]
    assert places == sorted(places)
    assert {"price_per_unit", "crypto_amount", "fiat_currency"} <= set(named)


@pytest.mark.parametrize("number", [-1, 10**18, "9" * 50])
def test_a_number_that_no_ad_can_have_is_an_unknown_ad(jude: Caller, number: int | str) -> None:
    answer = jude.post("/p2p/offer/create/", offer_body(0) | {"ad": number})
    assert told(answer) == (400, f'(ad) Invalid pk "{number}" - object does not exist.')
    assert (code(answer), answer.headers["Error-Fields"]) == ("unknown_ad", "ad")
    # Of the shape of another field is told first, as where the ad might be.
    answer = jude.post("/p2p/offer/create/", offer_body(0, "x") | {"ad": number})
    assert (code(answer), answer.headers["Error-Fields"]) == ("invalid_fields", "currency_amount")


def test_an_unknown_ad_is_a_field(jude: Caller) -> None:
    answer = jude.post("/p2p/offer/create/", {"ad": 0, "currency_amount": "1"})
    assert (code(answer), answer.headers["Error-Fields"]) == ("unknown_ad", "ad")


@pytest.mark.parametrize("ad", [999, -1])
def test_the_shape_comes_before_the_unknown_ad(jude: Caller, ad: int) -> None:
    answer = jude.post("/p2p/offer/create/", {"ad": ad, "currency_amount": "x"})
    assert (code(answer), answer.headers["Error-Fields"]) == ("invalid_fields", "currency_amount")


def test_parameters_are_fields(jude: Caller) -> None:
    answer = jude.get("/p2p/ad/?sort=up&limit=1&limit=2&page=3")
    assert (code(answer), answer.headers["Error-Fields"]) == ("invalid_fields", "sort, limit, page")
    answer = jude.get("/p2p/ad/?cursor=x")
    assert (code(answer), answer.headers["Error-Fields"]) == ("invalid_fields", "cursor")


def test_an_answer_that_says_yes_has_no_code(jude: Caller) -> None:
    answer = jude.post("/p2p/ad/", ad_body())
    assert answer.status_int == 200
    assert not {"Error-Code", "Error-Fields"} & set(answer.headers)


def test_a_key_of_another_request_has_its_code(jude: Caller) -> None:
    jude.post("/p2p/ad/", ad_body(), idempotency_key="one")
    assert code(jude.post("/p2p/ad/", ad_body(crypto_amount="2"), idempotency_key="one")) == "idempotency_mismatch"


def test_leaving_without_a_token_is_told_from_leaving_by_a_bad_one(desk: Desk) -> None:
    for body, headers, word in (
        ({}, {}, "no_token"),
        ({"refresh": "x"}, {}, "bad_token"),
        ({}, {"Authorization": "Bearer x"}, "bad_token"),
    ):
        answer = desk.app.post_json("/auth/logout/", body, headers=headers, expect_errors=True)
        assert code(answer) == word


def test_a_store_that_is_away_and_a_commit_that_nobody_knows_of_are_told_apart() -> None:
    store = BreakableStore(new_store())
    jude = Desk(store=store).trader("Jude", trx="1000")
    store.on_begin.append(StoreUnavailable("away"))
    assert code(jude.post("/p2p/ad/", ad_body())) == "unavailable"
    store.on_commit.append(CommitUnknown("the line broke"))
    assert code(jude.post("/p2p/ad/", ad_body())) == "outcome_unknown"
    store.on_commit.append(RuntimeError("broken"))
    assert code(jude.post("/p2p/ad/", ad_body())) == "internal"


def test_the_codes_of_rules_and_of_http_are_no_others() -> None:
    """But for a wrong field, which both find."""
    of_rules = {kind.code for kind in every_refusal()} - {"invalid_fields", "version_mismatch"}
    of_http = {one.code for one in SERVER_REJECTIONS.values()} | {"no_token", "bad_token", "not_found", "bad_json"}
    assert not of_rules & of_http


# What the server answers before it is a request at all.

LONG = "X-Long: " + "x" * 20_000
REFUSED = {
    "bad_request": (400, ("POST /p2p/ad/ HTTP/1.1", f"Origin: {PAGE}")),
    "too_large": (413, ("POST /p2p/ad/ HTTP/1.1", "Host: desk", "Content-Length: 99999999", f"Origin: {PAGE}")),
    "headers_too_large": (431, ("GET /healthz HTTP/1.1", "Host: desk", f"Origin: {PAGE}", LONG)),
    "unknown_encoding": (501, ("POST /p2p/ad/ HTTP/1.1", "Host: desk", "Transfer-Encoding: gzip", f"origin:{PAGE}")),
}


def read_on_the_wire(
    origins: tuple[str, ...], lines: tuple[str, ...], app: object = None
) -> tuple[int, dict[str, str]]:
    """Status and headers of what a server answers whose desk lets pages of these origins call."""
    application = app or make_app(Desk().services)
    server: HttpServer = serve(application, "127.0.0.1", 0, ThreadCounts(1), origins=Origins(origins))  # type: ignore[arg-type]
    server.start()
    wire = Wire(server, of_a_desk=app is None).send(*lines)
    status, headers, _ = wire.answer()
    wire.close()
    server.stop(0)
    return status, headers


@pytest.mark.parametrize("word", REFUSED)
def test_the_server_itself_tells_the_code_to_the_page_that_may_read_it(word: str) -> None:
    status, lines = REFUSED[word]
    answered, headers = read_on_the_wire((PAGE,), lines)
    assert (answered, headers["error-code"]) == (status, word)
    assert (headers["access-control-allow-origin"], headers["vary"]) == (PAGE, "Origin")
    assert "Error-Code" in headers["access-control-expose-headers"]


@pytest.mark.parametrize("word", REFUSED)
def test_the_server_itself_tells_other_pages_nothing(word: str) -> None:
    _, lines = REFUSED[word]
    _, headers = read_on_the_wire(("https://other.example",), lines)
    assert (headers["vary"], "access-control-allow-origin" in headers) == ("Origin", False)
    _, headers = read_on_the_wire((), lines)
    assert not {"vary", "access-control-allow-origin"} & set(headers)


def test_a_fault_of_the_application_itself_is_told_so_too() -> None:
    def broken(environ: object, start_response: object) -> list[bytes]:
        raise RuntimeError("a secret that nobody may read")

    status, headers = read_on_the_wire((PAGE,), ("GET / HTTP/1.1", "Host: desk", f"Origin: {PAGE}"), broken)
    assert (status, headers["error-code"]) == (500, "internal")
    assert headers["access-control-allow-origin"] == PAGE


def test_garbage_in_the_middle_of_a_body_is_told_to_its_page() -> None:
    server = serve(make_app(Desk().services), "127.0.0.1", 0, ThreadCounts(1), origins=Origins((PAGE,)))
    server.start()
    head = ("POST /p2p/ad/ HTTP/1.1", "Host: desk", "Transfer-Encoding: chunked", f"Origin: {PAGE}")
    wire = Wire(server, of_a_desk=True).send(*head, body=b"no length\r\n")
    status, headers, _ = wire.answer()
    wire.close()
    server.stop(0)
    assert (status, headers["error-code"], headers["access-control-allow-origin"]) == (400, "bad_request", PAGE)
