"""Crowds at the door: what waits for long, who has too many connections, and clients that leave before their answer."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

import pytest

from adapters.http.server.connections import Deadlines
from adapters.http.server.fair_tasks import WAITING_OF_ONE, FairDispatcher, FairTasks
from adapters.http.server.http_server import HttpServer, ThreadCounts, serve
from adapters.http.server.room import CONNECTIONS_LIMIT, CONNECTIONS_OF_ONE, SPARE, Clients, given_up
from adapters.http.server.shared_connections import SharedConnections
from tests.integration.http.wire import Wire
from tests.integration.sql.waiting import wait_until

SLOW = ThreadCounts(2, 1, frozenset({"/slow"}))
HOST = "Host: desk"


@dataclass
class Slow:
    """An application that answers one slow request after another, as it is let to, and notes for whom."""

    may_go: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    served: list[str] = field(default_factory=list)

    def __call__(self, environ: Any, start_response: Callable[..., object]) -> list[bytes]:
        if environ["PATH_INFO"] == "/slow":
            self.served.append(environ["QUERY_STRING"])
            self.may_go.acquire(timeout=30)
        start_response("200 OK", [("Content-Length", "0")])
        return []


@pytest.fixture
def app() -> Iterator[Slow]:
    slow = Slow()
    yield slow
    slow.may_go.release(1000)


def by_what_they_say(address: str, said: str) -> str:
    return said or address


@pytest.fixture
def server(app: Slow) -> Iterator[HttpServer]:
    server = serve(app, "127.0.0.1", 0, SLOW, clients=Clients(by_what_they_say))
    server.start()
    yield server
    server.stop(0)


def asking(server: HttpServer, who: str, what: str) -> Wire:
    return Wire(server).send(f"GET /slow?{what} HTTP/1.1", HOST, f"X-Forwarded-For: {who}")


@pytest.mark.abuse("I6")
def test_what_waits_is_dropped_when_its_client_has_left(app: Slow, server: HttpServer) -> None:
    first = asking(server, "eve", "0")
    wait_until(lambda: app.served == ["0"])
    gone = [asking(server, "eve", str(number)) for number in range(1, 31)]
    wait_until(lambda: server.waiting == 30)
    for wire in gone[1:]:
        wire.close()
    last = asking(server, "jude", "31")
    wait_until(lambda: server.waiting == 31)
    app.may_go.release(3)
    assert [wire.answer()[0] for wire in (first, gone[0], last)] == [200] * 3
    assert sorted(app.served) == ["0", "1", "31"]
    wait_until(lambda: server.connections == 3)
    for wire in (first, gone[0], last):
        wire.close()


@pytest.mark.abuse("I6")
def test_whoever_asks_once_waits_behind_nobody_s_flood(app: Slow, server: HttpServer) -> None:
    flood = [asking(server, "eve", f"eve{number}") for number in range(20)]
    wait_until(lambda: len(app.served) + server.waiting == 20)
    jude = asking(server, "jude", "jude")
    wait_until(lambda: server.waiting == 20)
    app.may_go.release(3)
    assert jude.answer()[0] == 200
    assert app.served.index("jude") <= 2
    app.may_go.release(100)
    assert [wire.answer()[0] for wire in flood] == [200] * 20
    for wire in (jude, *flood):
        wire.close()


def test_no_more_wait_for_one_client_than_may(app: Slow, server: HttpServer) -> None:
    first = asking(server, "eve", "0")
    wait_until(lambda: app.served == ["0"])
    waiting = [asking(server, "eve", str(number)) for number in range(WAITING_OF_ONE)]
    wait_until(lambda: server.waiting == WAITING_OF_ONE)
    one_more = asking(server, "eve", "more")
    status, headers, _ = one_more.answer()
    assert (status, headers["error-code"], headers["retry-after"]) == (429, "rate_limited", "2")
    other = asking(server, "jude", "jude")
    wait_until(lambda: server.waiting == WAITING_OF_ONE + 1)
    for wire in (first, *waiting, one_more, other):
        wire.close()


@dataclass(eq=False)
class Task:
    client: str
    number: int = 0


def test_turns() -> None:
    tasks = FairTasks()
    assert not tasks
    for client, number in (("a", 1), ("a", 2), ("a", 3), ("b", 4), ("c", 5), ("b", 6)):
        tasks.append(Task(client, number))
    assert (len(tasks), tasks.waiting("a"), tasks.waiting("nobody")) == (6, 3, 0)
    assert [tasks.popleft().number for _ in range(6)] == [1, 4, 5, 2, 6, 3]
    assert not tasks


def test_of_many_at_once_no_more_are_queued_than_may() -> None:
    dispatcher = FairDispatcher()
    assert sum(dispatcher.has_taken(Task("eve")) for _ in range(200)) == WAITING_OF_ONE
    assert dispatcher.has_taken(Task("jude"))


# Connections ---------------------------------------------------------------------------------------------------


@dataclass(eq=False)
class Channel:
    host: str
    last_activity: float
    may_be_given_up: bool = True
    request: object = None

    @property
    def addr(self) -> tuple[str, int]:
        return self.host, 1


def crowd(host: str, count: int, **facts: Any) -> list[Channel]:
    return [Channel(host, number, **facts) for number in range(count)]


def test_below_the_bound_nobody_is_given_up() -> None:
    newest = Channel("eve", 9999)
    assert given_up([*crowd("eve", CONNECTIONS_OF_ONE - 1), newest], newest, Clients()) is None
    jude = Channel("jude", 9999)
    assert given_up([*crowd("eve", CONNECTIONS_OF_ONE), jude], jude, Clients()) is None


def test_of_one_that_has_too_many_the_longest_idle_goes() -> None:
    newest = Channel("eve", 9999)
    reading, busy = crowd("eve", 200, request=object()), crowd("eve", 200, may_be_given_up=False)
    idle = Channel("eve", 500)
    assert given_up([*reading, *busy, idle, newest], newest, Clients()) is idle
    assert given_up([*reading, *busy, *crowd("jude", 9), newest], newest, Clients()) is reading[0]
    assert given_up([*busy, *busy, newest], newest, Clients()) is newest
    assert given_up([*reading, *busy, newest], newest, Clients(is_proxy=lambda address: address == "eve")) is None


def test_where_there_are_hardly_any_left_whoever_has_the_most_gives_up() -> None:
    newest = Channel("jude", 9999)
    rest = CONNECTIONS_LIMIT - SPARE - 300
    channels = [*crowd("eve", 300), *(Channel(f"other {number}", number) for number in range(rest)), newest]
    assert given_up(channels, newest, Clients()) is channels[0]


@pytest.mark.parametrize("beginning", [b"", b"GET / HTTP/1.1\r\nHost"], ids=["silent", "dripping"])
def test_one_address_with_too_many_idle_connections_is_served(
    running: Callable[..., HttpServer], app: Slow, beginning: bytes
) -> None:
    """One more is let in for the oldest of those."""
    server = running(app, Deadlines(), ThreadCounts(1))
    with ExitStack() as clients:
        for _ in range(CONNECTIONS_OF_ONE + 30):
            client = clients.enter_context(socket.create_connection(server.address, 20))
            client.sendall(beginning)
        wire = Wire(server)
        assert wire.send("GET / HTTP/1.1", HOST).answer()[0] == 200
        wire.close()
        assert server.connections <= CONNECTIONS_OF_ONE + 1


def test_a_process_that_is_a_little_ahead_waits_for_nobody() -> None:
    """Else two processes would take a crowd two by two, and the last of 300 would wait for seconds."""
    common = SharedConnections(2, lambda: 100.0)
    first, second = common.share(0), common.share(1)
    for held, ahead in ((0, 0), (7, 7), (8, 9), (80, 90), (160, 180)):
        second.may_take(held)
        assert first.may_take(ahead)
        assert not first.may_take(ahead + 1)


def test_a_crowd_that_says_nothing_keeps_nobody_out_at_two_processes(app: Slow) -> None:
    common = SharedConnections(2)
    with ExitStack() as clients, socket.create_server(("127.0.0.1", 0), backlog=1024) as listening:
        host, port = listening.getsockname()
        servers = [
            HttpServer(app, host, port, ThreadCounts(1), Deadlines(), listening.dup(), common.share(number))
            for number in range(2)
        ]
        try:
            for server in servers:
                server.start()
            for _ in range(300):
                clients.enter_context(socket.create_connection((host, port), 20))
            wire = Wire(servers[0])
            assert wire.send("GET / HTTP/1.1", HOST).answer()[0] == 200
            wire.close()
            counts = [server.connections for server in servers]
            assert min(counts) > max(counts) / 2
        finally:
            for server in servers:
                server.stop(0)
