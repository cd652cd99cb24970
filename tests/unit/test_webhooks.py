"""Webhooks: which addresses are taken, which are public, and what is sent. docs/contract/webhooks.md."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from ipaddress import ip_address
from uuid import UUID

import pytest

from adapters.memory.store import MemoryStore
from adapters.system.wakers import Wakers
from domain import DESK, Delivery, Outcome, WebhookNotFound
from domain.errors import Problem
from domain.model.addresses import is_public, literal_address
from domain.model.webhooks import RETRIES, URL_LENGTH_LIMIT, url_problem
from domain.use_cases.webhooks import remove_webhook
from tests.clock import SettableClock

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ID = UUID(int=7)


def delivery(**changed: object) -> Delivery:
    frame = {"message": "Funds have been released", "type": "funds_released", "amount": Decimal("100000")}
    whole = Delivery(
        ID, UUID(int=8), "https://bot.example/", b"", UUID(int=9), NOON, "notice_7_2", "funds_released", NOON, frame,
        2, 0, True,
    )  # fmt: skip
    return replace(whole, **changed)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "address",
    [
        "8.8.8.8", "1.1.1.1", "93.184.216.34", "2606:4700:4700::1111", "2a00:1450:4001:81b::200e",
        "64:ff9b::8.8.8.8", "::ffff:8.8.8.8", "2002:808:808::1",
    ],
)  # fmt: skip
def test_what_everybody_can_reach_is_public(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "127.0.0.1", "127.255.0.9", "169.254.169.254", "172.16.0.1",
        "172.31.255.255", "192.0.0.1", "192.0.2.1", "192.168.1.1", "198.18.0.1", "198.51.100.7", "203.0.113.5",
        "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255", "192.0.0.8", "192.0.0.10", "192.88.99.1",
        "::", "::1", "::7f00:1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "64:ff9b::127.0.0.1",
        "64:ff9b::10.0.0.1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "100::1", "2001::1", "2001:db8::1", "2002:7f00:1::",
        "2002:c0a8:101::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "fc00::1", "fd12:3456::1", "fe80::1",
        "fe80::1%eth0", "fec0::1", "ff02::1", "ff0e::1", "4000::1", "3fff::1", "::ffff:192.0.0.8",
    ],
)  # fmt: skip
def test_what_is_somebodys_own_or_leads_there_is_not_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "127.0.0.1"), ("127.0.0.1.", "127.0.0.1"), ("2130706433", "127.0.0.1"), ("127.1", "127.0.0.1"),
        ("127.0.1", "127.0.0.1"), ("0177.0.0.1", "127.0.0.1"), ("0x7f.0.0.1", "127.0.0.1"), ("0x7F000001", "127.0.0.1"),
        ("017700000001", "127.0.0.1"), ("0", "0.0.0.0"), ("0x", "0.0.0.0"), ("10.0x10.1", "10.16.0.1"),
        ("8.8.2056", "8.8.8.8"), ("::1", "::1"),
    ],
)  # fmt: skip
def test_an_address_is_known_however_it_is_spelled(host: str, address: str) -> None:
    assert literal_address(host) == ip_address(address)


@pytest.mark.parametrize(
    "host",
    ["bot.example.com", "1.2.3.4.5", "1.2.3.x", "256.1.1.1.", "1.2.3.0x100", "4294967296", "", "09.1", "1..2", "a"],
)
def test_other_hosts_are_names(host: str) -> None:
    assert literal_address(host) is None


@pytest.mark.parametrize(
    "url",
    [
        "https://bot.example.com", "https://bot.example.com/desk?a=b&c=%20", "HTTPS://BOT.example.com:8443/",
        "https://8.8.8.8/", "https://[2606:4700:4700::1111]:443/x", "https://bot_1.example.com?x", "https://xn--bcher-kva.example/",
    ],
)  # fmt: skip
def test_an_https_address_is_taken(url: str) -> None:
    assert url_problem(url) is None


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("http://bot.example.com/", Problem.NOT_HTTPS),
        ("ftp://bot.example.com/", Problem.NOT_HTTPS),
        ("file:///etc/hosts", Problem.NOT_A_URL),
        ("bot.example.com", Problem.NOT_A_URL),
        ("https://", Problem.NOT_A_URL),
        ("https://jude@bot.example.com/", Problem.NOT_A_URL),
        ("https://jude:secret@bot.example.com/", Problem.NOT_A_URL),
        ("https://bot.example.com/#there", Problem.NOT_A_URL),
        ("https://bot.example.com\\@127.0.0.1/", Problem.NOT_A_URL),
        ("https://bot.example.com/a b", Problem.NOT_A_URL),
        ("https://b\u00fccher.example/", Problem.NOT_A_URL),
        ("https://bot.example.com:0/", Problem.NOT_A_URL),
        ("https://bot.example.com:65536/", Problem.NOT_A_URL),
        ("https://bot.example.com:/", Problem.NOT_A_URL),
        ("https://[::1", Problem.NOT_A_URL),
        ("https://[1:2]/", Problem.NOT_A_URL),
        ("https://[fe80::1%25eth0]/", Problem.NOT_A_URL),
        ("https://127.0.0.1/", Problem.NOT_PUBLIC),
        ("https://2130706433/", Problem.NOT_PUBLIC),
        ("https://0x7f.1/", Problem.NOT_PUBLIC),
        ("https://0177.0.0.1/", Problem.NOT_PUBLIC),
        ("https://[::ffff:127.0.0.1]/", Problem.NOT_PUBLIC),
        ("https://[::1]:8443/", Problem.NOT_PUBLIC),
        ("https://[64:ff9b::7f00:1]/", Problem.NOT_PUBLIC),
        ("https://169.254.169.254/latest/meta-data/", Problem.NOT_PUBLIC),
        ("https://bot.example.com/" + "x" * URL_LENGTH_LIMIT, Problem.TOO_LONG),
    ],
)
def test_others_are_refused(url: str, problem: Problem) -> None:
    found = url_problem(url)
    assert found is not None
    assert (found.field, found.problem) == ("url", problem)


@pytest.mark.parametrize("url", ["http://127.0.0.1:8000/", "https://[::1]/", "http://bot.internal/"])
def test_everything_is_taken_where_the_operator_says_so(url: str) -> None:
    assert url_problem(url, anywhere=True) is None


def test_other_schemes_are_never_taken() -> None:
    found = url_problem("ftp://127.0.0.1/", anywhere=True)
    assert found is not None
    assert found.problem is Problem.NOT_HTTPS


def test_the_body_has_the_frame_exactly_with_its_number() -> None:
    body = delivery().body
    assert '"amount": 100000.0' in body
    told = json.loads(body, parse_float=Decimal)
    assert told == {
        "type": "funds_released",
        "timestamp": "2026-03-02T12:00:00.000000+00:00",
        "data": {
            "message": "Funds have been released",
            "type": "funds_released",
            "amount": Decimal("100000.0"),
            "notice": 2,
        },
    }
    assert "notice" not in json.loads(delivery(number=None).body)["data"]


def test_a_failure_is_the_last_after_all_delays() -> None:
    assert [delivery(tries=tries).retry_after for tries in range(10)] == [*RETRIES, None]
    assert sum(RETRIES, timedelta(0)) == timedelta(hours=75, minutes=35, seconds=5)
    assert Outcome(delivery(tries=9), None).is_last
    assert not Outcome(delivery(tries=8), 500).is_last
    assert not Outcome(delivery(tries=9, number=None), 500).is_last


@pytest.mark.parametrize(("status", "is_taken"), [(200, True), (299, True), (300, False), (199, False), (None, False)])
def test_2xx_is_taken_and_nothing_else(status: int | None, is_taken: bool) -> None:
    assert Outcome(delivery(), status).is_taken is is_taken


def test_the_desk_itself_has_no_webhooks() -> None:
    store = MemoryStore(waker=Wakers(), message_id_domain="desk.example", clock=SettableClock())
    with pytest.raises(WebhookNotFound):
        store.run(lambda unit: remove_webhook(DESK, ID, webhooks=unit.webhooks), writes=True)
