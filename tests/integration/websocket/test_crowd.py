"""What idle sockets and messages cost ``p2p ws``: measured and printed.

A short form runs with the other tests, a long one where P2P_SOAK is 1.
"""

import os
import selectors
import threading
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import websocket

from adapters.sql.connections.notify import NotifyWaker
from adapters.system.open_files import raise_open_files_limit
from tests.integration.faults.rig.client import Person
from tests.integration.faults.rig.population import Population
from tests.integration.faults.rig.processes import DeskProcess
from tests.integration.faults.rig.run import IS_SOAK, Run, by_form
from tests.integration.waiting import PATIENCE_SECONDS, within

SIZES = [2_000, 10_000] if IS_SOAK else [200]
SOCKETS_A_TRADER = 20
OFFERS = by_form(20, 200)
IDLE_SECONDS = by_form(1.0, 10.0)
KIB = 1024
TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


class Crowd:
    """Open sockets whose clients do nothing but answer pings and count frames, all on one thread."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._selector = selectors.DefaultSelector()
        self._sockets: list[websocket.WebSocket] = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._answer, daemon=True)
        self._thread.start()
        self.frames = 0

    def open(self, people: Iterable[Person]) -> None:
        """One more socket for each."""
        with ThreadPoolExecutor(8) as threads:
            for opened in threads.map(self._open, people):
                self._sockets.append(opened)
                self._selector.register(opened.sock, selectors.EVENT_READ, opened)

    def _open(self, person: Person) -> websocket.WebSocket:
        address = f"ws://127.0.0.1:{self._port}/ws/p2p/"
        headers = [f"Authorization: Bearer {person.token}"]
        return websocket.create_connection(address, timeout=PATIENCE_SECONDS, header=headers)

    def _answer(self) -> None:
        while not self._stop.is_set():
            for key, _ in self._selector.select(0.1):
                # What is read here answers a ping by itself.
                opcode, _frame = key.data.recv_data_frame(control_frame=True)
                self.frames += opcode == websocket.ABNF.OPCODE_TEXT

    def close(self) -> None:
        self._stop.set()
        self._thread.join()
        self._selector.close()
        for opened in self._sockets:
            opened.shutdown()


def memory(pid: int) -> int:
    """Bytes of the process that are in memory."""
    [line] = [line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmRSS")]
    return int(line.split()[1]) * KIB


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_A_SECOND


@pytest.mark.soak
@pytest.mark.parametrize("size", SIZES)
def test_what_sockets_cost(size: int, database_url: str, run: Run, tmp_path: Path) -> None:
    raise_open_files_limit()
    waker = NotifyWaker(database_url)
    with (
        DeskProcess("ws", {"P2P_DATABASE_URL": database_url}, tmp_path) as desk,
        Population(database_url, waker=waker) as people,
    ):
        traders = [people.person(OFFERS) for _ in range(size // SOCKETS_A_TRADER)]
        ads = [people.sell_ad(trader, OFFERS) for trader in traders[:10]]
        taker = people.person()
        crowd = Crowd(desk.websocket_port)
        # The first sockets make the process load and keep what all of them share.
        first, rest = traders[: len(ads)], traders[len(ads) :] + traders * (SOCKETS_A_TRADER - 1)
        crowd.open(first)
        before, began = memory(desk.pid), time.monotonic()
        crowd.open(rest)
        run.figures["sockets/s opened"] = round(len(rest) / (time.monotonic() - began))
        run.figures |= {"sockets": size, "KB each": round((memory(desk.pid) - before) / len(rest) / 1000, 1)}
        idle = cpu_seconds(desk.pid)
        time.sleep(IDLE_SECONDS)
        idle = (cpu_seconds(desk.pid) - idle) / IDLE_SECONDS
        run.figures["idle % of a core"] = round(100 * idle, 1)
        used, began = cpu_seconds(desk.pid), time.monotonic()
        for number in range(OFFERS):
            people.offer(ads[number % len(ads)], taker)
        wanted = OFFERS * SOCKETS_A_TRADER
        assert within(lambda: crowd.frames >= wanted), (crowd.frames, wanted)
        used = cpu_seconds(desk.pid) - used - idle * (time.monotonic() - began)
        run.figures |= {"frames": crowd.frames, "CPU ms a frame": round(used * 1000 / crowd.frames, 3)}
        run.figures["CPU ms a notice"] = round(used * 1000 / OFFERS, 2)
        crowd.close()
    waker.close()
    assert crowd.frames == wanted
