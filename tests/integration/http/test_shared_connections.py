"""Which of several processes takes a connection from the socket that they share."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from adapters.http.server.connections import Deadlines
from adapters.http.server.http_server import HttpServer, ThreadCounts
from adapters.http.server.shared_connections import (
    ALIVE_SECONDS,
    CHANCE_SECONDS,
    SLACK,
    ConnectionShare,
    SharedConnections,
)
from tests.clock import Seconds
from tests.integration.sql.waiting import wait_until

EACH = 8


@pytest.fixture
def shares(seconds: Seconds) -> list[ConnectionShare]:
    """Three processes that have all looked around once, with no connections, and had their first chance."""
    common = SharedConnections(3, seconds)
    shares = [common.share(number) for number in range(3)]
    for share in shares:
        assert share.may_take(0)
    return shares


def test_whoever_has_the_fewest_takes_it(shares: list[ConnectionShare]) -> None:
    assert shares[0].may_take(0)
    assert not shares[0].may_take(1)
    assert shares[1].may_take(0)
    assert not shares[1].may_take(1)
    assert shares[2].may_take(1)
    assert shares[0].may_take(1)


def test_one_that_has_more_looks_again_after_a_while(shares: list[ConnectionShare], seconds: Seconds) -> None:
    """The other may be busy for a moment, and connections must not wait for it."""
    assert not shares[0].may_take(1)
    seconds.now += CHANCE_SECONDS - 0.001
    assert not shares[0].may_take(1)
    seconds.now += 0.002
    assert shares[0].may_take(1)
    assert not shares[0].may_take(2)


def test_nothing_is_left_to_a_process_that_is_dead(shares: list[ConnectionShare], seconds: Seconds) -> None:
    seconds.now += ALIVE_SECONDS + 0.1
    for connections in range(5):
        assert shares[0].may_take(connections)


def test_one_that_replaces_another_takes_its_place(seconds: Seconds) -> None:
    common = SharedConnections(2, seconds)
    first, second = common.share(0), common.share(1)
    assert first.may_take(0) and second.may_take(0)
    assert first.may_take(3) is False
    replacing = common.share(1)
    assert replacing.may_take(5)
    assert first.may_take(3)


def test_one_process_alone_takes_everything() -> None:
    share = SharedConnections(1).share(0)
    assert all(share.may_take(connections) for connections in range(100))


def answer_nothing(_environ: Any, start_response: Callable[..., object]) -> list[bytes]:
    start_response("200 OK", [("Content-Length", "0")])
    return []


@pytest.fixture
def servers(seconds: Seconds) -> Iterator[tuple[HttpServer, HttpServer]]:
    """Two servers on one listening socket, as two processes have them; neither is started, and their time stands."""
    common = SharedConnections(2, seconds)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        host, port = listening.getsockname()
        both = [
            HttpServer(answer_nothing, host, port, ThreadCounts(1), Deadlines(), listening.dup(), common.share(number))
            for number in range(2)
        ]
        yield both[0], both[1]
        for server in both:
            server.stop(0)


@pytest.fixture
def connect(servers: tuple[HttpServer, HttpServer]) -> Iterator[Callable[[], socket.socket]]:
    """Opens one more connection, and returns it when one of the servers has taken it."""
    with ExitStack() as clients:

        def connect() -> socket.socket:
            before = sum(server.connections for server in servers)
            client = clients.enter_context(socket.create_connection(servers[0].address, 20))
            wait_until(lambda: sum(server.connections for server in servers) == before + 1)
            return client

        yield connect


def look_around(client: socket.socket) -> None:
    """Have this client's server go round once more, and with that look at what others have."""
    client.sendall(b"GET / HTTP/1.1\r\nHost: desk\r\n\r\n")
    answer = b""
    while b"\r\n\r\n" not in answer:
        answer += client.recv(65536)


def test_a_server_that_comes_later_takes_what_is_due_to_it(
    servers: tuple[HttpServer, HttpServer], connect: Callable[[], socket.socket]
) -> None:
    first, second = servers
    first.start()
    clients = [connect() for _ in range(EACH)]
    second.start()
    # However long the second takes to start, it has written that it is there before it takes its first connection.
    while not second.connections:
        connect()
    # The first may still be waiting for a connection, as it was to when it was alone.
    look_around(clients[0])
    held = first.connections
    # From then on the first may be a little ahead, where it took more than eight before the second was there.
    while second.connections < min(held, SLACK):
        connect()
    assert first.connections == held
