"""The server on the wire: what can be read in two ways is refused, and nobody holds a connection for good."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from adapters.http.app import make_app
from adapters.http.operations import HASHING_PATHS
from adapters.http.server.bodies import FILE_PATHS
from adapters.http.server.connections import DeadlineChannel, Deadlines
from adapters.http.server.http_server import HEADER_BYTES_LIMIT, HttpServer, ThreadCounts, serve
from adapters.http.server.waiting_requests import ARRIVED
from tests.integration.http.desk import Desk, failure
from tests.integration.http.wire import PATIENCE_SECONDS, SECOND, Wire

SHORT = Deadlines(headers=0.2, body=0.2, answer=0.2, idle=0.2, linger=0.2)


def test_a_request_is_answered_and_the_connection_kept(wire: Wire) -> None:
    for _ in range(2):
        status, headers, body = wire.send("GET /healthz HTTP/1.1", "Host: desk").answer()
        assert (status, json.loads(body)) == (200, {"status": "ok"})
        assert "server" not in headers


def test_an_answer_is_sent_in_one_piece(server: HttpServer) -> None:
    """Headers that are sent alone wake the client for nothing, and cost a call of the system more."""
    sent: list[bytes] = []

    class NotedChannel(DeadlineChannel):
        def send(self, data: bytes, do_close: bool = True) -> int:
            sent.append(data)
            return int(super().send(data, do_close))

    server._server.channel_class = NotedChannel
    wire = Wire(server)
    for path in ("/healthz", "/nowhere", "/openapi.json"):
        wire.send(f"GET {path} HTTP/1.1", "Host: desk").answer()
    wire.close()
    assert [piece.partition(b" ")[0] for piece in sent] == [b"HTTP/1.1"] * 3
    assert all(b"\r\n\r\n{" in piece for piece in sent)


@pytest.mark.parametrize("version", ["HTTP/1.0", "HTTP/2.0"])
def test_an_encoding_is_for_the_current_version_only(wire: Wire, version: str) -> None:
    wire.send(f"POST /p2p/ad/ {version}", "Host: desk", "Transfer-Encoding: chunked", body=b"0\r\n\r\n" + SECOND)
    assert wire.answer()[0] == 400
    assert wire.rest() == b""


def test_a_version_without_hosts_needs_none(wire: Wire) -> None:
    assert wire.send("GET /healthz HTTP/1.0").answer()[0] == 200


def test_the_application_is_told_when_the_whole_request_had_come(running: Callable[..., HttpServer]) -> None:
    arrivals: list[float] = []

    def note_arrival(environ: Any, start_response: Callable[..., object]) -> list[bytes]:
        arrivals.append(environ[ARRIVED])
        start_response("200 OK", [("Content-Length", "0")])
        return []

    wire = Wire(running(note_arrival)).send("POST / HTTP/1.1", "Host: desk", "Content-Length: 2", body=b"a")
    before = time.monotonic()
    wire.socket.sendall(b"b")
    assert wire.answer()[0] == 200
    assert before < arrivals[0] < time.monotonic()
    wire.close()


@pytest.mark.abuse("I6")
def test_what_takes_long_keeps_nobody_else_waiting(running: Callable[..., HttpServer]) -> None:
    """More of it than there are threads of either kind; asked for with and without the last slash."""
    let_go = threading.Event()

    def wait_on_some(environ: Any, start_response: Callable[..., object]) -> list[bytes]:
        if environ["PATH_INFO"].startswith("/slow"):
            # Longer than anybody here waits for an answer.
            let_go.wait(3 * PATIENCE_SECONDS)
        start_response("200 OK", [("Content-Length", "0")])
        return []

    server = running(wait_on_some, None, ThreadCounts(2, 1, frozenset({"/slow/path"})))
    slow = [Wire(server).send(f"GET /slow/path{end} HTTP/1.1", "Host: desk") for end in ("", "/") * 3]
    quick = Wire(server)
    try:
        for _ in range(3):
            assert quick.send("GET / HTTP/1.1", "Host: desk").answer()[0] == 200
    finally:
        let_go.set()
    assert [wire.answer()[0] for wire in slow] == [200] * 6
    for wire in (quick, *slow):
        wire.close()


@pytest.mark.abuse("I6")
def test_files_keep_nobody_waiting_who_logs_in(running: Callable[..., HttpServer]) -> None:
    """However many of them somebody sends, and whatever they take to unpack."""
    let_go = threading.Event()

    def wait_on_files(environ: Any, start_response: Callable[..., object]) -> list[bytes]:
        if environ["PATH_INFO"].startswith(FILE_PATHS):
            # Longer than anybody here waits for an answer.
            let_go.wait(3 * PATIENCE_SECONDS)
        start_response("200 OK", [("Content-Length", "0")])
        return []

    server = running(wait_on_files, None, ThreadCounts(2, 1, frozenset({"/slow/path"})))
    files = [Wire(server).send(f"POST {FILE_PATHS}1/ HTTP/1.1", "Host: desk", "Content-Length: 0") for _ in range(4)]
    try:
        for path in ("/slow/path/", "/"):
            wire = Wire(server).send(f"GET {path} HTTP/1.1", "Host: desk")
            assert wire.answer()[0] == 200
            wire.close()
    finally:
        let_go.set()
    assert [wire.answer()[0] for wire in files] == [200] * 4
    for wire in files:
        wire.close()


@pytest.mark.abuse("I6")
def test_the_paths_that_take_long_are_those_that_hash_a_password() -> None:
    reset = "/auth/password/reset"
    signing_in = {"/auth/register", "/auth/token", "/auth/password", reset, f"{reset}/confirm"}
    assert signing_in | {"/auth/totp/disable", "/auth/delete"} == HASHING_PATHS


@pytest.mark.abuse("I3")
def test_pipelined_requests_are_answered_in_order(wire: Wire) -> None:
    wire.socket.sendall(b"".join(f"GET /p2p/ad/detail/{n} HTTP/1.1\r\nHost: desk\r\n\r\n".encode() for n in range(50)))
    assert [wire.answer()[0] for _ in range(50)] == [401] * 50


@pytest.mark.abuse("I2")
def test_headers_have_a_bound(wire: Wire) -> None:
    many = [f"X-Header-{number}: {'x' * 100}" for number in range(1000)]
    status, _, body = wire.send("GET /healthz HTTP/1.1", "Host: desk", *many).answer()
    assert (status, json.loads(body)) == (431, failure("The headers are too large"))


@pytest.mark.abuse("I2")
def test_an_address_has_the_bound_of_the_headers(wire: Wire) -> None:
    status, _, body = wire.send(f"GET /healthz?{'x' * 8 * 1024} HTTP/1.1", "Host: desk").answer()
    assert (status, json.loads(body)) == (200, {"status": "ok"})
    status, _, body = wire.send(f"GET /healthz?{'x' * HEADER_BYTES_LIMIT} HTTP/1.1", "Host: desk").answer()
    assert (status, json.loads(body)) == (431, failure("The headers are too large"))


@pytest.mark.abuse("I2")
@pytest.mark.parametrize("length", [10**7, 9 * 10**18])
def test_a_body_that_is_declared_far_too_long_is_not_read(wire: Wire, length: int) -> None:
    status, _, body = wire.send("POST /p2p/ad/ HTTP/1.1", "Host: desk", f"Content-Length: {length}").answer()
    assert (status, json.loads(body)) == (413, failure("The body is larger than 64 KiB"))


def test_a_client_that_sends_on_after_a_refusal_reads_the_answer(wire: Wire) -> None:
    wire.send("POST /p2p/ad/ HTTP/1.1", "Host: desk", "Content-Length: 4000000", body=b"x" * 2_000_000)
    assert wire.answer()[0] == 413


def test_a_body_a_little_too_long_is_refused_after_the_token_was_looked_at(wire: Wire) -> None:
    length = 64 * 1024 + 1
    wire.send("POST /p2p/ad/ HTTP/1.1", "Host: desk", f"Content-Length: {length}", body=b"x" * length)
    assert wire.answer()[0] == 401


@pytest.mark.abuse("I2")
def test_chunks_without_an_end_are_refused(wire: Wire) -> None:
    wire.send("POST /p2p/ad/ HTTP/1.1", "Host: desk", "Transfer-Encoding: chunked")
    wire.socket.sendall((b"1000\r\n" + b"x" * 4096 + b"\r\n") * 300)
    assert wire.answer()[0] == 413


def test_a_chunked_body_is_read(desk: Desk, wire: Wire) -> None:
    jude = desk.trader("Jude")
    head = ("POST /p2p/offer/paid/1 HTTP/1.1", "Host: desk", f"Authorization: Bearer {jude.token}")
    kind = ("Content-Type: application/json", "Transfer-Encoding: chunked")
    status, _, body = wire.send(*head, *kind, body=b"2\r\n[]\r\n0\r\n\r\n").answer()
    assert (status, json.loads(body)) == (400, failure("The body must be a JSON object"))


@pytest.mark.abuse("F8")
@pytest.mark.parametrize("spelling", ["%31", "..%2f1", "1%00", "%D9%A1"])
def test_a_path_has_one_spelling(desk: Desk, wire: Wire, spelling: str) -> None:
    jude = desk.trader("Jude", trx="1000")
    jude.ad()
    token = f"Authorization: Bearer {jude.token}"
    assert wire.send("GET /p2p/ad/detail/1 HTTP/1.1", "Host: desk", token).answer()[0] == 200
    status, _, body = wire.send(f"GET /p2p/ad/detail/{spelling} HTTP/1.1", "Host: desk", token).answer()
    assert (status, json.loads(body)) == (404, failure("There is nothing at this address"))


@pytest.mark.abuse("F8")
def test_a_path_begins_with_one_slash(wire: Wire) -> None:
    assert wire.send("GET //healthz HTTP/1.1", "Host: desk").answer()[0] == 404


def test_several_servers_can_share_a_socket(desk: Desk) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        servers = [
            serve(make_app(desk.services), "127.0.0.1", 0, ThreadCounts(1), listening=listening.dup()) for _ in range(2)
        ]
    for server in servers:
        server.start()
    for stopped in servers:
        client = Wire(servers[1], of_a_desk=True)
        assert client.send("GET /healthz HTTP/1.1", "Host: desk", "Connection: close").answer()[0] == 200
        client.close()
        stopped.stop()


@pytest.mark.abuse("A1")
def test_two_tokens_are_none(desk: Desk, wire: Wire) -> None:
    token = f"Authorization: Bearer {desk.trader('Jude').token}"
    assert wire.send("GET /auth/me/ HTTP/1.1", "Host: desk", token, token).answer()[0] == 401


@pytest.mark.parametrize(("tags", "status"), [(('"9"', '"1"'), 200), (('"8"', '"9"'), 412), (('"1"', "1"), 400)])
def test_two_conditions_are_one_list(desk: Desk, wire: Wire, tags: tuple[str, ...], status: int) -> None:
    amara = desk.trader("Amara")
    offer = amara.offer(desk.trader("Jude", trx="1000").ad())
    conditions = [f"If-Match: {tag}" for tag in tags]
    token = f"Authorization: Bearer {amara.token}"
    wire.send(f"POST /p2p/offer/cancel/{offer} HTTP/1.1", "Host: desk", token, *conditions, "Content-Length: 0")
    assert wire.answer()[0] == status


def test_the_websocket_is_elsewhere(wire: Wire) -> None:
    status, headers, body = wire.send("GET /ws/p2p/?token=x HTTP/1.1", "Host: desk").answer()
    assert (status, headers["upgrade"]) == (426, "websocket")
    assert json.loads(body) == failure("The websocket is at wss://desk.example/ws/p2p/")


SLOW = {
    "nothing": b"",
    "half a header": b"GET /healthz HTTP/1.1\r\nHost: de",
    "half a body": b"POST /p2p/ad/ HTTP/1.1\r\nHost: desk\r\nContent-Length: 9999\r\n\r\n{",
    "nothing after an answer": SECOND,
}


@pytest.mark.abuse("I1")
@pytest.mark.parametrize("sent", SLOW.values(), ids=SLOW.keys())
def test_a_client_that_takes_too_long_is_cut_off(running: Callable[..., HttpServer], desk: Desk, sent: bytes) -> None:
    wire = Wire(running(make_app(desk.services), SHORT), of_a_desk=True)
    wire.socket.sendall(sent)
    wire.rest()
    wire.close()


@pytest.mark.abuse("I1")
@pytest.mark.parametrize("start", [SLOW["half a header"], SLOW["half a body"]], ids=["header", "body"])
def test_a_drip_does_not_buy_time(running: Callable[..., HttpServer], desk: Desk, start: bytes) -> None:
    wire = Wire(running(make_app(desk.services), SHORT), of_a_desk=True)
    wire.socket.sendall(start)
    ended = threading.Event()

    def drip() -> None:
        # Far more often than the deadline, so that any clock that a byte resets would never run out.
        while not ended.wait(0.05):
            try:
                wire.socket.sendall(b"a")
            except OSError:
                return

    dripping = threading.Thread(target=drip)
    dripping.start()
    wire.rest()
    ended.set()
    dripping.join()
    wire.close()


@pytest.mark.abuse("I1")
def test_a_client_that_does_not_read_is_cut_off(running: Callable[..., HttpServer]) -> None:
    ended = threading.Event()

    def endless(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", [("Content-Type", "text/plain")])
        try:
            while True:
                yield b"x" * 1_000_000
        finally:
            ended.set()

    wire = Wire(running(endless, SHORT))
    wire.socket.sendall(SECOND)
    assert ended.wait(PATIENCE_SECONDS)
    wire.close()


@pytest.mark.abuse("J2")
def test_an_error_of_the_application_is_in_the_envelope(
    running: Callable[..., HttpServer], caplog: pytest.LogCaptureFixture
) -> None:
    def broken(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        raise RuntimeError("a secret that nobody may read")

    wire = Wire(running(broken))
    wire.socket.sendall(SECOND)
    status, headers, body = wire.answer()
    message = f"Something went wrong on our side (request {headers['x-request-id']})"
    assert (status, json.loads(body)) == (500, failure(message))
    wire.close()
