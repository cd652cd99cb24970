"""Where market prices come from: a file that changes, and a server that is asked by https."""

from __future__ import annotations

import os
import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from adapters.prices.feeds import FilePrices, HttpsPrices, prices_from_url, rates_in
from domain.ports.prices import PricesUnavailable

GOOD = b'{"btc": {"usd": "65000.12", "jpy": 9000000}, "trx": {"usd": 0.1}}'
RATES = {("btc", "usd"): Decimal("65000.12"), ("btc", "jpy"): Decimal(9000000), ("trx", "usd"): Decimal("0.1")}
WRITTEN = datetime(2026, 3, 2, 12, tzinfo=UTC)
HALF_A_MINUTE = timedelta(seconds=30)


def test_rates_are_read_as_they_are_spelled() -> None:
    assert rates_in(GOOD) == RATES
    assert rates_in(b'{"btc": {"usd": 0.10000000000000000001}}') == {("btc", "usd"): Decimal("0.10000000000000000001")}


@pytest.mark.parametrize("wrong", ['"1e5"', '"-1"', "1e5", "-1", "NaN", "null", "true", "[]", "{}", '"1,5"', '""'])
def test_what_is_no_amount_is_left_out(wrong: str) -> None:
    assert rates_in(b'{"btc": {"usd": %s, "jpy": "5"}}' % wrong.encode()) == {("btc", "jpy"): 5}


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"5", b'{"btc": 5}', b"\xff", b"[" * 100_000, b'{"a": {"b": ' * 9])
def test_what_has_another_shape_is_no_answer(raw: bytes) -> None:
    with pytest.raises(PricesUnavailable):
        rates_in(raw)


def written(path: Path, raw: bytes, at: datetime) -> None:
    path.write_bytes(raw)
    os.utime(path, (at.timestamp(), at.timestamp()))


def test_a_file_answers_once_for_each_change(tmp_path: Path) -> None:
    path = tmp_path / "prices.json"
    feed = FilePrices(path)
    with pytest.raises(PricesUnavailable):
        feed.ask()
    written(path, GOOD, WRITTEN)
    answer = feed.ask()
    assert answer is not None
    assert (answer.rates, answer.at) == (RATES, WRITTEN)
    assert feed.ask() is None
    written(path, GOOD, WRITTEN + timedelta(seconds=1))
    again = feed.ask()
    assert again is not None
    assert again.at == WRITTEN + timedelta(seconds=1)


def test_an_older_file_is_one_that_was_put_back(tmp_path: Path) -> None:
    """By what this feed has read of it: when it begins, it knows of none before."""
    path = tmp_path / "prices.json"
    feed, told = FilePrices(path), []
    for seconds in (0, 1, -400, 2):
        written(path, GOOD, WRITTEN + timedelta(seconds=seconds))
        answer = feed.ask()
        assert answer is not None
        told.append((answer.at, answer.is_put_back))
    moments = [WRITTEN + timedelta(seconds=seconds) for seconds in (0, 1, -400, 2)]
    assert told == list(zip(moments, (False, False, True, False), strict=True))


def test_a_file_that_cannot_be_read_is_read_when_it_is_mended(tmp_path: Path) -> None:
    path = tmp_path / "prices.json"
    feed = FilePrices(path)
    written(path, b"{", WRITTEN)
    with pytest.raises(PricesUnavailable):
        feed.ask()
    written(path, GOOD, WRITTEN + timedelta(seconds=1))
    assert feed.ask() is not None


def answering(status: int, body: bytes, **headers: str) -> Callable[[BaseHTTPRequestHandler], None]:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        for name, value in headers.items():
            request.send_header(name, value)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)

    return answer


Serving = Callable[[Callable[[BaseHTTPRequestHandler], None]], str]


def test_a_server_is_asked_by_https(serving: Serving, trusting_tls: ssl.SSLContext) -> None:
    feed = HttpsPrices(serving(answering(200, GOOD)), HALF_A_MINUTE, trusting_tls)
    for _ in range(2):
        answer = feed.ask()
        assert answer is not None
        assert (answer.rates, answer.at) == (RATES, None)
    assert (feed.ask_every, feed.apart) == (HALF_A_MINUTE, HALF_A_MINUTE / 2)


@pytest.mark.parametrize(
    ("status", "body", "headers"),
    [(500, b"", {}), (404, GOOD, {}), (302, b"", {"Location": "https://127.0.0.1:1/"}), (200, b"<html>", {})],
)
def test_a_server_that_says_something_else_is_no_feed(
    serving: Serving, trusting_tls: ssl.SSLContext, status: int, body: bytes, headers: dict[str, str]
) -> None:
    with pytest.raises(PricesUnavailable):
        HttpsPrices(serving(answering(status, body, **headers)), HALF_A_MINUTE, trusting_tls).ask()


def test_a_server_that_nobody_vouches_for_is_not_believed(serving: Serving) -> None:
    with pytest.raises(PricesUnavailable):
        HttpsPrices(serving(answering(200, GOOD)), HALF_A_MINUTE).ask()


def test_a_setting_names_a_feed(tmp_path: Path) -> None:
    assert prices_from_url(None, 30) is None
    assert isinstance(prices_from_url(f"file:{tmp_path}/prices.json", 30), FilePrices)
    feed = prices_from_url("https://prices.example/", 45)
    assert isinstance(feed, HttpsPrices)
    assert feed.ask_every == timedelta(seconds=45)
