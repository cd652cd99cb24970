"""A desk as its operator would start it: a process of its own, with its own database, ports and mail server."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from socket import create_connection, create_server
from urllib.error import URLError
from urllib.request import urlopen

START_SECONDS = 30.0
STOP_SECONDS = 10.0
LOCALHOST = "127.0.0.1"
SECOND_APPROVAL = "trx:9"
"""Two of the staff must agree about the offers of the play, which are for 10 trx."""


class DeskFailed(Exception):
    """The desk did not start, or a command of its operator failed; the message is what it said."""


class Desk:
    """Started and stopped by ``with``; nothing of it is left afterwards."""

    def __init__(self, mail_port: int) -> None:
        self._mail_port = mail_port
        self.http, self.websocket = (f"{LOCALHOST}:{port}" for port in _free_ports(2))

    def __enter__(self) -> Desk:
        self._folder = tempfile.TemporaryDirectory(prefix="p2p-demo-")
        settings = {
            "P2P_DATABASE_URL": "sqlite:///p2p.sqlite3",
            "P2P_HTTP_LISTEN": self.http,
            "P2P_WS_LISTEN": self.websocket,
            "P2P_MAIL_URL": f"smtp://{LOCALHOST}:{self._mail_port}",
            "P2P_MAIL_FROM": "desk@example.com",
            "P2P_SECOND_APPROVAL": SECOND_APPROVAL,
        }
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("P2P_")}
        self._environment = {**inherited, **settings}
        try:
            self._start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        if hasattr(self, "_process") and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._folder.cleanup()

    def operate(self, *arguments: str, typed: str = "") -> str:
        """Run one command as the operator, who types what it asks for. Raises ``DeskFailed`` where it fails."""
        done = subprocess.run(  # noqa: S603 (its own program)
            _command(*arguments),
            env=self._environment,
            cwd=self._folder.name,
            input=typed,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise DeskFailed(f"p2p {' '.join(arguments)}: {done.stdout}{done.stderr}")
        return done.stdout.strip()

    def stop(self) -> int:
        """Tell it to stop as an operator would, and return its exit code."""
        self._process.terminate()
        return self._process.wait(STOP_SECONDS)

    def _start(self) -> None:
        log_path = Path(self._folder.name) / "desk.log"
        with log_path.open("wb") as log:
            self._process = subprocess.Popen(  # noqa: S603 (its own program)
                _command("serve"), env=self._environment, cwd=self._folder.name, stdout=log, stderr=subprocess.STDOUT
            )
        give_up_at = time.monotonic() + START_SECONDS
        while not self._is_ready():
            if self._process.poll() is not None or time.monotonic() > give_up_at:
                raise DeskFailed(f"the desk did not start:\n{log_path.read_text(errors='replace')}")
            time.sleep(0.05)

    def _is_ready(self) -> bool:
        host, _, port = self.websocket.partition(":")
        try:
            with urlopen(f"http://{self.http}/readyz", timeout=2), create_connection((host, int(port)), 2):
                return True
        except (URLError, OSError):
            return False


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "entrypoints.cli.main", *arguments]


def _free_ports(number: int) -> list[int]:
    """Ports that are free now; they are held together, so that no two are the same."""
    sockets = [create_server((LOCALHOST, 0)) for _ in range(number)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports
