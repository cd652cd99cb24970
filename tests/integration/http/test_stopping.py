"""The end of the server: what it has taken it answers, and it takes nothing more."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from adapters.http.app import make_app
from adapters.http.server.connections import Deadlines
from adapters.http.server.http_server import HttpServer, ThreadCounts, serve
from adapters.http.server.shared_connections import SharedConnections
from tests.integration.http.desk import Desk
from tests.integration.http.wire import PATIENCE_SECONDS, SECOND, Wire
from tests.integration.sql.waiting import wait_until


def test_a_stop_finishes_what_is_in_flight_and_takes_nothing_new(running: Callable[..., HttpServer]) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        begun.set()
        go_on.wait(PATIENCE_SECONDS)
        start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "4")])
        return [b"done"]

    server = running(slow)
    busy, idle = Wire(server), Wire(server)
    busy.socket.sendall(SECOND)
    assert begun.wait(PATIENCE_SECONDS)
    stopping = threading.Thread(target=server.stop, args=(PATIENCE_SECONDS,))
    stopping.start()
    assert idle.rest() == b""
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(server.address, PATIENCE_SECONDS)
    go_on.set()
    assert busy.answer()[2] == b"done"
    stopping.join(PATIENCE_SECONDS)
    assert not stopping.is_alive()
    busy.close()
    idle.close()


def test_a_stop_finishes_what_waits_for_a_thread(running: Callable[..., HttpServer]) -> None:
    """More requests were taken than there are threads; whoever stands in line was taken as well."""
    go_on = threading.Event()

    def slow(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        go_on.wait(PATIENCE_SECONDS)
        start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "4")])
        return [b"done"]

    server = running(slow, threads=ThreadCounts(2))
    wires = [Wire(server) for _ in range(8)]
    for wire in wires:
        wire.socket.sendall(SECOND)
    channels = server._server.active_channels
    wait_until(lambda: sum(channel.is_busy for channel in list(channels.values())) == len(wires))
    stopping = threading.Thread(target=server.stop, args=(PATIENCE_SECONDS,))
    stopping.start()
    wait_until(lambda: not server._server.accepting)
    go_on.set()
    assert [wire.answer()[2] for wire in wires] == [b"done"] * len(wires)
    stopping.join(PATIENCE_SECONDS)
    assert not stopping.is_alive()
    for wire in wires:
        wire.close()


def test_a_stop_does_not_wait_for_ever(running: Callable[..., HttpServer]) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def stuck(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        begun.set()
        go_on.wait(PATIENCE_SECONDS)
        return []

    server = running(stuck)
    wire = Wire(server, of_a_desk=True)
    wire.socket.sendall(SECOND)
    assert begun.wait(PATIENCE_SECONDS)
    server.stop(0)
    assert not go_on.is_set()
    go_on.set()
    wire.close()


def test_a_server_that_never_ran_can_be_stopped(desk: Desk) -> None:
    server = serve(make_app(desk.services), "127.0.0.1", 0, ThreadCounts(1))
    server.stop()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(server.address, PATIENCE_SECONDS)


def test_a_stop_answers_what_still_comes_and_says_that_it_was_the_last() -> None:
    """What a proxy in front sends at the moment of the stop is answered, and it goes elsewhere with what is next."""

    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "4")])
        return [b"done"]

    # By this clock the other process has fewer connections for ever, so that the second one is left waiting.
    common = SharedConnections(2, lambda: 100.0)
    common.share(1).may_take(0)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        host, port = listening.getsockname()
        server = HttpServer(answer, host, port, ThreadCounts(1), Deadlines(), listening.dup(), share=common.share(0))
    server.start()
    idle, waiting = Wire(server), Wire(server)
    idle.socket.sendall(SECOND)
    assert "connection" not in idle.answer()[1]
    waiting.socket.sendall(SECOND)
    assert server.connections == 1
    stopping = threading.Thread(target=server.stop, args=(PATIENCE_SECONDS, PATIENCE_SECONDS))
    stopping.start()
    wait_until(lambda: not server._server.accepting)
    idle.socket.sendall(SECOND)
    for wire in (idle, waiting):
        status, headers, _ = wire.answer()
        assert (status, headers["connection"]) == (200, "close")
        assert wire.rest() == b""
        wire.close()
    stopping.join(PATIENCE_SECONDS)
    assert not stopping.is_alive()


def test_an_idle_connection_is_kept_for_a_moment_only(running: Callable[..., HttpServer], desk: Desk) -> None:
    server = running(make_app(desk.services))
    wire = Wire(server, of_a_desk=True)
    assert wire.send("GET /healthz HTTP/1.1", "Host: desk").answer()[0] == 200
    server.stop(PATIENCE_SECONDS, 0.1)
    assert wire.rest() == b""
    wire.close()
