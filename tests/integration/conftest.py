"""The three stores that every contract is held against. A test that asks for ``store`` runs once on each."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Protocol

import pytest
from sqlalchemy import make_url

from domain.ports.store import Store
from tests.clock import Seconds, SettableClock
from tests.integration.faults.rig.run import Run
from tests.integration.races import WORKERS
from tests.integration.wakers import RecordingWaker
from tests.postgres import Server

ENGINES = ("memory", "sqlite", "postgres")
MESSAGE_ID_DOMAIN = "desk.example"


class NewStore(Protocol):
    """Makes an empty store on the named engine, with a clock of its own or this one; it is closed after the test.

    ``in_place`` it takes the place of all that the test had before, which are closed: on PostgreSQL a database that is
    emptied costs neither the time nor the ten megabytes of a new one.
    """

    def __call__(self, engine: str, clock: SettableClock | None = None, *, in_place: bool = False) -> Store: ...


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory, migrate: Callable[[str], None]) -> Path:
    """Migrated once; a copy for each test takes a fraction of the time that the migrations would."""
    template = tmp_path_factory.mktemp("sqlite") / "template.sqlite3"
    migrate(f"sqlite:///{template}")
    return template


@pytest.fixture(scope="session")
def reused_database(cluster: Server, template_database: str) -> Iterator[str]:
    """Emptied before each test that uses it, which takes a fiftieth of the time that a copy would."""
    name = cluster.new_database(template_database)
    yield name
    cluster.drop_database(name)


def emptied(cluster: Server, name: str) -> str:
    """The database's URL, once no one uses it any more and it is as it was when it had been migrated."""
    with closing(cluster.connect(name)) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        tables = connection.execute(
            "SELECT quote_ident(tablename) FROM pg_tables"
            " WHERE schemaname = 'public' AND tablename NOT IN ('alembic_version', 'compatible_revisions')"
        ).fetchall()
        sequences = connection.execute(
            "SELECT quote_literal(quote_ident(sequencename)) FROM pg_sequences WHERE schemaname = 'public'"
        ).fetchall()
        # All at once, since each statement that is sent by itself costs more than what it does. Foreign keys do not act
        # in this role, nor do the triggers that keep the journal from being deleted.
        connection.execute(
            "; ".join(
                [
                    "SET session_replication_role = replica",
                    *(f"DELETE FROM {table}" for (table,) in tables),
                    # Restarted by ALTER, each would get a file of its own.
                    *(f"SELECT setval({sequence}, 1, false)" for (sequence,) in sequences),
                ]
            )
        )
    return cluster.url(name)


@pytest.fixture
def waker() -> RecordingWaker:
    return RecordingWaker()


@pytest.fixture
def new_store(request: pytest.FixtureRequest, tmp_path: Path, waker: RecordingWaker) -> Iterator[NewStore]:
    stores: list[Store] = []

    def make(engine: str, clock: SettableClock | None = None, *, in_place: bool = False) -> Store:
        named: dict[str, Any] = {"waker": waker, "message_id_domain": MESSAGE_ID_DOMAIN}
        named["clock"] = clock or SettableClock()
        if engine == "memory":
            from adapters.memory.store import MemoryStore

            stores.append(MemoryStore(**named))
        else:
            # The import waits, so that the tests of the memory adapter need no SQL adapter.
            from adapters.sql.store import SqlStore

            is_first = in_place or not stores
            url = database_url(request, tmp_path / f"{len(stores)}.sqlite3", engine, is_first=is_first)
            if engine == "postgres":
                url = of_role(url, request.getfixturevalue("desk_role"))
            # Where many threads race, they are to wait for each other's locks and not for a connection.
            stores.append(SqlStore(url, pool_size=WORKERS, **named))
        return stores[-1]

    yield make
    for store in stores:
        store.close()


def of_role(url: str, role: str) -> str:
    """The database as a role has it that does not own it, whose password is its name."""
    return make_url(url).set(username=role, password=role).render_as_string(hide_password=False)


def database_url(request: pytest.FixtureRequest, sqlite_file: Path, engine: str, *, is_first: bool) -> str:
    """The URL of a migrated database for this test alone."""
    if engine == "postgres" and is_first:
        return emptied(request.getfixturevalue("cluster"), request.getfixturevalue("reused_database"))
    if engine == "postgres":
        return str(request.getfixturevalue("new_database")())
    shutil.copyfile(request.getfixturevalue("sqlite_template"), sqlite_file)
    return f"sqlite:///{sqlite_file}"


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """The engine that the test runs on."""
    return str(request.param)


@pytest.fixture
def store(engine: str, new_store: NewStore) -> Store:
    return new_store(engine)


@pytest.fixture
def run(request: pytest.FixtureRequest) -> Iterator[Run]:
    """Counts and figures of a test, printed as one line of JSON when it has ended."""
    run = Run(request.node.name)
    yield run
    print(run.report(), flush=True)


@pytest.fixture
def seconds() -> Seconds:
    """A count of seconds that only the test moves."""
    return Seconds()
