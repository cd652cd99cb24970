"""Keys of programs over HTTP: docs/contract/accounts.md, "Keys of programs"."""

from __future__ import annotations

from typing import Any

import pytest
from webtest import TestResponse

from adapters.http.operation import Operation
from adapters.http.operations import OPERATIONS
from adapters.http.requests.security import Caller as Callers
from domain.model.account_letters import AccountLetter
from domain.ports.keys import Scope
from tests.integration.http.desk import PASSWORD, Caller, Desk, ad_body, offer_body, success, told
from tests.integration.http.test_authorisation import IDS

FORBIDDEN = (403, "This key may not do that")


def made(jude: Caller, *scopes: str, **fields: Any) -> dict[str, Any]:
    answer = jude.post("/auth/key/", {"name": "bot", "scopes": list(scopes or ("read",)), **fields})
    assert answer.status_int == 200, answer.text
    return dict(answer.json["entity"])


def program(desk: Desk, jude: Caller, *scopes: str) -> Caller:
    return Caller(desk.app, jude.trader, made(jude, *scopes)["key"])


def test_a_key_is_told_once_and_ended(desk: Desk, jude: Caller, amara: Caller) -> None:
    key = made(jude, "trade", "read", "trade", expires_at="2126-01-01T00:00:00+01:00")
    assert key["scopes"] == ["read", "trade"]
    assert key["expires_at"].startswith("2125-12-31T23:00:00")
    shown = jude.get("/auth/key/").json["entity"]
    assert shown == {"items": [{name: value for name, value in key.items() if name != "key"}], "next": None}
    assert amara.get("/auth/key/").json["entity"]["items"] == []
    assert [item.kind for item in desk.store.outbox.waiting(10)] == [AccountLetter.KEY_MADE]
    bot = Caller(desk.app, jude.trader, key["key"])
    assert bot.get("/wallet/").status_int == 200
    assert told(amara.delete(f"/auth/key/{key['id']}/")) == (404, "Key not found")
    # It is not listed among the logins, and is none of them.
    assert told(jude.delete(f"/auth/login/{key['id']}/")) == (404, "Login not found")
    assert bot.get("/wallet/").status_int == 200
    assert jude.delete(f"/auth/key/{key['id']}/").json == success("Key ended successfully")
    assert told(bot.get("/wallet/")) == (401, "A valid access token is needed")


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"name": None}, "(name) This field is required."),
        ({"name": "x" * 101}, "(name) Ensure that this field has no more than 100 characters."),
        ({"scopes": None}, "(scopes) This field is required."),
        ({"scopes": []}, "(scopes) A list with at least one of the choices is required."),
        ({"scopes": "read"}, "(scopes) A list with at least one of the choices is required."),
        ({"scopes": ["read", "all"]}, "(scopes) This is not a valid choice."),
        ({"expires_at": "2020-01-01T00:00:00+00:00"}, "(expires_at) This moment is in the past."),
        (
            {"expires_at": "2126-01-01T00:00:00"},
            "(expires_at) A valid moment with its zone is required, such as 2026-03-02T12:00:00+00:00.",
        ),
    ],
)
def test_what_is_wrong_with_a_key_is_told(jude: Caller, fields: dict[str, Any], message: str) -> None:
    answer = jude.post("/auth/key/", {"name": "bot", "scopes": ["read"], **fields})
    assert answer.status_int == 400
    assert answer.json["message"].startswith(message)
    assert jude.get("/auth/key/").json["entity"]["items"] == []


def test_a_key_does_what_its_scopes_say_and_nothing_else(desk: Desk, jude: Caller, amara: Caller) -> None:
    reads, trades, releases = (program(desk, jude, scope) for scope in ("read", "trade", "release"))
    assert reads.get("/p2p/ad/").status_int == 200
    assert told(trades.get("/p2p/ad/")) == FORBIDDEN
    refused = reads.post("/p2p/ad/", ad_body())
    assert (told(refused), refused.headers["Error-Code"]) == (FORBIDDEN, "scope_missing")
    placed = trades.post("/p2p/ad/", ad_body(), idempotency_key="one")
    assert trades.post("/p2p/ad/", ad_body(), idempotency_key="one").headers["Idempotent-Replayed"] == "true"
    made_offer = amara.post("/p2p/offer/create/", offer_body(int(placed.headers["Location"].rsplit("/", 1)[1])))
    path = f"/p2p/offer/release/{made_offer.json['entity']['id']}/"
    assert told(trades.post(path)) == FORBIDDEN
    assert releases.post(path).status_int == 200


LOOK_AT_TOKENS = [
    operation for operation in OPERATIONS if operation.caller is not Callers.ANYONE or operation.may_have_token
]
RELEASE = "/p2p/offer/release/{offer_id}/"


def promised(operation: Operation) -> Scope | None:
    """The scope that is promised by method and path, not by the property that is judged here.

    Source: docs/contract/accounts.md, "Keys of programs".
    """
    if operation.path.startswith(("/auth/", "/webhook/", "/admin/")):
        return None
    assert operation.path.startswith(("/p2p/", "/wallet/", "/notifications/")), operation.path
    if operation.method == "GET":
        return Scope.READ
    return Scope.RELEASE if operation.path == RELEASE else Scope.TRADE


def call(caller: Caller, operation: Operation) -> TestResponse:
    path = operation.path.format(**IDS)
    method = {"GET": caller.get, "DELETE": caller.delete}.get(operation.method)
    return method(path) if method else caller.post(path, {})


@pytest.mark.parametrize("operation", LOOK_AT_TOKENS, ids=lambda operation: operation.name)
def test_every_operation_asks_a_key_for_its_one_scope(desk: Desk, jude: Caller, operation: Operation) -> None:
    """Over the whole table: with all scopes but its own a key is refused, and with its own it gets on."""
    wanted = promised(operation)
    others = [scope.value for scope in Scope if scope is not wanted]
    refused = call(program(desk, jude, *others), operation)
    assert (told(refused), refused.headers["Error-Code"]) == (FORBIDDEN, "scope_missing")
    if wanted is not None:
        answer = call(program(desk, jude, wanted.value), operation)
        assert answer.status_int != 401
        assert answer.headers.get("Error-Code") != "scope_missing"


@pytest.mark.parametrize("operation", LOOK_AT_TOKENS, ids=lambda operation: operation.name)
def test_a_key_that_is_no_good_is_told_so_everywhere(desk: Desk, jude: Caller, operation: Operation) -> None:
    """One that has ended, and one of somebody who is suspended."""
    key = made(jude, *Scope)
    bot, other = Caller(desk.app, jude.trader, key["key"]), program(desk, jude, *Scope)
    jude.delete(f"/auth/key/{key['id']}/")
    answer = call(bot, operation)
    assert (answer.status_int, answer.headers["Error-Code"]) == (401, "bad_token")
    desk.suspend(jude)
    answer = call(other, operation)
    assert (answer.status_int, answer.headers["Error-Code"]) == (403, "suspended")


def test_a_key_logs_nobody_out(desk: Desk, jude: Caller) -> None:
    """Not even with a good refresh token beside it; a key that has ended is in nobody's way."""
    key = made(jude, *Scope)
    bot = Caller(desk.app, jude.trader, key["key"])
    pair = desk.app.post_json("/auth/token/", {"email": jude.trader.email, "password": PASSWORD}).json["entity"]
    assert told(bot.post("/auth/logout/", {"refresh": pair["refresh"]})) == FORBIDDEN
    assert Caller(desk.app, jude.trader, pair["access"]).get("/auth/me/").status_int == 200
    assert bot.get("/wallet/").status_int == 200
    jude.delete(f"/auth/key/{key['id']}/")
    assert bot.post("/auth/logout/", {"refresh": pair["refresh"]}).json == success("Logged out successfully")


def test_a_suspended_trader_s_key_is_told_so(desk: Desk, jude: Caller) -> None:
    bot = program(desk, jude)
    desk.suspend(jude)
    assert told(bot.get("/wallet/"))[0] == 403
    assert bot.get("/wallet/").headers["Error-Code"] == "suspended"
