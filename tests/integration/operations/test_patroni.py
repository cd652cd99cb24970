"""Patroni promotes by itself: the leader's machine is lost under load, comes back, and a switchover is asked for.

Three members by the file that docs/operations ships. The desk has one address of them all, and is left alone then. The
load keeps books of its own, as in test_failover.py.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Self
from uuid import uuid4

import pytest
import yaml
from psycopg import sql

from tests.integration.faults.rig.books import Books
from tests.integration.faults.rig.client import Client
from tests.integration.faults.rig.load import Load, Market
from tests.integration.faults.rig.population import Population
from tests.integration.faults.rig.processes import SECRET_KEY, DeskProcess, started, until
from tests.integration.faults.rig.run import IS_SOAK, Run
from tests.integration.operations.figures import Figures
from tests.integration.operations.patroni import PATIENCE_SECONDS, SHIPPED, Member, Patroni, three_members
from tests.integration.running import Cli

ROOT = Path(__file__).resolve().parents[3]
LOAD_SECONDS = 10.0
CLIENTS = 8


class Silence:
    """The longest time without an acknowledged write, of all clients, while the block goes on."""

    def __init__(self, load: Load) -> None:
        self._load, self._ended = load, threading.Event()
        self.longest = 0.0
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Not before something was acknowledged after all that happened in the block."""
        done = time.monotonic()
        try:
            until(lambda: self._latest() > done, "something is acknowledged again", PATIENCE_SECONDS)
        finally:
            self._ended.set()
            self._thread.join()

    def _latest(self) -> float:
        return max(client.last_success for client in self._load.clients)

    def _watch(self) -> None:
        latest, is_over = self._latest(), False
        while not is_over:
            # Looked at once more after the end, which comes with the very success that ends a silence.
            is_over = self._ended.wait(0.005)
            before, latest = latest, self._latest()
            self.longest = max(self.longest, latest - before)


def new_database(patroni: Patroni) -> str:
    leader, name = patroni.leader(), f"p2p_{uuid4().hex[:12]}"
    assert leader is not None
    with leader.connection() as connection:
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
    return name


@contextmanager
def a_desk(url: str, folder: Path) -> Iterator[tuple[DeskProcess, ...]]:
    settings = {"P2P_DATABASE_URL": url}
    with started(
        DeskProcess("http", {**settings, "P2P_HTTP_WORKERS": "2"}, folder), DeskProcess("worker", settings, folder)
    ) as processes:
        yield processes


@pytest.mark.soak
@pytest.mark.skipif(not IS_SOAK, reason="a lease runs out at its own pace: minutes, in dev.py soak")
def test_patroni_promotes_by_itself(run: Run, tmp_path: Path, figures: Figures) -> None:
    with ExitStack() as stack:
        patroni = stack.enter_context(three_members())
        name = new_database(patroni)
        url = patroni.url(name)
        cli = Cli(tmp_path, DATABASE_URL=url, SECRET_KEY=SECRET_KEY, MAIL_URL="file:var/mail")
        cli.done("migrate")
        people = stack.enter_context(Population(url))
        market = Market.open(people, CLIENTS)
        http, worker = stack.enter_context(a_desk(url, tmp_path))
        load = stack.enter_context(Load(market, http.http_port, run))
        time.sleep(LOAD_SECONDS)
        run.check(run.counts["acknowledged"] > 0, "nothing was acknowledged before")

        first = patroni.wait_until_followed(2)
        with Silence(load) as lost:
            first.kill()
            second = patroni.wait_until_followed(1, but_not=first)
        time.sleep(LOAD_SECONDS)
        first.start()
        began = time.monotonic()
        run.check(patroni.wait_until_followed(2) is second, "the lead went on while the lost one came back")
        back = time.monotonic() - began
        after_the_loss, slowest = run.counts["acknowledged"], load.slowest

        with Silence(load) as switched:
            patroni.switch_over(second)
            third = patroni.wait_until_followed(2, but_not=second)
        time.sleep(LOAD_SECONDS)
        load.finish()

        with closing(Client(http.http_port, run)) as client:
            until(lambda: client.get("/readyz?writes=1").status == 200, "it is ready to write")
        run.check("Every invariant holds" in cli.done("ledger", "verify"), "the books are broken")
        for process in (http, worker):
            run.check("Traceback" not in process.log(), f"{process.role} met an error that it does not know")
        books = stack.enter_context(closing(Books(patroni.url_of(third, name))))
        market.expected.check(books, run)
        books.check_all(run)
        check_that_they_follow(run, patroni, third)
        run.figures |= {"seconds lost": round(lost.longest, 1), "seconds switched": round(switched.longest, 1)}
    run.conclude()
    figures.note(
        "failover by Patroni",
        writes_acknowledged=after_the_loss,
        acknowledged_writes_lost=0,
        seconds_without_a_write=round(lost.longest, 1),
        slowest_request_seconds=round(slowest, 1),
        seconds_until_the_lost_one_follows=round(back, 1),
    )
    figures.note(
        "switchover by Patroni",
        writes_acknowledged=run.counts["acknowledged"] - after_the_loss,
        acknowledged_writes_lost=0,
        seconds_without_a_write=round(switched.longest, 1),
    )


def check_that_they_follow(run: Run, patroni: Patroni, leader: Member) -> None:
    """Whoever has led before is a standby of the one that does, and not a second primary."""
    for member in patroni.members:
        with member.connection() as connection:
            found = connection.execute("SELECT pg_is_in_recovery()").fetchone()
        run.check(found == (member is not leader,), f"{member.name} has pg_is_in_recovery {found}")


def test_the_page_tells_of_the_file_that_is_rehearsed() -> None:
    """What the page says of it, it has."""
    page = (ROOT / "docs" / "operations" / "failover.md").read_text(encoding="utf-8")
    rules = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))["bootstrap"]["dcs"]
    assert "(patroni.yml)" in page
    assert f"`ttl: {rules['ttl']}`" in page
    assert rules["synchronous_mode"] == "quorum"
    assert rules["synchronous_mode_strict"] is True
    assert "`synchronous_mode: quorum`" in page
    assert "`synchronous_mode_strict: true`" in page
