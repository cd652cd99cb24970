"""Several servers in one address, some of which say nothing: nobody waits for each of them each time."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from typing import Any

import psycopg
import pytest
from sqlalchemy import make_url

from adapters.sql.connections.addresses import driver_arguments
from adapters.sql.connections.engine import CONNECT_TIMEOUT_SECONDS, open_engine, own_transaction
from adapters.sql.connections.session import Sessions
from domain.errors import StoreUnavailable

SILENT = 3
A_MOMENT = 0.5


@pytest.fixture
def silent() -> Iterator[list[int]]:
    """Ports of servers that take connections and say nothing."""
    with ExitStack() as stack:
        servers = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(SILENT)]
        yield [server.getsockname()[1] for server in servers]


def of_several(url: str, *ports: int) -> str:
    """The address with these servers of this machine."""
    servers = "&".join(f"host=127.0.0.1:{port}" for port in ports)
    address = make_url(url)
    user = address.username or "postgres"
    return f"postgresql+psycopg://{user}@/{address.database}?{servers}&target_session_attrs=primary"


def port_of(url: str) -> int:
    return make_url(url).port or 5432


def seconds_to_ask(address: str) -> list[float]:
    """How long each of three connections took that were opened one after the other."""
    engine, taken = open_engine(address), []
    with closing(engine.raw_connection()):
        pass
    for _ in range(3):
        engine.dispose()
        began = time.monotonic()
        with own_transaction(engine, writes=False) as connection:
            connection.exec_driver_sql("SELECT 1")
        taken.append(time.monotonic() - began)
    engine.dispose()
    return taken


def test_the_one_that_serves_is_tried_first_from_then_on(url: str, silent: list[int]) -> None:
    assert max(seconds_to_ask(of_several(url, silent[0], port_of(url)))) < A_MOMENT


def test_those_that_say_nothing_are_tried_last(url: str, silent: list[int]) -> None:
    """No connection waits for more than two of them, and so the next one finds the one that serves."""
    engine = open_engine(of_several(url, *silent, port_of(url)), is_patient=True)
    began = time.monotonic()
    with pytest.raises(StoreUnavailable, match="connection timeout expired; connection timeout expired"):
        engine.connect()
    assert time.monotonic() - began < 2 * CONNECT_TIMEOUT_SECONDS + A_MOMENT
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT 1").scalar_one() == 1
    engine.dispose()


def test_where_none_of_them_serves_each_is_told_of(url: str) -> None:
    with ExitStack() as stack:
        closed = [stack.enter_context(socket.create_server(("127.0.0.1", 0))).getsockname()[1] for _ in range(2)]
    engine = open_engine(of_several(url, *closed))
    with pytest.raises(StoreUnavailable) as refused, own_transaction(engine, writes=False):
        pass
    assert all(f"port {port} failed" in str(refused.value) for port in closed)
    assert "\n" not in str(refused.value)


def test_one_that_stops_to_answer_is_tried_last(url: str) -> None:
    """The same server here, by two of its names."""
    known = make_url(of_several(url, port_of(url)))
    named = [f"127.0.0.1:{port_of(url)}", f"localhost:{port_of(url)}"]
    sessions = Sessions(None, {})
    both = {**driver_arguments(known.update_query_dict({"host": named})), "connect_timeout": 2}
    with closing(sessions.open(psycopg.Connection[Any], **both)) as first:
        assert first.info.host == "127.0.0.1"
        sessions.silence_of(first)()
    with closing(sessions.open(psycopg.Connection[Any], **both)) as second:
        assert second.info.host == "localhost"
    with closing(sessions.open(psycopg.Connection[Any], **both)) as third:
        assert third.info.host == "localhost"
