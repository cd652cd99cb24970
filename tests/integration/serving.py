"""Starts what runs on, and stops it."""

import json
import os
import signal
import subprocess
import tempfile
from collections.abc import Mapping
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, Self

from tests.integration.running import Cli
from tests.integration.waiting import within
from tests.postgres import free_ports

STOP_SECONDS = 15
START_SECONDS = 60


class Addresses:
    """Two ports that were free a moment ago."""

    def __init__(self) -> None:
        ports = free_ports(attempts=5)
        self.http, self.websocket = next(ports), next(ports)

    @property
    def settings(self) -> dict[str, str]:
        return {"HTTP_LISTEN": f"127.0.0.1:{self.http}", "WS_LISTEN": f"127.0.0.1:{self.websocket}"}


class Serving:
    """One process of the desk that runs on, in a process group of its own, with what it said in a file."""

    def __init__(self, cli: Cli, *arguments: str, variables: Mapping[str, str] | None = None, **settings: str) -> None:
        """``variables`` are of the environment, and no settings of the desk."""
        with tempfile.NamedTemporaryFile(dir=cli.folder, prefix=f"{arguments[0]}-", suffix=".log", delete=False) as log:
            self._said = Path(log.name)
            self.process = subprocess.Popen(
                cli.command(*arguments),
                env={**cli.environment(**settings), **(variables or {})},
                cwd=cli.folder,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    @property
    def said(self) -> str:
        return self._said.read_text()

    def wait_for(self, text: str) -> None:
        """Wait until it says this."""
        within(lambda: text in self.said or self.process.poll() is not None, START_SECONDS)
        assert text in self.said

    def wait_until_ready(self, port: int) -> None:
        """Wait until HTTP answers that it is ready."""
        within(lambda: self.process.poll() is not None or is_ready(port), START_SECONDS)
        assert is_ready(port), self.said

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Tell it to stop, and return its exit code."""
        self.process.send_signal(number)
        return self.process.wait(STOP_SECONDS)


def is_ready(port: int) -> bool:
    try:
        return ask(port, "GET", "/readyz")[0] == 200
    except OSError:
        return False


def ask(port: int, method: str, path: str, token: str = "", body: dict[str, Any] | None = None) -> tuple[int, Any]:
    """One request on a connection of its own: the status, and the body as JSON."""
    connection = HTTPConnection("127.0.0.1", port, timeout=STOP_SECONDS)
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    if body is not None:
        headers["Content-Type"] = "application/json"
    try:
        connection.request(method, path, json.dumps(body) if body is not None else None, headers)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        connection.close()


def children_of(process: int) -> set[int]:
    """The processes that a process has started."""
    return {int(number) for number in Path(f"/proc/{process}/task/{process}/children").read_text().split()}
