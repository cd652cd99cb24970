"""How often one may ask, as clients see it: docs/contract/http.md, "How often"."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from webtest import TestResponse

from adapters.http.operations import OPERATIONS
from adapters.http.requests.rate_limits import COUNTED, REMEMBERED, MovingWindows, Policy, Rate, RateLimits
from adapters.http.requests.request import ADMITTED
from adapters.http.requests.security import VerifiedTokens
from tests.integration.http.desk import PASSWORD, Caller, Desk, ad_body, told
from tests.integration.races import at_once

# As long as no test takes, on whatever machine.
RATES = {"write": (3, 3600), "read": (5, 3600), "anonymous": (4, 3600)}
TOO_MANY = (429, "Too many requests, please try again in a moment")
HERE, THERE = "192.0.2.7", "198.51.100.9"


def left(answer: TestResponse) -> str:
    """Of which policy how many are left. In how many seconds there is one more depends on when it was asked."""
    told_left = re.fullmatch(r'("[a-z]+";r=[0-9]+);t=([0-9]+)', answer.headers["RateLimit"])
    assert told_left is not None
    assert 1 <= int(told_left[2]) <= 3600
    return told_left[1]


@pytest.fixture
def desk() -> Desk:
    desk = Desk()
    desk.app = desk.with_services(rate_limits=RATES)
    return desk


@pytest.fixture
def jude(desk: Desk) -> Caller:
    return desk.trader("Jude", trx="1000")


def ask(desk: Desk, address: str = HERE, path: str = "/p2p/settings/", **headers: str) -> TestResponse:
    return desk.app.get(path, headers=headers, extra_environ={"REMOTE_ADDR": address}, expect_errors=True)


def test_each_answer_says_how_many_more_are_taken(jude: Caller) -> None:
    answer = jude.post("/p2p/ad/", ad_body())
    assert (answer.headers["RateLimit-Policy"], left(answer)) == ('"write";q=3;w=3600', '"write";r=2')
    assert left(jude.post("/p2p/ad/", {})) == '"write";r=1'
    assert left(jude.delete(f"/p2p/block/{uuid4()}/")) == '"write";r=0'
    answer = jude.get("/p2p/ad/")
    assert (answer.headers["RateLimit-Policy"], left(answer)) == ('"read";q=5;w=3600', '"read";r=4')


@pytest.mark.abuse("E9")
def test_one_more_than_may_be_is_turned_away(jude: Caller) -> None:
    for _ in range(3):
        assert jude.post("/p2p/ad/", ad_body()).status_int == 200
    refused = jude.post("/p2p/ad/", ad_body())
    assert told(refused) == TOO_MANY
    assert refused.headers["Error-Code"] == "rate_limited"
    assert 1 <= int(refused.headers["Retry-After"]) <= 3600
    assert left(refused) == '"write";r=0'
    # Nothing was done, and what is read is counted apart.
    assert len(jude.get("/p2p/ad/?mine=1").json["entity"]["items"]) == 3


def test_each_trader_counts_for_themselves(desk: Desk, jude: Caller) -> None:
    for _ in range(5):
        assert jude.get("/p2p/ad/").status_int == 200
    assert told(jude.get("/p2p/ad/")) == TOO_MANY
    assert desk.trader("Amara").get("/p2p/ad/").status_int == 200


def test_without_a_good_token_each_address_counts(desk: Desk, jude: Caller) -> None:
    """Whatever it is that is asked for; and where nobody is, too."""
    bad = {"Authorization": f"Bearer {jude.token[:-4]}AAAA"}
    key = {"Authorization": "Bearer p2pk_" + "A" * 86}
    answers = [
        ask(desk),
        ask(desk, path="/p2p/ad/", **bad),
        ask(desk, path="/p2p/ad/", **key),
        ask(desk, path="/p2p/x/"),
    ]
    assert [answer.status_int for answer in answers] == [200, 401, 401, 404]
    assert [left(answer) for answer in answers] == [f'"anonymous";r={number}' for number in (3, 2, 1, 0)]
    assert told(ask(desk)) == TOO_MANY
    assert ask(desk, THERE).status_int == 200
    assert jude.get("/auth/me/").status_int == 200


def test_a_network_of_ipv6_is_one_address(desk: Desk) -> None:
    for number in range(4):
        assert ask(desk, f"2001:db8::{number}").status_int == 200
    assert told(ask(desk, "2001:db8::9")) == TOO_MANY
    assert ask(desk, "2001:db8:0:1::9").status_int == 200


def test_a_token_that_has_ended_counts_as_none(desk: Desk, jude: Caller) -> None:
    jude.post("/auth/logout/")
    assert jude.get("/auth/me/").headers["RateLimit"].startswith('"read"')
    assert jude.get("/auth/me/").headers["RateLimit"].startswith('"anonymous"')


def test_an_ended_token_counts_as_none_however_its_header_is_written(desk: Desk, jude: Caller) -> None:
    """Else whoever has one that was stolen once could use up what its trader may ask, for good."""
    body = {"email": jude.trader.email, "password": PASSWORD}
    again = Caller(desk.app, jude.trader, desk.app.post_json("/auth/token/", body).json["entity"]["access"])
    jude.post("/auth/logout/")
    assert jude.get("/auth/me/").headers["RateLimit"].startswith('"read"')
    for spelled in ("Bearer  {}", "bearer {}", "BEARER    {}"):
        answer = ask(desk, path="/auth/me/", Authorization=spelled.format(jude.token))
        assert (answer.status_int, left(answer).partition(";")[0]) == (401, '"anonymous"')
    assert left(again.get("/auth/me/")) == '"read";r=3'


def test_a_good_token_stays_one_beside_a_wrong_password(desk: Desk, jude: Caller) -> None:
    """An answer of 401 about the body says nothing of the token that happened to come with it."""
    for path, body in (
        ("/auth/token/", {"email": "jude@example.com", "password": "not the password of Jude"}),
        ("/auth/token/refresh/", {"refresh": "no token of anybody"}),
    ):
        assert jude.post(path, body).status_int == 401
        assert jude.get("/auth/me/").headers["RateLimit"].startswith('"read"')


def test_a_key_counts_for_its_trader_once_it_is_known_to_be_good(desk: Desk, jude: Caller) -> None:
    made = jude.post("/auth/key/", {"name": "bot", "scopes": ["read"]}).json["entity"]
    bot = Caller(desk.app, jude.trader, made["key"])
    assert left(bot.get("/p2p/ad/")) == '"anonymous";r=3'
    assert left(bot.get("/p2p/ad/")) == '"read";r=4'
    jude.delete(f"/auth/key/{made['id']}/")
    assert bot.get("/p2p/ad/").status_int == 401
    assert bot.get("/p2p/ad/").headers["RateLimit"].startswith('"anonymous"')


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics", "/openapi.json", "/docs/", "/docs/docs.css"])
def test_probes_and_pages_are_not_counted(desk: Desk, path: str) -> None:
    for _ in range(6):
        answer = ask(desk, path=path)
        assert answer.status_int == 200
        assert "RateLimit" not in answer.headers


def test_whatever_is_in_the_envelope_is_counted() -> None:
    assert {operation.name for operation in OPERATIONS if operation.path.startswith(COUNTED)} >= {
        operation.name for operation in OPERATIONS if not operation.media and operation.success == 200
    }


def test_off_is_off() -> None:
    answer = Desk().app.get("/p2p/settings/")
    assert not {"RateLimit", "RateLimit-Policy"} & set(answer.headers)


def test_a_trader_is_told_the_rates(jude: Caller) -> None:
    rates = {name: {"most": most, "seconds": seconds} for name, (most, seconds) in RATES.items()}
    assert jude.get("/p2p/limits/").json["entity"]["rate_limits"] == rates


# The window ----------------------------------------------------------------------------------------------------


class Seconds:
    """A clock that a test sets."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_nobody_waits_longer_than_the_window() -> None:
    clock = Seconds()
    # Of this one and the window the sum is a hair too large.
    clock.now = 31549.14532206939
    assert (clock.now + 3600) - clock.now > 3600
    assert MovingWindows(clock).take((Policy.WRITE, "jude"), Rate(2, 3600), 3600) == (True, 1, 3600)


def test_the_window_moves() -> None:
    clock = Seconds()
    windows, rate = MovingWindows(clock), Rate(2, 60)
    key = (Policy.WRITE, "jude")
    assert windows.take(key, rate, 60) == (True, 1, 60)
    clock.now += 45.5
    assert windows.take(key, rate, 60) == (True, 0, 15)
    assert windows.take(key, rate, 60) == (False, 0, 15)
    clock.now += 14.5
    assert windows.take(key, rate, 60) == (True, 0, 46)
    assert windows.take((Policy.READ, "jude"), rate, 60) == (True, 1, 60)


def test_what_is_over_is_forgotten() -> None:
    clock = Seconds()
    windows = MovingWindows(clock)
    for number in range(100):
        windows.take((Policy.ANONYMOUS, str(number)), Rate(2, 60), 60)
    clock.now += 60
    windows.take((Policy.ANONYMOUS, "0"), Rate(2, 60), 60)
    assert len(windows._done) == 1


@pytest.mark.abuse("I4")
def test_of_many_at_once_no_more_are_taken_than_may_be() -> None:
    windows = MovingWindows(Seconds())
    taken = at_once([lambda: windows.take((Policy.WRITE, "jude"), Rate(20, 60), 60)[0]] * 200)
    assert sum(taken) == 20


def test_what_is_remembered_of_tokens_is_bounded(desk: Desk) -> None:
    limits = RateLimits(RATES, VerifiedTokens(desk.services.tokens))
    known: dict[Any, Any] = limits._bad_tokens
    for number in range(REMEMBERED):
        known[str(number)] = True
    token = {"HTTP_AUTHORIZATION": f"Bearer {desk.trader('Jude').token}"}
    limits.learn({**token, ADMITTED: False})
    assert len(known) == 1
    limits.learn({**token, ADMITTED: True})
    assert not known
