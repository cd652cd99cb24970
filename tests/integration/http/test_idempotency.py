"""A request sent twice: docs/contract/http.md, "Idempotency"."""

from __future__ import annotations

from typing import Any

import pytest
from webtest import TestResponse

from adapters.http.operations import OPERATIONS
from adapters.http.requests.idempotency import Asked
from adapters.http.server.bodies import Body
from tests.integration.http.desk import PASSWORD, Caller, Desk, ad_body, failure, offer_body, told

REUSED = (422, "This Idempotency-Key was used for another request")
INVALID = (400, "The Idempotency-Key must be 1 to 255 printable ASCII characters")


def same_bytes(first: TestResponse, second: TestResponse) -> None:
    """The second answer is the first one again, and says so."""
    assert "Idempotent-Replayed" not in first.headers
    assert second.headers["Idempotent-Replayed"] == "true"
    assert second.body == first.body
    assert second.status_int == first.status_int
    assert second.headers.get("Location") == first.headers.get("Location")
    assert second.headers["X-Request-Id"] != first.headers["X-Request-Id"]


def test_an_ad_is_placed_once(jude: Caller) -> None:
    first = jude.post("/p2p/ad/", ad_body(), idempotency_key="one")
    second = jude.post("/p2p/ad/", ad_body(), idempotency_key="one")
    same_bytes(first, second)
    assert first.headers["Location"].endswith("/p2p/ad/detail/1")
    assert jude.p2p() == 900


def test_an_offer_is_made_once(jude: Caller, amara: Caller, desk: Desk) -> None:
    body = offer_body(jude.ad())
    first = amara.post("/p2p/offer/create/", body, idempotency_key="one")
    desk.clock.advance(minutes=5)
    same_bytes(first, amara.post("/p2p/offer/create/", body, idempotency_key="one"))
    assert len(amara.get("/p2p/offer/").json["entity"]["items"]) == 1


def test_a_move_of_an_offer_happens_once(jude: Caller, amara: Caller) -> None:
    offer = amara.offer(jude.ad())
    for caller, move in ((amara, "paid"), (jude, "release")):
        path = f"/p2p/offer/{move}/{offer}/"
        same_bytes(caller.post(path, idempotency_key=move), caller.post(path, idempotency_key=move))
    assert amara.p2p() == 1010


def test_coins_move_once(jude: Caller) -> None:
    body = {"crypto_currency": "trx", "amount": "1", "source": "p2p", "target": "main"}
    first = jude.post("/wallet/transfer/", body, idempotency_key="one")
    same_bytes(first, jude.post("/wallet/transfer/", body, idempotency_key="one"))
    assert jude.p2p() == 999


SPELLINGS = [
    '{"crypto_currency":"trx","amount":1.5,"source":"p2p","target":"main"}',
    ' { "target" : "main", "source": "p2p",\n "amount": 1.5, "crypto_currency": "trx" } ',
    '{"crypto_currency":"\\u0074rx","amount":1.5,"source":"p2p","target":"main"}',
]


@pytest.mark.abuse("E7")
@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("path", ["/wallet/transfer/", "/wallet/transfer"])
def test_the_spelling_of_the_body_and_the_last_slash_do_not_count(jude: Caller, path: str, spelling: str) -> None:
    headers = {**jude.headers, "Idempotency-Key": "one", "Content-Type": "application/json"}
    first = jude.app.post("/wallet/transfer/", SPELLINGS[0], headers=headers)
    same_bytes(first, jude.app.post(path, spelling, headers=headers))


def test_an_empty_body_and_an_empty_object_are_the_same(jude: Caller, amara: Caller) -> None:
    offer = amara.offer(jude.ad())
    first = amara.post(f"/p2p/offer/paid/{offer}/", idempotency_key="one")
    same_bytes(first, amara.post(f"/p2p/offer/paid/{offer}", {}, idempotency_key="one"))


OTHERS: list[tuple[str, Any]] = [
    ("/p2p/ad/", ad_body(crypto_amount="2")),
    ("/p2p/ad/", {**ad_body(), "unknown": 1}),
    ("/wallet/transfer/", ad_body()),
    ("/p2p/offer/paid/1/", ad_body()),
    ("/p2p/ad/", {}),
]


@pytest.mark.abuse("E2")
@pytest.mark.parametrize(("path", "body"), OTHERS)
def test_another_request_with_the_same_key_is_refused(jude: Caller, path: str, body: Any) -> None:
    jude.post("/p2p/ad/", ad_body(), idempotency_key="one")
    assert told(jude.post(path, body, idempotency_key="one")) == REUSED
    assert jude.p2p() == 900


def test_the_version_that_was_asked_for_belongs_to_the_request(jude: Caller, amara: Caller) -> None:
    path = f"/p2p/offer/paid/{amara.offer(jude.ad())}/"
    first = amara.post(path, idempotency_key="one", if_match='"1"')
    same_bytes(first, amara.post(path, idempotency_key="one", if_match=' "1" '))
    for other in ({}, {"if_match": "*"}, {"if_match": '"2"'}):
        assert told(amara.post(path, idempotency_key="one", **other)) == REUSED


def test_the_query_belongs_to_the_request(jude: Caller) -> None:
    jude.post("/p2p/ad/", ad_body(), idempotency_key="one")
    assert told(jude.post("/p2p/ad/?colour=red", ad_body(), idempotency_key="one")) == REUSED


def asked(query: str = "", condition: str = "") -> bytes:
    return Asked("POST", "/p2p/ad/", Body(), query, condition).fingerprint


def test_the_order_and_the_spelling_of_a_query_do_not_count_but_all_it_says_does() -> None:
    assert asked("a=1&b=%41") == asked("b=A&a=1")
    different = [asked(query) for query in ("", "a=1", "a=2", "a=", "a=1&a=1", "b=1", "a=1%26b=1", "a=1&b=1")]
    assert len(set(different)) == len(different)
    assert asked("a=1") != asked(condition="a=1")


def test_answers_that_were_kept_before_the_query_counted_are_known_again() -> None:
    kept = "0959beaf80596501763d2f26468fa9f16fc1fa05990adff4837b21a7cec935ed"
    assert asked().hex() == kept


@pytest.mark.parametrize("broken", ["{", "[]", b"\xff"])
def test_a_broken_body_with_a_used_key_is_another_request(jude: Caller, broken: str | bytes) -> None:
    jude.post("/p2p/ad/", ad_body(), idempotency_key="one")
    raw = broken if isinstance(broken, bytes) else broken.encode()
    headers = {**jude.headers, "Idempotency-Key": "one", "Content-Type": "application/json"}
    assert told(jude.app.post("/p2p/ad/", raw, headers=headers, expect_errors=True)) == REUSED


def test_a_text_and_a_number_are_not_the_same(jude: Caller) -> None:
    jude.post("/p2p/ad/", ad_body(crypto_amount="5"), idempotency_key="one")
    assert told(jude.post("/p2p/ad/", ad_body(crypto_amount=5), idempotency_key="one")) == REUSED


@pytest.mark.abuse("E2")
def test_a_key_is_its_trader_s_own(jude: Caller, amara: Caller) -> None:
    jude.post("/p2p/ad/", ad_body(), idempotency_key="one")
    other = amara.post("/p2p/ad/", ad_body(), idempotency_key="one")
    assert "Idempotent-Replayed" not in other.headers
    assert other.headers["Location"].endswith("/p2p/ad/detail/2")


@pytest.mark.abuse("E5")
def test_a_failure_is_not_kept(desk: Desk, eve: Caller) -> None:
    for _ in range(2):
        failed = eve.post("/p2p/ad/", ad_body(), idempotency_key="one")
        assert failed.json == failure("Insufficient p2p balance, please move some funds to your p2p wallet")
        assert "Idempotent-Replayed" not in failed.headers
    desk.deposit(eve.trader, "trx", "100")
    assert eve.post("/p2p/ad/", ad_body(), idempotency_key="one").status_int == 200


@pytest.mark.abuse("E5")
def test_a_corrected_body_may_use_the_key_of_one_that_was_refused(jude: Caller) -> None:
    assert jude.post("/p2p/ad/", {}, idempotency_key="one").status_int == 400
    assert jude.post("/p2p/ad/", ad_body(), idempotency_key="one").status_int == 200


KEYS = ["", "x" * 256, "é", "a\x7f", "a\tb", "\x00"]


@pytest.mark.abuse("E3")
@pytest.mark.parametrize("key", KEYS)
def test_what_is_no_key_is_refused(jude: Caller, key: str) -> None:
    assert told(jude.post("/p2p/ad/", ad_body(), idempotency_key=key)) == INVALID
    assert jude.p2p() == 1000


@pytest.mark.parametrize("key", ["x", "x" * 255, "two words", "~!'\"{}"])
def test_any_printable_key_is_taken(jude: Caller, key: str) -> None:
    assert jude.post("/p2p/ad/", ad_body(), idempotency_key=key).status_int == 200


def test_the_token_comes_before_the_key_and_the_key_before_the_body(desk: Desk, jude: Caller) -> None:
    headers = {"Idempotency-Key": "é"}
    assert told(desk.app.post("/p2p/ad/", headers=headers, expect_errors=True))[0] == 401
    assert told(jude.post("/p2p/ad/", {}, idempotency_key="é")) == INVALID


@pytest.mark.abuse("E8")
def test_a_stored_answer_is_for_those_who_may_still_ask(desk: Desk, jude: Caller) -> None:
    jude.post("/p2p/ad/", ad_body(), idempotency_key="one")
    desk.suspend(jude)
    assert told(jude.post("/p2p/ad/", ad_body(), idempotency_key="one"))[0] == 403


@pytest.mark.abuse("E6")
def test_a_key_is_known_for_24_hours(desk: Desk, jude: Caller) -> None:
    jude.post("/p2p/ad/", ad_body(), idempotency_key="one")
    desk.clock.advance(hours=24)
    later = again(desk, jude)
    assert later.post("/p2p/ad/", ad_body(), idempotency_key="one").headers["Idempotent-Replayed"] == "true"
    desk.clock.advance(microseconds=1)
    assert "Idempotent-Replayed" not in again(desk, jude).post("/p2p/ad/", ad_body(), idempotency_key="one").headers


def again(desk: Desk, caller: Caller) -> Caller:
    body = {"email": caller.trader.email, "password": PASSWORD}
    return Caller(desk.app, caller.trader, desk.app.post_json("/auth/token/", body).json["entity"]["access"])


def test_a_key_means_nothing_where_nothing_is_written_or_under_auth(jude: Caller) -> None:
    for _ in range(2):
        assert "Idempotent-Replayed" not in jude.get("/p2p/ad/", idempotency_key="one").headers
        first = jude.post("/auth/ticket/", idempotency_key="one")
        assert "Idempotent-Replayed" not in first.headers


def test_every_post_with_a_token_outside_auth_takes_a_key() -> None:
    taking = {operation.name for operation in OPERATIONS if operation.takes_key}
    expected = {
        operation.name
        for operation in OPERATIONS
        if operation.method == "POST" and not operation.path.startswith("/auth/")
    }
    assert taking == expected
