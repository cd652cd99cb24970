"""SIGTERM while requests are in flight, and the death of one of several processes."""

from __future__ import annotations

import os
import signal
import socket
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import psycopg
from sqlalchemy import make_url

from config.container import HTTP_THREADS
from tests.integration.faults.rig.books import Books
from tests.integration.faults.rig.client import Answer, Client, Person, Request
from tests.integration.faults.rig.load import Load, Market
from tests.integration.faults.rig.population import Population
from tests.integration.faults.rig.processes import DeskProcess, until
from tests.integration.faults.rig.run import Run, by_form, milliseconds

IN_FLIGHT = HTTP_THREADS
"""As many as one process has threads, should it be given all of them."""
ENDS_SECONDS = 30.0
MOMENT_SECONDS = 0.3
"""In which a process that does not wait for what is in flight would end."""
TRANSFER = {"crypto_currency": "usdt", "amount": "0.1", "source": "p2p", "target": "main"}


def test_one_sigterm_drains_all_processes(run: Run, shared_url: str, population: Population, folder: Path) -> None:
    """Writes are held up by a lock in the database, so that they are in flight for certain when the signal comes."""
    owners = [population.person(5) for _ in range(IN_FLIGHT)]
    moved: Counter[UUID] = Counter()
    ended: list[float] = []
    settings = {"P2P_DATABASE_URL": shared_url, "P2P_HTTP_WORKERS": "2"}
    for _ in run.rounds(1, 40):
        with DeskProcess("http", settings, folder) as http, ThreadPoolExecutor(IN_FLIGHT) as clients:
            list(clients.map(lambda owner, http=http: warm_up(run, http.http_port, owner), owners))
            requests = [Request.keyed(owner, "/wallet/transfer/", TRANSFER) for owner in owners]
            with held_up(shared_url) as holder:
                answers = [clients.submit(sent, run, http.http_port, request) for request in requests]
                until(lambda holder=holder, answers=answers: are_in_flight(holder, answers), "all are in flight")
                http.signal(signal.SIGTERM)
                began = time.monotonic()
                time.sleep(MOMENT_SECONDS)
                until(lambda http=http: refuses(http.http_port), "it takes no connections any more", ENDS_SECONDS)
            code = http.wait(ENDS_SECONDS)
            ended.append(time.monotonic() - began)
            run.check(code == 0, f"the exit code is {code}")
            for owner, answer in zip(owners, [answer.result() for answer in answers], strict=True):
                # On a machine that is busy the lock may be held for longer than a statement may take.
                run.check(answer is not None and answer.status in (200, 503), f"in flight and then {answer}")
                moved[owner.id] += answer is not None and answer.status == 200
    run.count("acknowledged", moved.total())
    run.figures["milliseconds to the end"] = milliseconds(ended)
    check_main_purses(run, shared_url, moved)
    run.conclude()


@contextmanager
def held_up(database_url: str) -> Iterator[psycopg.Connection]:
    """Nobody moves money while this lasts."""
    url = make_url(database_url).set(drivername="postgresql")
    with psycopg.connect(url.render_as_string(hide_password=False)) as holder:
        holder.execute("LOCK TABLE accounts IN EXCLUSIVE MODE")
        yield holder


def refuses(port: int) -> bool:
    """Whether nobody takes connections there any more."""
    try:
        socket.create_connection(("127.0.0.1", port), 5).close()
    except ConnectionRefusedError:
        return True
    return False


def are_in_flight(holder: psycopg.Connection, answers: list[Future[Answer | None]]) -> bool:
    """Whether all wait for the lock, or the first has waited for too long."""
    found = holder.execute("SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'accounts'::regclass")
    return found.fetchone() == (IN_FLIGHT,) or any(answer.done() for answer in answers)


def warm_up(run: Run, port: int, owner: Person) -> None:
    with closing(Client(port, run)) as client:
        client.get("/wallet/", owner)


def sent(run: Run, port: int, request: Request) -> Answer | None:
    with closing(Client(port, run)) as client:
        return client.send(request)


def check_main_purses(run: Run, database_url: str, moved: Counter[UUID]) -> None:
    with closing(Books(database_url)) as books:
        held = books.purses()
        for owner, times in moved.items():
            has, due = held.get((owner, "main"), Decimal(0)), Decimal("0.1") * times
            run.check(has == due, f"{has} moved instead of {due}")
        # The shared database also has what races wrote by clocks of their own.
        books.check_all(run, by_one_clock=False)


def test_a_killed_process_is_replaced(run: Run, own_database: str, folder: Path) -> None:
    """Processes are killed at random moments under load; every write is resolved by its key."""
    with Population(own_database) as population, closing(Books(own_database)) as books:
        market = Market.open(population, by_form(6, 16))
        settings = {"P2P_DATABASE_URL": own_database, "P2P_HTTP_WORKERS": "2"}
        back: list[float] = []
        with DeskProcess("http", settings, folder) as http, Load(market, http.http_port, run):
            for _ in run.rounds(4, 150):
                time.sleep(run.random.uniform(0.2, 1.5))
                victim = run.random.choice(http.children())
                os.kill(victim, signal.SIGKILL)
                back.append(until(lambda victim=victim: replaced(http, victim), "it is replaced"))
        run.figures["milliseconds until replaced"] = milliseconds(back)
        market.expected.check(books, run)
        books.check_all(run)
    run.conclude()


def replaced(http: DeskProcess, victim: int) -> bool:
    children = http.children()
    return victim not in children and len(children) == 2
