"""The desk as it is run: processes of their own, started by the command line and told by signals."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from tests.postgres import free_ports
from tests.support.unlimited import UNLIMITED

SECRET_KEY = "Zq3v9s8K2xw7Lm4Tt1Yb6Nc5Rd0Pf-HgJkUaEi"
PATIENCE_SECONDS = 60.0


def until(holds: Callable[[], object], what: str, seconds: float = PATIENCE_SECONDS) -> float:
    """Wait for something to become true; how many seconds that took."""
    began = time.monotonic()
    while not holds():
        if time.monotonic() - began > seconds:
            raise AssertionError(f"not after {seconds} s: {what}")
        time.sleep(0.005)
    return time.monotonic() - began


class DeskProcess:
    """One ``p2p ROLE``, in a session of its own, so that all it forks ends with it."""

    def __init__(self, role: str, settings: Mapping[str, str], folder: Path) -> None:
        self.role = role
        self.ports: dict[str, int] = {}
        own = {"P2P_SECRET_KEY": SECRET_KEY, "P2P_MAIL_URL": f"file:{folder}/mail"}
        self._settings = own | UNLIMITED | settings
        for name in ("P2P_HTTP_LISTEN", "P2P_WS_LISTEN"):
            self.ports[name] = next(free_ports(attempts=5))
            self._settings.setdefault(name, f"127.0.0.1:{self.ports[name]}")
        self._folder = folder
        self.log_file = folder / f"{role}-{os.urandom(4).hex()}.log"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def http_port(self) -> int:
        return self.ports["P2P_HTTP_LISTEN"]

    @property
    def websocket_port(self) -> int:
        return self.ports["P2P_WS_LISTEN"]

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self) -> None:
        """Start it, and return when it does its work."""
        self.launch()
        self.wait_until_it_works()

    def launch(self) -> None:
        """Start it, and return at once."""
        with self.log_file.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "entrypoints.cli.main", self.role],
                env={**os.environ, **self._settings},
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def wait_until_it_works(self) -> None:
        until(self._works, f"{self.role} works:\n{self.log()[-2000:]}")

    def _works(self) -> bool:
        assert self._process is not None
        if self._process.poll() is not None:
            raise AssertionError(f"{self.role} ended with {self._process.returncode}:\n{self.log()[-2000:]}")
        if self.role in ("http", "serve"):
            return answers(self.http_port)
        # A worker has no face: it works once it waits for its signal beside the threads that it started.
        return listens(self.websocket_port) if self.role == "ws" else len(threads_of(self.pid)) > 4

    def log(self) -> str:
        return self.log_file.read_text(encoding="utf-8", errors="replace")

    def children(self) -> list[int]:
        """The processes that it forked."""
        file = Path(f"/proc/{self.pid}/task/{self.pid}/children")
        return [int(word) for word in file.read_text(encoding="ascii").split()]

    def signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    def wait(self, seconds: float = PATIENCE_SECONDS) -> int:
        """Its exit code, once it has ended."""
        assert self._process is not None
        return self._process.wait(seconds)

    @property
    def has_ended(self) -> bool:
        assert self._process is not None
        return self._process.poll() is not None

    def kill(self) -> None:
        """kill -9 of the process and all that it forked."""
        assert self._process is not None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(PATIENCE_SECONDS)

    def close(self) -> None:
        if self._process is not None:
            self.kill()
            self._process = None


@contextmanager
def started(*processes: DeskProcess) -> Iterator[tuple[DeskProcess, ...]]:
    """All of them at work; they start side by side, and end with the block."""
    try:
        for process in processes:
            process.launch()
        for process in processes:
            process.wait_until_it_works()
        yield processes
    finally:
        for process in processes:
            process.close()


def listens(port: int) -> bool:
    """Whether anybody takes connections there."""
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


def answers(port: int) -> bool:
    """Whether HTTP is answered there."""
    try:
        with socket.create_connection(("127.0.0.1", port), PATIENCE_SECONDS) as connection:
            connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: desk\r\nConnection: close\r\n\r\n")
            return connection.recv(64).startswith(b"HTTP/1.1 200")
    except OSError:
        return False


def threads_of(pid: int) -> list[int]:
    try:
        return [int(task.name) for task in Path(f"/proc/{pid}/task").iterdir()]
    except FileNotFoundError:
        return []
