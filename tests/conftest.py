"""What every test may ask for: a real PostgreSQL, and databases on it that are migrated already.

Nothing starts before a test asks for it, so that the tests of the domain need no database at all.
"""

import os
import secrets
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Protocol

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from tests.postgres import Server, running_server
from tests.support.covering import Covering
from tests.support.durations import Recorder, place, recorded

# The contracts of the test kit are imported by tests and are no test files here; what an assertion saw is to be told.
pytest.register_assert_rewrite("domain.testing.contracts")

# Some images have Python write no bytecode. The tests start the desk some thousand times, and each start would compile
# a thousand modules anew: 2.9 s of processor time in place of 1.3. Whatever is started takes this from the environment.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# Neither how long an example takes nor how many are made in a while may fail a test: a busy machine would fail it.
# With a seed for the tests' own choices, Hypothesis makes the same ones each time, too; without, each run looks on.
hypothesis_settings.register_profile(
    "any machine",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize="P2P_TEST_SEED" in os.environ,
)
hypothesis_settings.load_profile("any machine")


class NewDatabase(Protocol):
    def __call__(self, *, migrated: bool = True) -> str: ...


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--record-durations", action="store_true", help="write down how long each file of tests takes")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--record-durations") and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Recorder())
    config.pluginmanager.register(Covering())
    # SIGTERM ends a run as Control-C does: fixtures still stop the processes they started.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    # A setting of the person who tests must not reach the desk under test. P2P_SOAK and P2P_TEST_* are for the tests.
    for name in list(os.environ):
        if name.startswith("P2P_") and name != "P2P_SOAK" and not name.startswith("P2P_TEST_"):
            del os.environ[name]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    # Where one process runs them all, their own order is as quick and easier to follow.
    if hasattr(config, "workerinput"):
        seconds = recorded()
        items.sort(key=lambda item: place(item.nodeid, seconds))


@pytest.fixture(scope="session")
def cluster() -> Iterator[Server]:
    with running_server() as server:
        yield server


@pytest.fixture(scope="session")
def migrate() -> Callable[[str], None]:
    """How a database gets its tables. The import waits, so that tests of the domain need no SQL adapter."""
    from adapters.sql.migrations.migrate import upgrade

    return upgrade


@pytest.fixture(scope="session")
def desk_role(cluster: Server) -> Iterator[str]:
    """A role that owns nothing, with what ``p2p grants`` prints in every database that is a copy of the template."""
    name = f"p2p_role_{secrets.token_hex(6)}"
    with closing(cluster.connect()) as connection:
        connection.execute(f"CREATE ROLE {name} LOGIN PASSWORD '{name}'")
    yield name
    with closing(cluster.connect()) as connection:
        connection.execute(f"DROP ROLE {name}")


@pytest.fixture(scope="session")
def template_database(cluster: Server, migrate: Callable[[str], None], desk_role: str) -> Iterator[str]:
    """Migrated once; a copy for each test takes a fraction of the time that the migrations would."""
    from adapters.sql.schema.grants import grants

    name = cluster.new_database()
    migrate(cluster.url(name))
    with closing(cluster.connect(name)) as connection:
        for statement in grants(desk_role):
            connection.execute(statement)
    cluster.freeze_database(name)
    yield name
    cluster.drop_database(name)


@pytest.fixture
def new_database(cluster: Server, request: pytest.FixtureRequest) -> Iterator[NewDatabase]:
    """A function that makes a database for this test alone and returns its URL, as often as it is called."""
    names: list[str] = []

    def make(*, migrated: bool = True) -> str:
        template = request.getfixturevalue("template_database") if migrated else None
        names.append(cluster.new_database(template))
        return cluster.url(names[-1])

    yield make
    for name in names:
        cluster.drop_database(name)


@pytest.fixture
def database_url(new_database: NewDatabase) -> str:
    """One migrated PostgreSQL database, for this test alone."""
    return new_database()
