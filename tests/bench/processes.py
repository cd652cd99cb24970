"""The desk as its operator runs it: processes of its own, told everything by their environment."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Self
from urllib.error import URLError
from urllib.request import urlopen

from config.settings import Settings, read_settings
from tests.postgres import free_ports
from tests.support.unlimited import UNLIMITED

from .load import Address

HTTP_WORKERS = 2
START_SECONDS = 30.0
STOP_SECONDS = 10.0
_SECRET = "measuring needs no secret although the desk does"


class DeskFailed(Exception):
    """The desk did not start; the message is what it said."""


class DeskProcess:
    """``p2p http``, ``p2p ws`` or ``p2p worker`` on PostgreSQL, or the whole desk by ``p2p serve`` on SQLite.

    Stopped at the end of the block. ``address`` is where it answers ``/readyz``, and ``websocket`` where sockets open.
    """

    def __init__(self, command: str, database_url: str, more: Mapping[str, str] | None = None) -> None:
        self._command = [sys.executable, "-m", "entrypoints.cli.main", command]
        self._more = {"P2P_DATABASE_URL": database_url, **(more or {})}
        self.address: Address = ("127.0.0.1", 0)
        self.websocket: Address = ("127.0.0.1", 0)

    def __enter__(self) -> Self:
        self._folder = tempfile.TemporaryDirectory(prefix="p2p-bench-")
        http, websocket = list(free_ports(attempts=1))[:2]
        self.address = ("127.0.0.1", http)
        settings = {"P2P_HTTP_LISTEN": f"127.0.0.1:{http}", "P2P_WS_LISTEN": f"127.0.0.1:{websocket}"}
        if self._command[-1] in ("worker", "ws"):
            settings["P2P_STATUS_LISTEN"] = f"127.0.0.1:{http}"
        self.websocket = ("127.0.0.1", websocket)
        self._log = Path(self._folder.name) / "desk.log"
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                self._command,
                env=desk_environment({**settings, **self._more}),
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            self._wait_until_ready()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._folder.cleanup()

    @contextmanager
    def standing_still(self) -> Iterator[None]:
        """Its processes do nothing until the end of the block."""
        os.killpg(self._process.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.killpg(self._process.pid, signal.SIGCONT)

    def processor_seconds(self) -> float:
        """How long its processes that run have had a processor so far; only Linux tells."""
        ticks = 0
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = stat.read_text().rpartition(")")[2].split()
            except (FileNotFoundError, ProcessLookupError):
                continue
            if int(fields[2]) == self._process.pid:
                ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def log(self) -> str:
        """What the desk has said so far."""
        return self._log.read_text(encoding="utf-8", errors="replace")

    def _wait_until_ready(self) -> None:
        end = time.monotonic() + START_SECONDS
        while True:
            if self._process.poll() is not None or time.monotonic() > end:
                raise DeskFailed(f"The desk did not start:\n{self.log()[-3000:]}")
            try:
                with urlopen("http://{}:{}/readyz".format(*self.address), timeout=2):
                    return
            except (URLError, OSError):
                time.sleep(0.05)


def desk_environment(settings: Mapping[str, str]) -> dict[str, str]:
    """The environment of a desk that is measured. Settings of whoever measures must not reach it."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("P2P_", "PG"))}
    common = {"P2P_SECRET_KEY": _SECRET, "P2P_ACCESS_MINUTES": "1440", "P2P_MAIL_URL": "memory:"}
    return {**inherited, **common, **UNLIMITED, "P2P_HTTP_WORKERS": str(HTTP_WORKERS), **settings}


def desk_settings(database_url: str) -> Settings:
    """The same settings for parts of a desk in this process."""
    environment = desk_environment({"P2P_DATABASE_URL": database_url})
    return read_settings({name: value for name, value in environment.items() if name.startswith("P2P_")}, Path.cwd())
