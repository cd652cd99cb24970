"""Whoever uses an account from a new address is told of: docs/contract/accounts.md, "New addresses"."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from webtest import TestResponse

from domain.model.account_letters import AccountLetter
from tests.integration.http.desk import PASSWORD, Caller, Desk

HERE, THERE, ELSEWHERE = "192.0.2.7", "198.51.100.9", "203.0.113.5"


def send(desk: Desk, path: str, address: str, body: Any = None, **headers: str) -> TestResponse:
    desk.clock.advance(seconds=1)
    found = desk.app.post_json(path, body or {}, headers=headers, extra_environ={"REMOTE_ADDR": address})
    assert found.status_int == 200
    return found


def log_in(desk: Desk, address: str) -> Caller:
    body = {"email": "jude@example.com", "password": PASSWORD}
    access = send(desk, "/auth/token/", address, body).json["entity"]["access"]
    return Caller(desk.app, desk.find("jude@example.com"), access)


def told(desk: Desk) -> list[tuple[str, str]]:
    kinds = AccountLetter.LOGIN_FROM_NEW_ADDRESS, AccountLetter.RELEASE_FROM_NEW_ADDRESS
    found = [letter for letter in desk.store.outbox.claim(uuid4(), 60, 100) if letter.kind in kinds]
    return [(letter.kind.value.split("_")[0], str(letter.facts["address"])) for letter in found]


def test_a_login_from_a_new_address(desk: Desk) -> None:
    body = {"email": "jude@example.com", "fullname": "Jude", "password": PASSWORD}
    send(desk, "/auth/register/", HERE, body)
    for address in (THERE, HERE, THERE):
        log_in(desk, address)
    assert told(desk) == []
    log_in(desk, ELSEWHERE)
    log_in(desk, "2001:db8::1")
    log_in(desk, "2001:db8::2")
    assert told(desk) == [("login", ELSEWHERE), ("login", "2001:db8::/64")]


def test_a_release_from_another_address_than_the_login(desk: Desk, jude: Caller, amara: Caller) -> None:
    log_in(desk, HERE)
    for address in (HERE, ELSEWHERE, ELSEWHERE):
        owner = log_in(desk, HERE)
        offer = amara.offer(owner.ad())
        amara.post(f"/p2p/offer/paid/{offer}/")
        send(desk, f"/p2p/offer/release/{offer}/", address, **owner.headers)
    assert told(desk) == [("release", ELSEWHERE)]


def test_a_program_that_releases_from_a_new_address(desk: Desk, jude: Caller, amara: Caller) -> None:
    owner = log_in(desk, HERE)
    key = owner.post("/auth/key/", {"name": "Bot", "scopes": ["release"]}).json["entity"]["key"]
    for address in (HERE, THERE, THERE):
        offer = amara.offer(owner.ad())
        amara.post(f"/p2p/offer/paid/{offer}/")
        send(desk, f"/p2p/offer/release/{offer}/", address, Authorization=f"Bearer {key}")
    assert told(desk) == [("release", THERE)]
