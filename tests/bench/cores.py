"""What a whole trade takes of the processors, role by role, so that an owner can tell how many cores a desk needs."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.postgres import Cluster

from .figures import Row, Sample
from .load import ANSWER_SECONDS, Address, LoadFailed
from .market import Market

SOCKETS = 200
"""So many makers and as many takers listen: four in ten of all, each of whose trades is told to somebody."""
TICKS = os.sysconf("SC_CLK_TCK")
_CPU_FIELDS, _CPU_FIELDS_WITH_ENDED = slice(11, 13), slice(11, 15)

Spent = Callable[[], float]
"""How many seconds of processor a role has had so far."""


def processor_seconds(server: Cluster) -> Spent:
    """Those of a PostgreSQL, with what its backends have had that have ended. Only Linux tells."""

    def spent() -> float:
        first, *others = server.process_ids()
        return _seconds(first, _CPU_FIELDS_WITH_ENDED) + sum(_seconds(pid, _CPU_FIELDS) for pid in others)

    return spent


def _seconds(pid: int, fields: slice) -> float:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii")
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return sum(map(int, stat.rpartition(")")[2].split()[fields])) / TICKS


@dataclass
class Cores:
    """What each role spends on trades, beyond what it spends on nothing."""

    roles: Mapping[str, Spent]
    milliseconds: dict[str, float] = field(default_factory=dict)

    def spent(self) -> dict[str, float]:
        """What each has spent so far."""
        return {name: spent() for name, spent in self.roles.items()}

    def idle(self, seconds: float) -> dict[str, float]:
        """What each spends a second while nobody trades."""
        before = self.spent()
        time.sleep(seconds)
        return {name: (spent - before[name]) / seconds for name, spent in self.spent().items()}

    def take(self, before: Mapping[str, float], idle: Mapping[str, float], seconds: float, trades: float) -> None:
        """So many trades are done, letters and all, so many seconds after ``before``."""
        for name, spent in self.spent().items():
            # What ticks of a hundredth of a second do not see is no less than nothing.
            beyond = max(1 / TICKS, spent - before[name] - idle[name] * seconds)
            self.milliseconds[name] = 1000 * beyond / trades

    def rows(self) -> list[Row]:
        """Trades a second for each core that a role has; as time, what it takes for one."""
        return [Row(f"a core of {name}: trades", 1, self._row(name)) for name in self.roles]

    def _row(self, name: str) -> Callable[[float], Sample]:
        def measured(_: float) -> Sample:
            milliseconds = self.milliseconds[name]
            return Sample(1000 / milliseconds, milliseconds, milliseconds)

        return measured


@contextmanager
def listening(address: Address, market: Market) -> Iterator[None]:
    """Some of the traders have a socket open meanwhile. What is told stays in the kernel; clients read none of it."""
    with ExitStack() as stack:
        for token in (*market.makers[:SOCKETS], *market.takers[:SOCKETS]):
            client = stack.enter_context(socket.create_connection(address, ANSWER_SECONDS))
            lines = (
                f"GET /ws/p2p/?token={token} HTTP/1.1",
                f"Host: {address[0]}:{address[1]}",
                "Upgrade: websocket",
                "Connection: Upgrade",
                "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
            )
            client.sendall("\r\n".join((*lines, "", "")).encode())
            answer = client.recv(4096)
            if not answer.startswith(b"HTTP/1.1 101"):
                raise LoadFailed(f"no socket was opened: {answer!r}")
        yield
