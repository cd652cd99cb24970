"""Clients of a desk that is flooded: those who flood it, and those who ask honestly."""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from multiprocessing.connection import Connection
from typing import Any

from tests.bench.figures import Sample

ATTACKER, VICTIM, HEALTHY = "127.0.0.2", "127.0.0.3", "127.0.0.4"
"""Where they come from."""
ANSWER_SECONDS = 60.0
_PROCESSES = multiprocessing.get_context("spawn")
PAUSE_SECONDS = 0.06
"""So often an honest client asks: less often than a trader may."""


@dataclass(frozen=True)
class Desk:
    """A desk that is asked over HTTP."""

    port: int

    def connection(self, source: str) -> HTTPConnection:
        """A connection of its own, from this address."""
        return HTTPConnection("127.0.0.1", self.port, timeout=ANSWER_SECONDS, source_address=(source, 0))

    def socket(self, source: str) -> socket.socket:
        """The same without a request."""
        return socket.create_connection(("127.0.0.1", self.port), ANSWER_SECONDS, (source, 0))

    def ask(self, source: str, method: str, path: str, token: str = "", **body: Any) -> tuple[int, Any]:
        """One request on a connection of its own: the status and what is in the answer."""
        connection = self.connection(source)
        try:
            connection.request(method, path, json.dumps(body) if method == "POST" else None, headers(token))
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())["entity"]
        finally:
            connection.close()


def headers(token: str = "") -> dict[str, str]:
    """The headers of a request with a body of JSON."""
    return {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})


@dataclass
class Healthy:
    """Somebody who reads, again and again, while others flood: how long each answer took, in milliseconds."""

    desk: Desk
    token: str
    milliseconds: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Ask for as long as the block lasts, each time on a new connection.

        In a process of its own, since it would wait for those who flood, and not for the desk.
        """
        here, there = _PROCESSES.Pipe()
        asking = _PROCESSES.Process(target=_ask_on, args=(self.desk, self.token, there))
        asking.start()
        here.recv()
        try:
            yield
        finally:
            here.send(None)
            milliseconds, failed = here.recv()
            self.milliseconds += milliseconds
            self.failed += failed
            asking.join()

    @property
    def p99(self) -> float:
        """In seconds; without an end where anything failed."""
        return float("inf") if self.failed else Sample.of(self.milliseconds, 1).p99 / 1000


def _ask_on(desk: Desk, token: str, told: Connection) -> None:
    """Ask until something is told, and tell how long each answer took and what failed."""
    milliseconds: list[float] = []
    failed: list[str] = []
    told.send(None)
    while not told.poll(PAUSE_SECONDS):
        began = time.perf_counter()
        try:
            status, _ = desk.ask(HEALTHY, "GET", "/auth/me/", token)
        except (OSError, HTTPException) as failure:
            failed.append(repr(failure))
            continue
        milliseconds.append((time.perf_counter() - began) * 1000)
        if status != 200:
            failed.append(str(status))
    told.send((milliseconds, failed))


def flood(clients: int, seconds: float, ask: Callable[[int], int]) -> Counter[int]:
    """So many clients ask, each as fast as it is answered; how many answers had which status. 0 is none."""
    said: Counter[int] = Counter()
    lock = threading.Lock()
    end = time.monotonic() + seconds

    def go_on(number: int) -> None:
        while time.monotonic() < end:
            try:
                status = ask(number)
            except (OSError, HTTPException):
                status = 0
            with lock:
                said[status] += 1

    threads = [threading.Thread(target=go_on, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return said


@contextmanager
def sockets(
    desk: Desk, count: int, begins: Callable[[int], bytes], drips: bytes = b""
) -> Iterator[list[socket.socket]]:
    """So many connections of one attacker, each with its beginning; those that have one drip on, twice a second."""
    over = threading.Event()
    with ExitStack() as stack:
        opened = [stack.enter_context(desk.socket(ATTACKER)) for _ in range(count)]
        for number, each in enumerate(opened):
            with contextlib.suppress(OSError):
                each.sendall(begins(number))

        def drip() -> None:
            while drips and not over.wait(0.5):
                for number, each in enumerate(opened):
                    with contextlib.suppress(OSError):
                        each.sendall(drips if begins(number) else b"")

        dripping = threading.Thread(target=drip)
        dripping.start()
        try:
            yield opened
        finally:
            over.set()
            dripping.join()


def longest(times: int, ask: Callable[[], int]) -> float:
    """How long the slowest of so many answers took, in seconds; without an end where one was no success."""
    found = 0.0
    for _ in range(times):
        began = time.perf_counter()
        try:
            status = ask()
        except (OSError, HTTPException):
            status = 0
        found = max(found, time.perf_counter() - began if status == 200 else float("inf"))
    return found
