"""What the committed nginx says by itself: in the desk's envelope, with a code and an id, and over TLS from then on."""

import re
import socket
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.integration.stories.nginx import CONFIGURATION, Origin, nginx, some_ports

HOST = b"Host: desk.example.com\r\n"
END = b"Connection: close\r\n\r\n"


@pytest.fixture
def origin(tmp_path: Path) -> Iterator[Origin]:
    """An nginx with nothing behind it."""
    with nginx(some_ports(), tmp_path) as origin:
        yield origin


def check(answer: tuple[int, dict[str, str], Any], status: int, code: str, message: str) -> None:
    """It is an answer of the desk's shape."""
    got, headers, envelope = answer
    assert (got, headers["Error-Code"]) == (status, code), envelope
    assert envelope == {"status": "failure", "entity": None, "message": message, "success": False}
    assert headers["Content-Type"] == "application/json"
    assert headers["Strict-Transport-Security"] == "max-age=63072000"
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert re.fullmatch("[0-9a-f]{32}", headers["X-Request-Id"])
    assert headers["Server"] == "nginx"
    assert ("Retry-After" in headers) == (status in (429, 503))


NOT_HTTP = "The request is not valid HTTP"
TOO_LARGE = "The headers are too large"
AWAY = (
    "The desk cannot be reached right now, so that this may or may not have happened; "
    "send the request again with the same Idempotency-Key, or look before you send it again"
)
TOO_LONG = b"POST /p2p/ad/ HTTP/1.1\r\n" + HOST + b"Content-Length: 200000\r\n" + END
FILE_TOO_LONG = b"POST /p2p/offer/attachment/1/ HTTP/1.1\r\n" + HOST + b"Content-Length: 7000000\r\n" + END
# fmt: off
ASKED = {
    "no host": (b"GET / HTTP/1.1\r\n" + END, 400, "bad_request", NOT_HTTP),
    "no version that there is": (b"GET / HTTP/3.0\r\n" + HOST + END, 400, "bad_request", NOT_HTTP),
    "encoding and length": (
        b"POST / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n" + END,
        400, "bad_request", NOT_HTTP,
    ),
    "figures": (b"GET /metrics HTTP/1.1\r\n" + HOST + END, 404, "not_found", "There is nothing at this address"),
    "a method": (b"TRACE / HTTP/1.1\r\n" + HOST + END, 405, "method_not_allowed", "This method is not allowed here"),
    "a body": (TOO_LONG, 413, "too_large", "The body is larger than 64 KiB"),
    "a file": (FILE_TOO_LONG, 413, "too_large", "The file is larger than 5 MiB"),
    "a long address": (b"GET /" + b"a" * 17_000 + b" HTTP/1.1\r\n" + HOST + END, 431, "headers_too_large", TOO_LARGE),
    "long headers": (
        b"GET / HTTP/1.1\r\n" + HOST + b"A: " + b"a" * 17_000 + b"\r\n" + END, 431, "headers_too_large", TOO_LARGE,
    ),
    "an encoding": (
        b"POST / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: gzip\r\n" + END,
        501, "unknown_encoding", "This transfer encoding is not supported",
    ),
    "away": (b"GET /wallet/ HTTP/1.1\r\n" + HOST + END, 503, "outcome_unknown", AWAY),
    "a deed, away": (
        b"POST /p2p/offer/paid/1/ HTTP/1.1\r\n" + HOST + b"Content-Length: 2\r\n" + END + b"{}",
        503, "outcome_unknown", AWAY,
    ),
    "the websocket, away": (b"GET /ws/p2p/ HTTP/1.1\r\n" + HOST + END, 503, "outcome_unknown", AWAY),
}
# fmt: on


@pytest.mark.parametrize(("request_", "status", "code", "message"), ASKED.values(), ids=ASKED.keys())
def test_what_nginx_says_is_in_the_envelope(
    origin: Origin, request_: bytes, status: int, code: str, message: str
) -> None:
    answer = origin.raw(request_)
    check(answer, status, code, message)
    assert ("Allow" in answer[1]) == (status == 405)


def test_one_address_is_answered_so_many_requests_at_once_and_no_more(tmp_path: Path) -> None:
    """With two a minute, so that how fast this machine is does not matter; 200 may come at once."""
    with nginx(some_ports(), tmp_path, ("rate=50r/s", "rate=2r/m")) as origin:
        request = b"GET /wallet/ HTTP/1.1\r\n" + HOST + END
        answers = [origin.raw(request) for _ in range(205)]
        statuses = Counter(status for status, _, _ in answers)
        assert 200 <= statuses[503] <= 203
        assert statuses[503] + statuses[429] == 205
        check(answers[-1], 429, "rate_limited", "Too many requests, please try again in a moment")
        assert answers[-1][1]["Retry-After"] == "2"


def test_one_address_has_so_many_connections_at_once_and_no_more(tmp_path: Path) -> None:
    """Requests that are under way: their desk takes the connection, and says nothing."""
    ports = some_ports()
    silent = [
        socket.create_server(("127.0.0.1", port), backlog=512) for port in (ports.first, ports.second, ports.websocket)
    ]
    with ExitStack() as clients:
        for each in silent:
            clients.enter_context(each)
        origin = clients.enter_context(nginx(ports, tmp_path))
        for number in range(200):
            client = clients.enter_context(socket.create_connection(("127.0.0.1", origin.port), 20))
            path = b"/ws/p2p/" if number % 2 else b"/wallet/"
            client.sendall(b"GET " + path + b" HTTP/1.1\r\n" + HOST + b"\r\n")
        answer = origin.raw(b"GET /wallet/ HTTP/1.1\r\n" + HOST + END)
        check(answer, 429, "rate_limited", "Too many requests, please try again in a moment")


def test_a_browser_is_told_everywhere_to_come_by_tls() -> None:
    """Where a place adds a header of its own, it has none from above."""
    configuration = CONFIGURATION.read_text(encoding="utf-8")
    assert "listen 443 ssl;" in configuration
    places = re.findall(r"location [^{]+\{(.*?)\n    \}", configuration, re.DOTALL)
    assert len(places) == 5
    for place in places:
        assert ("add_header" in place) == ("add_header Strict-Transport-Security" in place)
