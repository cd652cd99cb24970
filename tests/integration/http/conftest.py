"""Desks and traders for the tests of the HTTP adapter."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from adapters.http.app import make_app
from adapters.http.server.connections import Deadlines
from adapters.http.server.http_server import HttpServer, ThreadCounts, serve
from tests.integration.http.desk import Caller, Desk
from tests.integration.http.wire import Wire


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def jude(desk: Desk) -> Caller:
    return desk.trader("Jude", trx="1000")


@pytest.fixture
def amara(desk: Desk) -> Caller:
    return desk.trader("Amara", trx="1000")


@pytest.fixture
def eve(desk: Desk) -> Caller:
    return desk.trader("Eve")


@pytest.fixture
def staff(desk: Desk) -> Caller:
    return desk.trader("Ada", is_staff=True)


@pytest.fixture(scope="session")
def still_desk() -> Desk:
    """One desk for all tests of requests that are refused, since these leave nothing behind."""
    return Desk()


@pytest.fixture(scope="session")
def still_jude(still_desk: Desk) -> Caller:
    """A trader at that desk, with funds that nobody ever gets at."""
    return still_desk.trader("Jude", trx="1000")


@pytest.fixture
def running() -> Iterator[Callable[..., HttpServer]]:
    """A function that serves an application, as often as it is called."""
    servers: list[HttpServer] = []

    def start(app: Any, deadlines: Deadlines | None = None, threads: ThreadCounts | None = None) -> HttpServer:
        server = serve(app, "127.0.0.1", 0, threads or ThreadCounts(4), deadlines)
        servers.append(server)
        server.start()
        return server

    yield start
    for server in servers:
        server.stop(0)


@pytest.fixture
def server(running: Callable[..., HttpServer], desk: Desk) -> HttpServer:
    """A desk's own application, on the wire."""
    return running(make_app(desk.services))


@pytest.fixture
def wire(server: HttpServer) -> Iterator[Wire]:
    client = Wire(server, of_a_desk=True)
    yield client
    client.close()
