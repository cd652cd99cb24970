"""How long after its commit a notice's frame is with the client: measured and printed, and held to no time.

PostgreSQL tells when it committed what made the notice, by the machine's clock, by which the client stamps the frame.
A short form runs with the other tests, a long one where P2P_SOAK is 1.
"""

import json
import multiprocessing
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest
from websocket import create_connection

from tests.factories import TraderFactory
from tests.integration.faults.rig.client import Client, Person, Request
from tests.integration.faults.rig.load import BANK, Load, Market
from tests.integration.faults.rig.population import Population
from tests.integration.faults.rig.processes import DeskProcess, started
from tests.integration.faults.rig.run import IS_SOAK, Run, by_form, milliseconds
from tests.integration.waiting import PATIENCE_SECONDS, until
from tests.postgres import Cluster

SHAPES = {"one process": ["serve"], "separate processes": ["http", "ws", "worker"]}
NOTICES = by_form(20, 600)
CLIENTS = 8
START_SECONDS = 120.0
PAUSE_SECONDS = 0.02
"""Between two offers that are measured: less, and they would be the load."""
_PROCESSES = multiprocessing.get_context("spawn")


@pytest.fixture
def stamping() -> Iterator[Cluster]:
    """A PostgreSQL that keeps the time of each commit, and waits for its disk as in production."""
    with Cluster(max_connections=60, settings={"track_commit_timestamp": "on"}) as cluster:
        yield cluster


class Listening:
    """A socket, and when each of its frames came, by its number."""

    def __init__(self, port: int, person: Person) -> None:
        address = f"ws://127.0.0.1:{port}/ws/p2p/?token={person.token}&since=0"
        self._connection = create_connection(address, timeout=PATIENCE_SECONDS)
        self.arrived: dict[int, float] = {}
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        while frame := self._connection.recv():
            came = time.time()
            self.arrived[json.loads(frame)["notice"]] = came

    def close(self) -> None:
        self._connection.send_close()
        self._thread.join(PATIENCE_SECONDS)
        self._connection.shutdown()


class Measurement:
    """A maker who listens, a taker who makes offers, and the times of the notices that come of them."""

    def __init__(self, desk: Mapping[str, DeskProcess], people: Population, run: Run) -> None:
        maker, self._taker = people.person(1_000_000), people.person()
        self._maker_id = maker.id
        self._ad = people.sell_ad(maker, 1_000_000)
        self._client = Client(desk["http"].http_port, run)
        self.listening = Listening(desk["ws"].websocket_port, maker)
        self._made = 0

    def seconds(self, cluster: Cluster, database: str) -> list[float]:
        """From commit to frame, for so many more notices."""
        first = self._made + 1
        for _ in range(NOTICES):
            body = {"ad": self._ad.id, "currency_amount": "1", **BANK}
            assert self._client.resolve(Request.keyed(self._taker, "/p2p/offer/create/", body)).status == 200
            self._made += 1
            time.sleep(PAUSE_SECONDS)
        until(lambda: len(self.listening.arrived) == self._made)
        with closing(cluster.connect(database)) as connection:
            committed = connection.execute(
                "SELECT number, extract(epoch FROM pg_xact_commit_timestamp(xmin))::float8 FROM notices"
                " WHERE trader_id = %s AND number >= %s",
                (self._maker_id, first),
            ).fetchall()
        return [self.listening.arrived[number] - moment for number, moment in committed]

    def close(self) -> None:
        self.listening.close()
        self._client.close()


class Others:
    """Eight clients in a process of their own, who are ready to trade, and trade once they are told to."""

    def __init__(self, database_url: str, port: int) -> None:
        self._ready, self._go, self._stop = (_PROCESSES.Event() for _ in range(3))
        self._done = _PROCESSES.SimpleQueue()
        signals = (self._ready, self._go, self._stop, self._done)
        self._process = _PROCESSES.Process(target=trade, args=(database_url, port, *signals), daemon=True)
        self._process.start()
        until(lambda: self._ready.is_set() or not self._process.is_alive(), START_SECONDS)
        assert self._ready.is_set()

    def begin(self) -> None:
        self._go.set()
        self._began = time.monotonic()

    def end(self) -> tuple[float, list[str]]:
        """Writes that were acknowledged, per second, and what went wrong."""
        lasted = time.monotonic() - self._began
        self._stop.set()
        acknowledged, violations = self._done.get()
        return acknowledged / lasted, violations

    def close(self) -> None:
        self._go.set()
        self._stop.set()
        self._process.join(START_SECONDS)


def trade(database_url: str, port: int, ready: Any, go: Any, stop: Any, done: Any) -> None:
    run = Run("trading meanwhile")
    # The traders of the other process are numbered from the beginning.
    TraderFactory.reset_sequence(1_000_000)
    with Population(database_url) as people:
        market = Market.open(people, CLIENTS)
        ready.set()
        go.wait()
        with Load(market, port, run):
            stop.wait()
    done.put((run.counts["acknowledged"], run.violations))


@pytest.mark.soak
@pytest.mark.parametrize("shape", SHAPES if IS_SOAK else ["separate processes"])
def test_commit_to_frame(
    shape: str, stamping: Cluster, migrate: Callable[[str], None], run: Run, tmp_path: Path
) -> None:
    database = stamping.new_database()
    url = stamping.url(database)
    migrate(url)
    settings = {"P2P_DATABASE_URL": url, "P2P_HTTP_WORKERS": "2"}
    processes = [DeskProcess(role, settings, tmp_path) for role in SHAPES[shape]]
    with started(*processes), ExitStack() as stack:
        desk = {role: next((each for each in processes if each.role == role), processes[0]) for role in ("http", "ws")}
        people = stack.enter_context(Population(url))
        measured = stack.enter_context(closing(Measurement(desk, people, run)))
        others = stack.enter_context(closing(Others(url, desk["http"].http_port)))
        idle = measured.seconds(stamping, database)
        others.begin()
        busy = measured.seconds(stamping, database)
        writes, violations = others.end()
    run.figures |= {"idle ms": milliseconds(idle), "8 clients trading ms": milliseconds(busy)}
    run.figures |= {"notices each": NOTICES, "writes/s meanwhile": round(writes)}
    assert len(idle) == len(busy) == NOTICES
    assert violations == []
