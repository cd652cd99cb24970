"""A PostgreSQL that tests may do anything to, and a desk on it."""

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import psycopg
import pytest

from adapters.sql.migrations.migrate import upgrade
from domain import Trader
from tests.integration.desk import Desk
from tests.integration.sql.conftest import NewDesk, administrator
from tests.integration.sql.failing.transfers import Transfers
from tests.postgres import Cluster


@pytest.fixture(scope="module")
def server() -> Iterator[Cluster]:
    """A PostgreSQL that these tests may stop and freeze."""
    with Cluster(max_connections=12, fsync=False) as cluster:
        yield cluster


@pytest.fixture(scope="module")
def template(server: Cluster) -> str:
    name = server.new_database()
    upgrade(server.url(name))
    return name


@pytest.fixture
def url(server: Cluster, template: str) -> Iterator[str]:
    name = server.new_database(template)
    yield server.url(name)
    server.drop_database(name)


@pytest.fixture
def desk(open_desk: NewDesk, url: str) -> Desk:
    return open_desk(url, pool_size=4)


@pytest.fixture
def trader(desk: Desk) -> Trader:
    return desk.trader(usdt=10)


@pytest.fixture
def aside(url: str) -> Iterator[psycopg.Connection[Any]]:
    with closing(administrator(url)) as connection:
        yield connection


@pytest.fixture
def transfers(desk: Desk, trader: Trader) -> Transfers:
    return Transfers(desk, trader)
