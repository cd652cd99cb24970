"""A synchronous standby is gone: what reads is answered, what writes is not, and the server keeps room."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from itertools import cycle
from pathlib import Path

import pytest

from tests.integration.faults.rig.books import Books
from tests.integration.faults.rig.client import Answer, Client, Person, Request
from tests.integration.faults.rig.population import Population
from tests.integration.faults.rig.processes import DeskProcess, started, until
from tests.integration.faults.rig.run import Run, by_form
from tests.postgres import Cluster

CLIENTS = 4
OWNERS_A_CLIENT = by_form(30, 100)
"""Each request moves coins of another, so that none waits for the lock of one before that hangs."""
CONNECTIONS = 20
"""The server has fewer than these at any time, of all processes of the desk and all that they have given up."""
GONE_SECONDS = by_form(20.0, 120.0)
COUNTED = """SELECT count(*), count(*) FILTER (WHERE wait_event = 'SyncRep')
    FROM pg_stat_activity WHERE datname = %s"""
TRANSFER = {"crypto_currency": "usdt", "amount": "1", "source": "p2p", "target": "main"}


@contextmanager
def standby_gone(cluster: Cluster) -> Iterator[None]:
    with closing(cluster.connect()) as connection:

        def reloaded(change: str, value: str) -> None:
            connection.execute(f"ALTER SYSTEM {change}")
            connection.execute("SELECT pg_reload_conf()")
            until(lambda: connection.execute("SHOW synchronous_standby_names").fetchone() == (value,), "it is read")

        reloaded("SET synchronous_standby_names = 'nobody'", "nobody")
        try:
            yield
        finally:
            reloaded("RESET synchronous_standby_names", "")


@pytest.fixture
def desk(
    own_cluster: Cluster, migrate: Callable[[str], None], folder: Path
) -> Iterator[tuple[DeskProcess, Population, str]]:
    """All three roles, on a database of their own."""
    url = own_cluster.url(own_cluster.new_database())
    migrate(url)
    roles = [DeskProcess(role, {"P2P_DATABASE_URL": url}, folder) for role in ("http", "ws", "worker")]
    with Population(url) as people, started(*roles):
        yield roles[0], people, url


@pytest.mark.abuse("I7")
def test_the_server_keeps_room_while_no_commit_is_answered(
    run: Run, own_cluster: Cluster, desk: tuple[DeskProcess, Population, str]
) -> None:
    http, people, url = desk
    owners = [people.person(1000) for _ in range(CLIENTS * OWNERS_A_CLIENT)]
    is_over = threading.Event()
    begun: dict[Person, list[Request]] = {owner: [] for owner in owners}
    threads = [
        threading.Thread(target=write_on, args=(http, run, owners[number::CLIENTS], is_over, begun))
        for number in range(CLIENTS)
    ]
    series: list[tuple[int, int]] = []
    with standby_gone(own_cluster), closing(own_cluster.connect()) as administrator:
        for thread in threads:
            thread.start()
        end = time.monotonic() + GONE_SECONDS
        while time.monotonic() < end:
            row = administrator.execute(COUNTED, [url.rpartition("/")[2]]).fetchone()
            assert row is not None
            series.append(row)
            time.sleep(0.1)
        check_faces(run, http, owners[0])
        is_over.set()
        for thread in threads:
            thread.join()
    most = max(count for count, _ in series)
    run.figures["connections"] = most
    run.figures["given up"] = max(hung for _, hung in series)
    run.check(most < CONNECTIONS, f"{most} connections")
    until(lambda: asked(run, http, "/readyz?writes=1").status == 200, "it is ready to write")
    with closing(Books(url)) as books:
        for owner in [owner for owner in owners if begun[owner]][::10]:
            with closing(Client(http.http_port, run)) as client:
                answer = client.resolve(begun[owner][-1])
            run.check(answer.status == 200, f"asked again, the answer is {answer.status} {answer.body!r}")
            moved = books.purses()[owner.id, "main"]
            run.check(1 <= moved <= len(begun[owner]), f"{moved} moved by {len(begun[owner])} requests")
        books.check_all(run)
    run.conclude()


def write_on(
    http: DeskProcess, run: Run, owners: list[Person], is_over: threading.Event, begun: dict[Person, list[Request]]
) -> None:
    """Ask again and again, each time for another transfer, as many different clients would."""
    with closing(Client(http.http_port, run)) as client:
        for owner in cycle(owners):
            if is_over.wait(0.05):
                return
            request = Request.keyed(owner, "/wallet/transfer/", TRANSFER)
            begun[owner].append(request)
            answer = client.send(request)
            run.check(answer is not None and answer.status == 503, f"it was answered {answer}")


def asked(run: Run, http: DeskProcess, path: str, by: Person | None = None) -> Answer:
    with closing(Client(http.http_port, run)) as client:
        return client.get(path, by)


def check_faces(run: Run, http: DeskProcess, owner: Person) -> None:
    """Between two trials reading may be refused for a moment; it is not for good."""
    until(lambda: asked(run, http, "/readyz").status == 200, "it is ready to read")
    until(lambda: asked(run, http, "/wallet/", owner).status == 200, "a wallet is shown")
    writing = asked(run, http, "/readyz?writes=1")
    run.check(writing.status == 503 and "retry-after" in writing.headers, f"ready to write: {writing}")
