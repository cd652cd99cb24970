"""Who may listen: what is refused in the handshake, with which status, and what ends a socket later."""

import base64
import logging
import os
import socket
from datetime import timedelta
from uuid import UUID

import pytest

from tests.integration.waiting import within
from tests.integration.websocket.client import Client, raw_socket
from tests.integration.websocket.conftest import LIFETIMES, Serve, Service

# websocket-client names its own origin unless told not to; most of these tests are no web page.
NO_ORIGIN = {"suppress_origin": True}


def request(*lines: str, path: str) -> bytes:
    key = base64.b64encode(os.urandom(16)).decode()
    usual = ("Host: 127.0.0.1", "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13")
    return "\r\n".join((f"GET {path} HTTP/1.1", *usual, f"Sec-WebSocket-Key: {key}", *lines, "", "")).encode()


def answer_to(service: Service, data: bytes) -> bytes:
    """All that the server says to these bytes, until it closes."""
    with raw_socket(service.server.port) as connection:
        connection.sendall(data)
        connection.settimeout(10)
        return b"".join(iter(lambda: connection.recv(4096), b""))


def test_a_good_token_opens_a_socket_on_both_spellings_of_the_path(service: Service) -> None:
    token = service.log_in(service.desk.trader()).access
    for path in ("/ws/p2p/", "/ws/p2p"):
        assert service.client(f"?token={token}", path=path).status is None


def test_a_token_may_come_as_a_header(service: Service) -> None:
    token = service.log_in(service.desk.trader()).access
    assert service.client(header={"Authorization": f"Bearer {token}"}).status is None
    assert service.client(header={"Authorization": f"bearer {token}"}).status is None


@pytest.mark.parametrize("path", ["/", "/ws/", "/ws/p2p/x", "/ws/p2p//", "/WS/P2P/", "/ws/p2p/%2e", "/docs/"])
def test_another_path_is_not_found(service: Service, path: str) -> None:
    token = service.log_in(service.desk.trader()).access
    assert service.client(f"?token={token}", path=path).status == 404


@pytest.mark.abuse("G1")
def test_a_bad_token_is_refused(service: Service) -> None:
    pair = service.log_in(service.desk.trader())
    forged = pair.access[:-4] + ("AAAA" if pair.access[-4:] != "AAAA" else "BBBB")
    for query in ("", "?token=", "?token=nonsense", f"?token={forged}", f"?token={pair.refresh}", f"?token={'x' * 43}"):
        refused = service.client(query)
        assert (query, refused.status) == (query, 401)
        assert refused.headers["www-authenticate"] == "Bearer"


@pytest.mark.abuse("G1")
def test_two_tokens_are_none(service: Service) -> None:
    token = service.log_in(service.desk.trader()).access
    header = {"Authorization": f"Bearer {token}"}
    assert service.client(f"?token={token}&token={token}").status == 401
    assert service.client(f"?token={token}", header=header).status == 401
    twice = request(f"Authorization: Bearer {token}", f"Authorization: Bearer {token}", path="/ws/p2p/")
    assert answer_to(service, twice).startswith(b"HTTP/1.1 401 ")
    assert service.client(header={"Authorization": f"Basic {token}"}).status == 401


@pytest.mark.abuse("G1")
def test_an_expired_token_is_refused(service: Service) -> None:
    token = service.log_in(service.desk.trader()).access
    service.desk.clock.advance(minutes=31)
    assert service.client(f"?token={token}").status == 401


@pytest.mark.abuse("G1")
def test_a_login_that_has_ended_is_refused(service: Service) -> None:
    pair = service.log_in(service.desk.trader())
    service.desk.write(lambda unit: unit.logins.end(service.login_id(pair), service.desk.clock.now()))
    assert service.client(f"?token={pair.access}").status == 401


def test_a_suspended_trader_is_refused(service: Service) -> None:
    trader = service.desk.trader()
    token, ticket = service.log_in(trader).access, service.ticket(trader)
    service.desk.suspend(trader)
    assert service.client(f"?token={token}").status == 403
    assert service.client(f"?token={ticket}").status == 403


@pytest.mark.abuse("G8")
@pytest.mark.parametrize(
    "since",
    ["", "-1", "+1", "1.0", "1e3", "x", "%D9%A1", "1_0", "1" * 19, "0x1", "%201", "1%00", "1&since=1", "1&since=2"],
)
def test_a_malformed_since_is_refused(service: Service, since: str) -> None:
    token = service.log_in(service.desk.trader()).access
    assert service.client(f"?token={token}&since={since}").status == 400


@pytest.mark.parametrize("since", ["0", "007", "1" * 18])
def test_a_since_of_up_to_eighteen_digits_is_taken(service: Service, since: str) -> None:
    token = service.log_in(service.desk.trader()).access
    assert service.client(f"?token={token}&since={since}").status is None


@pytest.mark.abuse("G9")
def test_a_ticket_opens_one_socket(service: Service) -> None:
    trader = service.desk.trader()
    ticket = service.ticket(trader)
    assert service.client(f"?token={ticket}&since=0").status is None
    assert service.client(f"?token={ticket}&since=0").status == 401


def test_a_ticket_of_a_login_that_has_ended_is_refused(service: Service) -> None:
    pair = service.log_in(service.desk.trader())
    ticket = service.ticket_of(pair)
    service.desk.write(lambda unit: unit.logins.end(service.login_id(pair), service.desk.clock.now()))
    assert service.client(f"?token={ticket}").status == 401


@pytest.mark.abuse("G9")
def test_a_ticket_is_good_for_a_minute(service: Service) -> None:
    ticket = service.ticket(service.desk.trader())
    service.desk.clock.advance(seconds=60)
    assert service.client(f"?token={ticket}").status == 401


NAMED = ["https://desk.example", "https://desk.example:443", "https://app.example:8443", "HTTPS://Desk.Example"]
LOOPBACK = ["http://localhost:3000", "http://[::1]", "http://127.0.0.1:5000", "https://127.8.9.10"]
OTHERS = [
    "https://evil.example", "http://desk.example", "https://desk.example:444", "null", "file://x", "https://app.example",
    "http://localhost.evil.example", "http://127.0.0.1.evil.example", "https://desk.example.evil.example",
    "http://0.0.0.0", "http://10.0.0.1", "https://xdesk.example",
]  # fmt: skip


@pytest.mark.abuse("G2")
@pytest.mark.parametrize("loopback_origins", [True, False])
def test_a_page_of_another_origin_is_refused(serve: Serve, loopback_origins: bool) -> None:
    origins = ("https://desk.example", "https://app.example:8443")
    service = serve(origins=origins, loopback_origins=loopback_origins)
    token = service.log_in(service.desk.trader()).access
    statuses = {origin: service.client(f"?token={token}", origin=origin).status for origin in NAMED + LOOPBACK + OTHERS}
    taken = NAMED + (LOOPBACK if loopback_origins else [])
    assert statuses == {origin: None if origin in taken else 403 for origin in statuses}
    assert service.client(f"?token={token}", **NO_ORIGIN).status is None


def test_a_page_of_any_origin_may_connect_where_the_settings_say_so(serve: Serve) -> None:
    service = serve(origins=("https://desk.example", "*"), loopback_origins=False)
    token = service.log_in(service.desk.trader()).access
    for origin in ("https://evil.example", "null", "http://localhost"):
        assert service.client(f"?token={token}", origin=origin).status is None, origin


def test_the_host_that_is_asked_makes_no_page_the_desk_s_own(serve: Serve) -> None:
    """A name of somebody else's may lead to this machine, and its pages may then ask for it by that name."""
    service = serve(origins=("https://desk.example",), loopback_origins=False)
    token = service.log_in(service.desk.trader()).access
    for origin in ("http://evil.example", f"http://127.0.0.1:{service.server.port}"):
        host = origin.partition("//")[2]
        assert service.client(f"?token={token}", host=host, origin=origin).status == 403


def test_what_is_no_websocket_gets_an_answer_and_no_page(service: Service) -> None:
    plain = answer_to(service, b"GET /ws/p2p/?redirect=http://evil.example HTTP/1.1\r\nHost: x\r\n\r\n")
    assert plain.startswith(b"HTTP/1.1 426 ")
    assert b"evil" not in plain
    assert answer_to(service, b"POST /ws/p2p/ HTTP/1.1\r\nHost: x\r\n\r\n").startswith(b"HTTP/1.1 405 ")
    assert answer_to(service, b"\x16\x03\x01nonsense\r\n\r\n").startswith(b"HTTP/1.1 400 ")


def test_every_answer_has_an_id(service: Service) -> None:
    token = service.log_in(service.desk.trader()).access
    opened, refused = service.client(f"?token={token}"), service.client("?token=wrong")
    ids = (opened.handshake_headers["x-request-id"], refused.headers["x-request-id"])
    assert UUID(ids[0]) != UUID(ids[1])
    assert b"X-Request-Id: " in answer_to(service, b"POST /ws/p2p/ HTTP/1.1\r\nHost: x\r\n\r\n")


def test_a_plain_request_is_told_what_to_upgrade_to(service: Service) -> None:
    assert b"\r\nUpgrade: websocket\r\n" in answer_to(service, b"GET /ws/p2p/ HTTP/1.1\r\nHost: x\r\n\r\n")


@pytest.mark.abuse("G9")
def test_a_token_is_in_no_answer_and_in_no_log(service: Service, caplog: pytest.LogCaptureFixture) -> None:
    canary = "canary" * 10
    with caplog.at_level(logging.DEBUG):
        answers = [
            answer_to(service, request(path=f"/ws/p2p/?token={canary}")),
            answer_to(service, f"GET /ws/p2p/?token={canary} HTTP/9 9\r\n\r\n".encode()),
            answer_to(service, request(path=f"/ws/p2p/?token={canary}#fragment")),
            answer_to(service, request("Origin: ftp:canary", path=f"/ws/p2p/?token={canary}")),
        ]
    assert all(answer.startswith(b"HTTP/1.1 4") for answer in answers)
    assert not any(b"canary" in answer for answer in answers)
    assert "canary" not in caplog.text


@pytest.mark.abuse("G5")
def test_half_a_handshake_is_cut_in_time(serve: Serve) -> None:
    service = serve(handshake_seconds=1.0)
    with raw_socket(service.server.port) as silent, raw_socket(service.server.port) as half:
        half.sendall(b"GET /ws/p2p/ HTTP/1.1\r\nHost: x\r\n")
        for connection in (silent, half):
            connection.settimeout(10)
            assert is_cut(connection)


def test_a_handshake_without_end_is_refused(serve: Serve) -> None:
    service = serve(handshake_bytes=4096)
    endless = b"GET /ws/p2p/ HTTP/1.1\r\nHost: x\r\n" + b"X-Filler: " + b"x" * 5000
    assert answer_to(service, endless).startswith(b"HTTP/1.1 431 ")


def is_cut(connection: socket.socket) -> bool:
    try:
        return connection.recv(1) == b""
    except ConnectionResetError:
        return True


# What ends a socket later ------------------------------------------------------------------------------------------


@pytest.mark.abuse("G7")
def test_a_token_that_expires_closes_its_socket(service: Service) -> None:
    client = service.listen(service.desk.trader())
    service.desk.clock.advance(minutes=30)
    assert client.expect_code() == 4401


def test_a_ticket_opens_a_socket_for_as_long_as_its_login_lasts(service: Service) -> None:
    client = service.client(f"?token={service.ticket(service.desk.trader())}")
    service.desk.clock.set(service.desk.clock.now() + LIFETIMES.refresh - timedelta(seconds=1))
    assert not within(lambda: client.code is not None, seconds=0.5)
    service.desk.clock.advance(seconds=1)
    assert client.expect_code() == 4401


@pytest.mark.abuse("A5")
def test_a_logout_closes_its_own_sockets_and_no_others(service: Service) -> None:
    trader = service.desk.trader()
    pair = service.log_in(trader)
    ended = [service.client(f"?token={pair.access}") for _ in range(2)]
    other = service.listen(trader)
    service.desk.write(lambda unit: unit.logins.end(service.login_id(pair), service.desk.clock.now()))
    assert [client.expect_code() for client in ended] == [4401, 4401]
    assert other.code is None


@pytest.mark.abuse("G7")
def test_a_suspension_closes_all_sockets_of_its_trader(service: Service) -> None:
    trader, other = service.desk.trader(), service.listen(service.desk.trader())
    clients: list[Client] = [service.listen(trader), service.client(f"?token={service.ticket(trader)}")]
    service.desk.suspend(trader)
    assert [client.expect_code() for client in clients] == [4403, 4403]
    assert other.code is None
