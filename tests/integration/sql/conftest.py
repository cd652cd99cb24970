"""Desks on the two databases, with a way past the desk: raw SQL on the same database, as an administrator has it."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import make_url

from adapters.sql.store import SqlStore
from tests.clock import SettableClock
from tests.integration.conftest import MESSAGE_ID_DOMAIN
from tests.integration.desk import Desk
from tests.integration.races import WORKERS
from tests.integration.wakers import RecordingWaker

ENGINES = ("sqlite", "postgres")

NewDesk = Callable[..., Desk]


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """The engine that the test runs on."""
    return str(request.param)


@pytest.fixture
def url(request: pytest.FixtureRequest, tmp_path: Path, engine: str) -> str:
    """A migrated database on the engine, for this test alone."""
    if engine == "postgres":
        return str(request.getfixturevalue("database_url"))
    return f"sqlite:///{shutil.copyfile(request.getfixturevalue('sqlite_template'), tmp_path / 'desk.sqlite3')}"


@pytest.fixture
def open_desk(waker: RecordingWaker) -> Iterator[NewDesk]:
    """A function that opens a desk on a database; its store is closed after the test."""
    stores: list[SqlStore] = []

    def make(database_url: str, **options: Any) -> Desk:
        stores.append(
            SqlStore(
                database_url, waker=waker, message_id_domain=MESSAGE_ID_DOMAIN, **{"clock": SettableClock(), **options}
            )
        )
        return Desk(stores[-1])

    yield make
    for store in stores:
        store.close()


@pytest.fixture
def desk(open_desk: NewDesk, url: str) -> Desk:
    """A desk on each engine in turn."""
    return open_desk(url, pool_size=WORKERS)


def administrator(database_url: str) -> psycopg.Connection[Any]:
    """A plain connection to a PostgreSQL database, which commits each statement."""
    address = make_url(database_url).set(drivername="postgresql")
    return psycopg.connect(address.render_as_string(hide_password=False), autocommit=True)
