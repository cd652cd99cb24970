"""A mark for every fault test, and the one desk of real processes that the races share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.integration.faults.rig.books import Books
from tests.integration.faults.rig.population import Population
from tests.integration.faults.rig.processes import DeskProcess
from tests.integration.faults.rig.races import Rig
from tests.integration.faults.rig.run import IS_SOAK, Run
from tests.postgres import Cluster, Server

HTTP_WORKERS = 2


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every fault test has a long form."""
    folder = f"{Path(__file__).parent}/"
    for item in items:
        # By text: of nineteen thousand tests, the folders above each are a million comparisons of paths.
        if str(item.path).startswith(folder):
            item.add_marker(pytest.mark.soak)


@pytest.fixture(scope="session")
def own_cluster() -> Iterator[Cluster]:
    """A PostgreSQL that tests stop, freeze and restart. It keeps what was committed, whatever is done to it."""
    # A crash of the server alone loses nothing that it has handed to the operating system.
    with Cluster(max_connections=60, fsync=IS_SOAK) as cluster:
        yield cluster


@pytest.fixture(scope="session")
def shared_url(cluster: Server, template_database: str) -> Iterator[str]:
    """One database for all tests that share the processes below."""
    name = cluster.new_database(template_database)
    yield cluster.url(name)
    cluster.drop_database(name)


@pytest.fixture(scope="session")
def shared_http(shared_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskProcess]:
    """``p2p http`` with two processes on one socket."""
    settings = {"P2P_DATABASE_URL": shared_url, "P2P_HTTP_WORKERS": str(HTTP_WORKERS)}
    with DeskProcess("http", settings, tmp_path_factory.mktemp("http")) as process:
        yield process


@pytest.fixture
def population(shared_url: str) -> Iterator[Population]:
    """People on the database of the shared processes."""
    with Population(shared_url) as population:
        yield population


@pytest.fixture
def books(shared_url: str) -> Iterator[Books]:
    books = Books(shared_url)
    yield books
    books.close()


@pytest.fixture
def rig(shared_http: DeskProcess, population: Population, books: Books, run: Run) -> Rig:
    return Rig(shared_http, population, books, run)


@pytest.fixture
def own_database(own_cluster: Cluster, migrate: Callable[[str], None]) -> Iterator[str]:
    """A database of this test's own, on the PostgreSQL that it may do anything to."""
    name = own_cluster.new_database()
    migrate(own_cluster.url(name))
    yield own_cluster.url(name)
    own_cluster.drop_database(name)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where processes have their logs and mails."""
    return tmp_path
