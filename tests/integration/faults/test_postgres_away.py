"""PostgreSQL is stopped, frozen, blocked or full: the desk says so in time, and serves again once it can."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager

import psycopg
import pytest

from tests.integration.faults.rig.books import Books
from tests.integration.faults.rig.client import Answer, Client, Person, Request
from tests.integration.faults.rig.population import Population
from tests.integration.faults.rig.processes import DeskProcess, until
from tests.integration.faults.rig.run import Run, milliseconds
from tests.postgres import Cluster

CLIENTS = 40
"""Several times as many as the desk has threads: those behind them must not wait for all of them in turn."""
HANGS_SECONDS = 20.0
"""Far more than the five seconds that are promised, since the machine that tests may be busy: the figure tells."""
TRANSFER = {"crypto_currency": "usdt", "amount": "1", "source": "p2p", "target": "main"}


@contextmanager
def stopped(cluster: Cluster, _: str) -> Iterator[None]:
    cluster.stop("immediate")
    try:
        yield
    finally:
        cluster.start()


def frozen(cluster: Cluster, _: str) -> AbstractContextManager[None]:
    return cluster.frozen()


@contextmanager
def out_of_connections(cluster: Cluster, database_url: str) -> Iterator[None]:
    """Others hold every connection that there is, those of the desk too."""
    database = database_url.rpartition("/")[2]
    with ExitStack() as held:
        administrator = held.enter_context(closing(cluster.connect()))
        ending = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()"
        refusals = 0
        while refusals < 3:
            administrator.execute(ending, [database])
            try:
                while True:
                    held.enter_context(closing(cluster.connect()))
            except psycopg.OperationalError:
                refusals += 1
        yield


@contextmanager
def blocked(cluster: Cluster, database_url: str) -> Iterator[None]:
    """Somebody holds a lock on all accounts and does not let go."""
    with closing(cluster.connect(database_url.rpartition("/")[2])) as connection, connection.transaction():
        connection.execute("LOCK TABLE accounts")
        yield


OUTAGES = {"stopped": stopped, "frozen": frozen, "out of connections": out_of_connections, "blocked": blocked}


@pytest.mark.abuse("I7")
@pytest.mark.parametrize("outage", OUTAGES)
def test_a_database_that_is_away_is_told_of_in_time(
    run: Run, own_cluster: Cluster, away: tuple[DeskProcess, Population, str], outage: str
) -> None:
    http, people, database_url = away
    owners = [people.person(1000) for _ in range(CLIENTS)]
    waits: list[float] = []
    back: list[float] = []
    moved = 0
    for _ in run.rounds(1, 20):
        requests = [Request.keyed(owner, "/wallet/transfer/", TRANSFER) for owner in owners]
        with OUTAGES[outage](own_cluster, database_url):
            moved += len(requests)
            waits += ask_all(run, http, requests)
            check_faces(run, http, outage)
        back.append(serves_again(run, http, owners[0]))
        for answer in in_threads(requests, lambda request: resolved(run, http, request)):
            run.check(answer.status == 200, f"asked again, the answer is {answer.status} {answer.body!r}")
    run.figures |= {"outage": outage, "wait": milliseconds(waits), "serves again after": milliseconds(back)}
    with closing(Books(database_url)) as books:
        held = books.purses()
        for owner in owners:
            due = moved / CLIENTS
            run.check(held[owner.id, "main"] == due, f"{held[owner.id, 'main']} moved instead of {due}")
        books.check_all(run)
    run.conclude()


@pytest.fixture(scope="module")
def away(
    own_cluster: Cluster, migrate: Callable[[str], None], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[DeskProcess, Population, str]]:
    """A desk on a database of its own, whose server the tests above do everything to."""
    url = own_cluster.url(own_cluster.new_database())
    migrate(url)
    settings = {"P2P_DATABASE_URL": url, "P2P_HTTP_WORKERS": "2"}
    with Population(url) as people, DeskProcess("http", settings, tmp_path_factory.mktemp("away")) as http:
        yield http, people, url


def in_threads(requests: list[Request], ask: Callable[[Request], Answer]) -> list[Answer]:
    with ThreadPoolExecutor(CLIENTS) as pool:
        return list(pool.map(ask, requests))


def ask_all(run: Run, http: DeskProcess, requests: list[Request]) -> list[float]:
    """Everybody asks at once and is told to come back later; how long each waited for it."""

    def ask(request: Request) -> Answer:
        with closing(Client(http.http_port, run)) as client:
            answer = client.send(request)
        assert answer is not None, "the desk has hung up"
        return answer

    answers = in_threads(requests, ask)
    for answer in answers:
        run.check(answer.status == 503, f"{answer.status} {answer.body!r} without a database")
        run.check(answer.seconds < HANGS_SECONDS, f"a request hung for {answer.seconds:.1f} s")
    run.count("unknown", len(answers))
    return [answer.seconds for answer in answers]


def check_faces(run: Run, http: DeskProcess, outage: str) -> None:
    """The process lives; whether it is ready depends on the database. A lock on a table does not make it unready."""
    with closing(Client(http.http_port, run)) as client:
        alive, ready = client.get("/healthz"), client.get("/readyz")
    run.check(alive.status == 200, f"/healthz says {alive.status}")
    due = 200 if outage == "blocked" else 503
    run.check(ready.status == due, f"/readyz says {ready.status} with the database {outage}")
    run.check(ready.status == 200 or "retry-after" in ready.headers, "/readyz does not say when to come back")
    run.check(ready.seconds < HANGS_SECONDS, f"/readyz hung for {ready.seconds:.1f} s")


def serves_again(run: Run, http: DeskProcess, person: Person) -> float:
    """How many seconds from the database's return to the first answer that needed it."""

    def is_served() -> bool:
        with closing(Client(http.http_port, run)) as client:
            return client.get("/wallet/", person).status == 200

    return until(is_served, "the desk serves again", HANGS_SECONDS)


def resolved(run: Run, http: DeskProcess, request: Request) -> Answer:
    with closing(Client(http.http_port, run)) as client:
        return client.resolve(request)
