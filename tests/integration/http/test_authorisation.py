"""Who may call: every operation of the table, tried by everybody who may not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import jwt
import pytest
from webtest import TestResponse

from adapters.http.operation import Operation
from adapters.http.operations import OPERATIONS
from adapters.http.requests.security import Caller as Callers
from domain.ports.tokens import Claims, TokenType
from tests.integration.http.desk import PASSWORD, Caller, Desk, offer_body, told

NO_TOKEN = (401, "A valid access token is needed")
IDS = {
    "number": "1",
    "ad_id": "1",
    "offer_id": "1",
    "method_id": "1",
    "trader_id": str(uuid4()),
    "key_id": str(uuid4()),
    "login_id": str(uuid4()),
    "crypto_currency": "trx",
    "asset": "docs.css",
}
WITH_TOKEN = [operation for operation in OPERATIONS if operation.caller is not Callers.ANYONE]
OF_STAFF = [operation for operation in OPERATIONS if operation.caller is Callers.STAFF]


def name_of(operation: Operation) -> str:
    return operation.name


def call(desk: Desk, operation: Operation, headers: dict[str, str]) -> TestResponse:
    path = operation.path.format(**IDS)
    return desk.app.request(path, method=operation.method, headers=headers, expect_errors=True)


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@pytest.mark.abuse("A1")
@pytest.mark.parametrize("operation", WITH_TOKEN, ids=name_of)
def test_nothing_without_a_good_token(still_desk: Desk, still_jude: Caller, operation: Operation) -> None:
    token, credentials = still_jude.token, {"email": "jude@example.com", "password": PASSWORD}
    refresh = still_desk.app.post_json("/auth/token/", credentials).json["entity"]["refresh"]
    for headers in (
        {},
        {"Authorization": ""},
        {"Authorization": "Basic anVkZTpzZWNyZXQ="},
        {"Authorization": token},
        {"Authorization": f"Bearer {token}, Bearer {token}"},
        bearer(""),
        bearer("nonsense"),
        bearer(token[:-4] + "AAAA"),
        bearer(token + "="),
        bearer(token + " "),
        bearer("x" * 5000),
        bearer(refresh),
    ):
        answer = call(still_desk, operation, headers)
        assert told(answer) == NO_TOKEN, headers
        assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.abuse("A5")
@pytest.mark.parametrize("operation", WITH_TOKEN, ids=name_of)
def test_nothing_for_a_suspended_trader(still_desk: Desk, operation: Operation) -> None:
    caller = still_desk.trader(f"Mallory.{operation.name}", is_staff=True)
    still_desk.suspend(caller)
    message = "Your account is suspended, please contact support"
    assert told(call(still_desk, operation, caller.headers)) == (403, message)


@pytest.mark.abuse("A5")
@pytest.mark.parametrize("operation", WITH_TOKEN, ids=name_of)
def test_nothing_after_logging_out(still_desk: Desk, operation: Operation) -> None:
    caller = still_desk.trader(f"Gone.{operation.name}")
    caller.post("/auth/logout/")
    assert told(call(still_desk, operation, caller.headers)) == NO_TOKEN


@pytest.mark.abuse("A5")
@pytest.mark.parametrize("operation", WITH_TOKEN, ids=name_of)
def test_nothing_once_the_token_has_expired(still_desk: Desk, still_jude: Caller, operation: Operation) -> None:
    claims = still_desk.services.tokens.verify(still_jude.token, TokenType.ACCESS, still_desk.clock.now())
    assert claims is not None
    before = still_desk.clock.now() - timedelta(hours=1)
    expired = still_desk.services.tokens.sign(replace(claims, expires_at=before + timedelta(minutes=30)), before)
    assert told(call(still_desk, operation, bearer(expired))) == NO_TOKEN


@pytest.mark.abuse("B9")
@pytest.mark.parametrize("operation", OF_STAFF, ids=name_of)
def test_nothing_of_staff_s_for_others(still_desk: Desk, still_jude: Caller, operation: Operation) -> None:
    assert told(call(still_desk, operation, still_jude.headers)) == (403, "This is for staff only")


@pytest.mark.abuse("B9")
def test_staff_s_operations_are_those_under_admin() -> None:
    assert {operation.path.startswith("/admin/") for operation in OF_STAFF} == {True}
    assert [op.name for op in OPERATIONS if op.path.startswith("/admin/") and op not in OF_STAFF] == []


def test_a_token_ends_with_its_time(desk: Desk, jude: Caller) -> None:
    # The first call has the signature remembered, the second must see the time all the same.
    assert jude.get("/auth/me/").status_int == 200
    desk.clock.advance(minutes=30)
    assert told(jude.get("/auth/me/")) == NO_TOKEN


def test_a_remembered_token_ends_with_its_login(desk: Desk, jude: Caller) -> None:
    assert jude.get("/auth/me/").status_int == 200
    assert jude.post("/auth/logout/").status_int == 200
    assert told(jude.get("/auth/me/")) == NO_TOKEN


def test_the_memory_of_tokens_is_bounded(desk: Desk, jude: Caller) -> None:
    from adapters.http.requests.security import VerifiedTokens

    tokens, now = VerifiedTokens(desk.services.tokens, size=2), desk.clock.now()
    signed = []
    for _ in range(5):
        expires = now + timedelta(minutes=30)
        claims = Claims(TokenType.ACCESS, jude.trader.id, uuid4(), uuid4(), expires.replace(microsecond=0))
        signed.append((desk.services.tokens.sign(claims, now), claims))
    for some in (signed, reversed(signed)):
        for token, claims in some:
            found = tokens.read(token)
            assert found is not None
            assert found.claims_at(now) == claims


@pytest.mark.abuse("A6")
def test_a_token_of_a_trader_who_is_not_here_is_refused(desk: Desk) -> None:
    now = desk.clock.now()
    claims = Claims(TokenType.ACCESS, uuid4(), uuid4(), uuid4(), now + timedelta(minutes=30))
    assert told(desk.app.get("/auth/me/", headers=bearer(desk.services.tokens.sign(claims, now)), status=401))


def test_a_login_is_its_own_trader_s(desk: Desk, jude: Caller, amara: Caller) -> None:
    now = desk.clock.now()
    login = desk.services.tokens.verify(jude.token, TokenType.ACCESS, now)
    assert login is not None
    crossed = Claims(TokenType.ACCESS, amara.trader.id, login.login_id, uuid4(), now + timedelta(minutes=30))
    token = desk.services.tokens.sign(crossed, now)
    assert told(desk.app.get("/auth/me/", headers=bearer(token), expect_errors=True)) == NO_TOKEN


@pytest.mark.abuse("A2")
@pytest.mark.parametrize("algorithm", ["none", "HS512"])
def test_another_algorithm_is_none(desk: Desk, jude: Caller, algorithm: str) -> None:
    payload = jwt.decode(jude.token, options={"verify_signature": False})
    secret = None if algorithm == "none" else "a secret of the tests, long enough to sign with" * 2
    forged = jwt.encode(payload, secret, algorithm=algorithm)
    assert told(desk.app.get("/auth/me/", headers=bearer(forged), expect_errors=True)) == NO_TOKEN


@pytest.mark.abuse("B1")
def test_a_stranger_sees_no_difference_between_another_s_offer_and_none(
    jude: Caller, amara: Caller, eve: Caller
) -> None:
    offer = amara.offer(jude.ad())
    theirs, none = eve.get(f"/p2p/offer/detail/{offer}"), eve.get("/p2p/offer/detail/999")
    assert told(theirs) == (404, "Offer not found")
    assert theirs.body == none.body


HEADERS = {
    "X-HTTP-Method-Override": "DELETE",
    "X-Method-Override": "DELETE",
    "X-User-Id": "1",
    "X-Forwarded-User": "ada@example.com",
    "X-Original-URL": "/admin/dispute/",
    "X-Forwarded-For": "127.0.0.1",
}


@pytest.mark.abuse("B8")
def test_headers_that_claim_to_be_more_are_ignored(desk: Desk, jude: Caller) -> None:
    answer = desk.app.get("/auth/me/", headers={**jude.headers, **HEADERS})
    assert answer.json["entity"]["id"] == jude.id
    assert told(desk.app.get("/admin/dispute/", headers={**jude.headers, **HEADERS}, expect_errors=True))[0] == 403


@pytest.mark.abuse("B8")
def test_an_id_in_the_body_is_not_that_of_the_path(jude: Caller, amara: Caller) -> None:
    ad = jude.ad()
    first, second = amara.offer(ad), amara.offer(ad)
    assert amara.post(f"/p2p/offer/cancel/{first}/", {"id": second, "offer": second}).status_int == 200
    assert amara.get(f"/p2p/offer/detail/{second}").json["entity"]["status"] == "pending"


@pytest.mark.abuse("B10")
def test_lists_are_one_s_own(jude: Caller, amara: Caller, eve: Caller) -> None:
    amara.post("/p2p/offer/create/", offer_body(jude.ad()))
    for path in ("/p2p/offer/", "/wallet/history/", "/notifications/", "/p2p/ad/?mine=1"):
        assert eve.get(path).json["entity"]["items"] == []
        other = told(eve.get(f"{path}{'&' if '?' in path else '?'}trader={jude.id}"))
        assert (other[0], other[1].partition(",")[0]) == (400, "(trader) There is no such parameter here")
    assert eve.get("/wallet/").json["entity"] == []
