"""A wall clock that is set, forward or back, neither cuts off a client nor keeps one for good."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from adapters.http.app import make_app
from adapters.http.server.connections import DeadlineChannel, Deadlines
from adapters.http.server.http_server import LOOK_SECONDS, HttpServer
from tests.integration.http.desk import Desk
from tests.integration.http.wire import SECOND, Wire

SHORT = Deadlines(headers=0.2, body=0.2, answer=0.2, idle=0.2, linger=0.2)
HOUR = 3600.0


@pytest.fixture
def server(running: Callable[..., HttpServer], desk: Desk) -> HttpServer:
    return running(make_app(desk.services))


def channel_of(server: HttpServer) -> DeadlineChannel:
    (channel,) = server._server.active_channels.values()
    return channel


def test_a_slow_client_is_cut_off_though_the_clock_was_set_back(server: HttpServer) -> None:
    """What waitress noted by the wall clock for its next look then lies in the future."""
    server._server.deadlines = SHORT
    server._server.next_channel_cleanup = time.time() + HOUR
    wire = Wire(server)
    wire.socket.sendall(b"GET /healthz HTTP/1.1\r\nHost: de")
    wire.rest()
    wire.close()


def test_an_idle_connection_is_closed_though_the_clock_was_set_back(server: HttpServer) -> None:
    wire = Wire(server).send("GET /healthz HTTP/1.1", "Host: desk")
    assert wire.answer()[0] == 200
    channel_of(server).last_activity = time.time() + HOUR
    # Only now, so that a slow machine does not close it before.
    server._server.deadlines = SHORT
    wire.rest()
    wire.close()


def test_nobody_is_cut_off_because_the_clock_was_set_forward(server: HttpServer) -> None:
    wire = Wire(server)
    wire.socket.sendall(SECOND)
    assert wire.answer()[0] == 200
    channel = channel_of(server)
    channel.last_activity = time.time() - HOUR
    assert not channel.is_overdue(time.monotonic(), Deadlines())
    wire.close()


def test_connections_are_looked_at_often_enough_for_the_shortest_deadline() -> None:
    deadlines = Deadlines()
    assert min(deadlines.headers, deadlines.body, deadlines.answer, deadlines.idle, deadlines.linger) >= LOOK_SECONDS
