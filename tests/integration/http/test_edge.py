"""The edge: what could be read in two ways is refused, and floods of headers are read to their bound."""

from __future__ import annotations

import json

import pytest

from adapters.http.server.http_server import HttpServer
from tests.integration.http.desk import failure
from tests.integration.http.wire import SECOND, Wire

TWO_MEANINGS = {
    "length and encoding": ["Host: desk", "Content-Length: 5", "Transfer-Encoding: chunked"],
    "encoding and length": ["Host: desk", "Transfer-Encoding: chunked", "Content-Length: 5"],
    "encoding twice": ["Host: desk", "Transfer-Encoding: chunked", "Transfer-Encoding: chunked"],
    "encoding twice in one": ["Host: desk", "Transfer-Encoding: chunked, chunked"],
    "encoding of unknown kind": ["Host: desk", "Transfer-Encoding: gzip"],
    "encoding with a parameter": ["Host: desk", "Transfer-Encoding: chunked;q=1"],
    "encoding in quotes": ["Host: desk", 'Transfer-Encoding: "chunked"'],
    "encoding behind a control character": ["Host: desk", "Transfer-Encoding: \x0bchunked"],
    "no encoding at all": ["Host: desk", "Transfer-Encoding: identity"],
    "empty encoding": ["Host: desk", "Transfer-Encoding:"],
    "empty encoding and a length": ["Host: desk", "Transfer-Encoding: ", "Content-Length: 5"],
    "length twice": ["Host: desk", "Content-Length: 5", "Content-Length: 5"],
    "length with a sign": ["Host: desk", "Content-Length: +5"],
    "length of no digits": ["Host: desk", "Content-Length: five"],
    "length in other digits": ["Host: desk", "Content-Length: 0x5"],
    "empty length": ["Host: desk", "Content-Length:"],
    "two lengths in one": ["Host: desk", "Content-Length: 5, 5"],
    "no host": [],
    "host twice": ["Host: desk", "Host: other"],
    "two hosts in one": ["Host: desk, other"],
    "empty host": ["Host:"],
    "host with a path": ["Host: desk/healthz"],
    "host with somebody": ["Host: jude@desk"],
    "folded header": ["Host: desk", "X-Note: a", " b"],
    "header folded by a tab": ["Host: desk", "X-Note: a", "\tb"],
    "folded first header": [" X-Note: a", "Host: desk"],
    "line end without its first half": ["Host: desk", "X-Note: a\nTransfer-Encoding: chunked"],
    "line end without its second half": ["Host: desk", "X-Note: a\rTransfer-Encoding: chunked"],
    "NUL": ["Host: desk", "X-Note: a\0b"],
    "header without a name": ["Host: desk", ": a"],
    "header without a colon": ["Host: desk", "X-Note"],
    "space before the colon": ["Host: desk", "Content-Length : 5"],
    "key twice": ["Host: desk", "Idempotency-Key: a", "Idempotency-Key: b"],
}


@pytest.mark.abuse("E3", "I3")
@pytest.mark.parametrize("headers", TWO_MEANINGS.values(), ids=TWO_MEANINGS.keys())
def test_what_has_two_meanings_is_refused_and_nothing_behind_it_is_served(wire: Wire, headers: list[str]) -> None:
    wire.send("POST /p2p/ad/ HTTP/1.1", *headers, body=b"5\r\nhello\r\n0\r\n\r\n" + SECOND)
    status, answered, body = wire.answer()
    assert status in (400, 501)
    assert json.loads(body) == failure(json.loads(body)["message"])
    assert answered["x-request-id"]
    assert wire.rest() == b""


CHUNKS_OF_TWO_MEANINGS = {
    "a size with a sign": b"+5\r\nhello\r\n0\r\n\r\n",
    "a size with a prefix": b"0x5\r\nhello\r\n0\r\n\r\n",
    "a size between blanks": b" 5 \r\nhello\r\n0\r\n\r\n",
    "no size": b"\r\nhello\r\n0\r\n\r\n",
    "half a line end behind the size": b"5\nhello\r\n0\r\n\r\n",
    "half a line end behind the chunk": b"5\r\nhello\n0\r\n\r\n",
    "half a line end in an extension": b"5;\n\r\nhello\r\n0\r\n\r\n",
    "more than was said": b"5\r\nhelloGE\r\n0\r\n\r\n",
}


@pytest.mark.abuse("I3")
@pytest.mark.parametrize("chunks", CHUNKS_OF_TWO_MEANINGS.values(), ids=CHUNKS_OF_TWO_MEANINGS.keys())
def test_chunks_of_two_meanings_are_refused_and_nothing_behind_them_is_served(wire: Wire, chunks: bytes) -> None:
    wire.send("POST /p2p/ad/ HTTP/1.1", "Host: desk", "Transfer-Encoding: chunked", body=chunks + SECOND)
    status, _, body = wire.answer()
    assert (status, json.loads(body)) == (400, failure("The request is not valid HTTP"))
    assert wire.rest() == b""


FIRST_LINES = {
    "an encoding that only later versions have": b"POST /p2p/ad/ HTTP/1.0\r\nConnection: keep-alive\r\nHost: desk\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "half line ends": b"GET /healthz HTTP/1.1\nHost: desk\n\n",
    "one half line end": b"GET /healthz HTTP/1.1\nHost: desk\r\n\r\n",
    "a half line end at the end": b"GET /healthz HTTP/1.1\r\nHost: desk\n\n",
    "two blanks": b"GET  /healthz HTTP/1.1\r\nHost: desk\r\n\r\n",
    "tabs": b"GET\t/healthz\tHTTP/1.1\r\nHost: desk\r\n\r\n",
    "no version": b"GET /healthz\r\nHost: desk\r\n\r\n",
    "a version that is none": b"GET /healthz HTTP/1.1x\r\nHost: desk\r\n\r\n",
    "another version": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "NUL": b"GET /healthz\0 HTTP/1.1\r\nHost: desk\r\n\r\n",
    "bytes beyond ASCII": b"GET /\xff HTTP/1.1\r\nHost: desk\r\n\r\n",
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    "nothing": b"\r\n\r\n",
}


@pytest.mark.abuse("I3")
@pytest.mark.parametrize("sent", FIRST_LINES.values(), ids=FIRST_LINES.keys())
def test_what_is_no_request_is_refused_and_nothing_behind_it_is_served(server: HttpServer, sent: bytes) -> None:
    wire = Wire(server)
    wire.socket.sendall(sent + SECOND)
    status, _, body = wire.answer()
    assert (status, json.loads(body)) == (400, failure("The request is not valid HTTP"))
    assert wire.rest() == b""
    wire.close()


@pytest.mark.parametrize("host", ["desk", "desk.example:443", "127.0.0.1:8080", "[::1]:8080", "a_b"])
def test_hosts_that_can_be(wire: Wire, host: str) -> None:
    assert wire.send("GET /healthz HTTP/1.1", f"Host: {host}").answer()[0] == 200


FLOODS = {
    "many headers": [b"X-%d: a\r\n" % number for number in range(3000)],
    "one header many times": [b"A:b\r\n"] * 6000,
    "a name without an end": [b"x" * 1000] * 30,
    "a value without an end": [b"X-Note: "] + [b"x" * 1000] * 30,
}


@pytest.mark.abuse("I2")
@pytest.mark.parametrize("pieces", FLOODS.values(), ids=FLOODS.keys())
def test_a_flood_of_headers_is_read_to_the_bound_and_no_further(server: HttpServer, pieces: list[bytes]) -> None:
    """Also where they never end, and come a piece at a time."""
    wire = Wire(server)
    wire.socket.sendall(b"GET /healthz HTTP/1.1\r\nHost: desk\r\n")
    for start in range(0, len(pieces), 10):
        wire.socket.sendall(b"".join(pieces[start : start + 10]))
    status, headers, body = wire.answer()
    assert (status, headers["error-code"]) == (431, "headers_too_large")
    assert json.loads(body) == failure("The headers are too large")
    assert wire.rest() == b""
    wire.close()


@pytest.mark.abuse("I2")
def test_a_chunk_s_size_without_an_end_is_read_to_the_bound_of_bodies(wire: Wire) -> None:
    wire.send("POST /p2p/ad/ HTTP/1.1", "Host: desk", "Transfer-Encoding: chunked")
    for _ in range(70):
        wire.socket.sendall(b"5;" + b"x" * 16 * 1024)
    assert wire.answer()[0] == 413
