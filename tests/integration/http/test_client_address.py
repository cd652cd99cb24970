"""Where a request comes from, with and without proxies in between: docs/contract/accounts.md, "Logins"."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from ipaddress import ip_network

import pytest

from adapters.http.app import make_app
from adapters.http.requests.client import CLIENT_LENGTH_LIMIT, client_address, client_program
from adapters.http.server.http_server import HttpServer
from tests.integration.http.desk import PASSWORD, Desk
from tests.integration.http.wire import Wire

OURS = [ip_network("127.0.0.1"), ip_network("10.0.0.0/8"), ip_network("fd00::/8")]


@pytest.mark.abuse("B8")
@pytest.mark.parametrize(
    ("remote", "forwarded", "address"),
    [
        ("192.0.2.7", "", "192.0.2.7"),
        # Whoever is no proxy of ours says nothing that counts.
        ("192.0.2.7", "198.51.100.1", "192.0.2.7"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "192.0.2.7", "192.0.2.7"),
        ("127.0.0.1", "203.0.113.9, 192.0.2.7", "192.0.2.7"),
        ("127.0.0.1", "203.0.113.9, 192.0.2.7, 10.1.2.3", "192.0.2.7"),
        ("127.0.0.1", "10.0.0.1, 10.0.0.2", "10.0.0.1"),
        ("127.0.0.1", "192.0.2.7, nonsense", "127.0.0.1"),
        ("127.0.0.1", "nonsense, 10.0.0.2", "10.0.0.2"),
        ("::ffff:127.0.0.1", "::ffff:192.0.2.7", "192.0.2.7"),
        ("fd00::1", "2001:DB8::1", "2001:db8::1"),
        ("", "192.0.2.7", ""),
    ],
)
def test_the_rightmost_address_that_is_no_proxy_of_ours(remote: str, forwarded: str, address: str) -> None:
    environ = {"REMOTE_ADDR": remote, "HTTP_X_FORWARDED_FOR": forwarded}
    assert client_address(environ, OURS) == address


@pytest.mark.abuse("B8")
def test_unless_told_otherwise_nobody_is_trusted() -> None:
    assert client_address({"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "192.0.2.7"}, []) == "127.0.0.1"


@pytest.mark.abuse("B8")
@pytest.mark.parametrize(("trusted", "address"), [(OURS, "192.0.2.7"), ([], "127.0.0.1")])
def test_on_the_wire_a_trusted_proxy_says_for_whom_it_asks(
    desk: Desk, running: Callable[..., HttpServer], trusted: list[object], address: str
) -> None:
    """The server beneath the application must not take the word of the proxy away before that is asked."""
    desk.trader("Jude")
    server = running(make_app(replace(desk.services, trusted_proxies=trusted)))
    body = json.dumps({"email": "jude@example.com", "password": PASSWORD}).encode()
    lines = (
        "Host: desk",
        "X-Forwarded-For: 203.0.113.9",
        "X-Forwarded-For: 192.0.2.7",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
    )
    wire = Wire(server, of_a_desk=True)
    status, _, answer = wire.send("POST /auth/token/ HTTP/1.1", *lines, body=body).answer()
    assert status == 200, answer
    bearer = f"Authorization: Bearer {json.loads(answer)['entity']['access']}"
    _, _, logins = wire.send("GET /auth/login/ HTTP/1.1", "Host: desk", bearer).answer()
    wire.close()
    assert json.loads(logins)["entity"]["items"][0]["address"] == address


@pytest.mark.parametrize(
    ("said", "kept"),
    [("curl/8.5.0", "curl/8.5.0"), (" \x00a\x7f\xe9 ", "?a??"), ("x" * 300, "x" * CLIENT_LENGTH_LIMIT)],
)
def test_a_program_says_what_it_is_in_printable_ascii(said: str, kept: str) -> None:
    assert client_program({"HTTP_USER_AGENT": said}) == kept
    assert client_program({}) == ""
