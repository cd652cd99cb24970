"""Several servers in one address, some of which say nothing: nobody waits for each of them each time."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack, closing
from itertools import count
from typing import Any

import psycopg
import pytest
from sqlalchemy import make_url

from adapters.sql.connections.addresses import driver_arguments
from adapters.sql.connections.engine import open_engine, own_transaction
from adapters.sql.connections.session import Sessions
from domain.errors import StoreUnavailable

SILENT = 3


class SilentServer:
    """One that takes connections and says nothing, and counts them."""

    def __init__(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._listening.setblocking(False)
        self.port: int = self._listening.getsockname()[1]

    def asked(self) -> int:
        """How often somebody has connected since this was asked last."""
        for asked in count():
            try:
                self._listening.accept()[0].close()
            except BlockingIOError:
                return asked
        raise AssertionError

    def close(self) -> None:
        self._listening.close()


@pytest.fixture
def silent() -> Iterator[list[SilentServer]]:
    with ExitStack() as stack:
        yield [stack.enter_context(closing(SilentServer())) for _ in range(SILENT)]


def of_several(url: str, *ports: int) -> str:
    """The address with these servers of this machine."""
    servers = "&".join(f"host=127.0.0.1:{port}" for port in ports)
    address = make_url(url)
    user = address.username or "postgres"
    return f"postgresql+psycopg://{user}@/{address.database}?{servers}&target_session_attrs=primary"


def port_of(url: str) -> int:
    return make_url(url).port or 5432


def test_the_one_that_serves_is_tried_first_from_then_on(url: str, silent: list[SilentServer]) -> None:
    engine = open_engine(of_several(url, silent[0].port, port_of(url)))
    with closing(engine.raw_connection()):
        assert silent[0].asked() == 1
    for _ in range(3):
        engine.dispose()
        with own_transaction(engine, writes=False) as connection:
            connection.exec_driver_sql("SELECT 1")
    engine.dispose()
    assert silent[0].asked() == 0


def test_those_that_say_nothing_are_tried_last(url: str, silent: list[SilentServer]) -> None:
    """No connection waits for more than two of them, and so the next one finds the one that serves."""
    engine = open_engine(of_several(url, *(each.port for each in silent), port_of(url)), is_patient=True)
    with pytest.raises(StoreUnavailable, match="connection timeout expired; connection timeout expired"):
        engine.connect()
    assert [each.asked() for each in silent] == [1, 1, 0]
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT 1").scalar_one() == 1
    assert [each.asked() for each in silent] == [0, 0, 1]
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
