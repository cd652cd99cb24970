"""Processes without the API tell of themselves: their operator, who asks, and systemd, which is told."""

import os
import re
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.integration.running import Cli
from tests.integration.serving import Addresses, Serving, ask, children_of
from tests.integration.waiting import until
from tests.postgres import free_ports

PATIENCE_SECONDS = 60.0
UNITS = Path(__file__).parents[3] / "docs" / "operations"
ROLES = ("http", "ws", "worker")


class ServiceManager:
    """Systemd's end of the line, which wants to hear every few seconds that all is well."""

    def __init__(self, folder: Path) -> None:
        self._line = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._line.bind(str(folder / "notify"))
        self.variables = {"NOTIFY_SOCKET": str(folder / "notify"), "WATCHDOG_USEC": "2000000"}

    def hears(self, what: str, seconds: float = PATIENCE_SECONDS) -> bool:
        """Whether it is told this before so long a silence, whatever else it hears."""
        self._line.settimeout(seconds)
        try:
            while self._line.recv(100) != what.encode():
                continue
        except TimeoutError:
            return False
        return True

    def forget(self) -> list[str]:
        """Whatever it was told until now."""
        self._line.setblocking(False)
        told = []
        try:
            while said := self._line.recv(100):
                told.append(said.decode())
        except BlockingIOError:
            pass
        return told

    def close(self) -> None:
        self._line.close()


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[ServiceManager]:
    manager = ServiceManager(tmp_path)
    yield manager
    manager.close()


@pytest.fixture
def port() -> int:
    return next(free_ports(attempts=5))


@pytest.mark.parametrize("role", ROLES)
def test_systemd_hears_that_it_serves_and_goes_on(postgres_cli: Cli, manager: ServiceManager, role: str) -> None:
    with Serving(postgres_cli, role, variables=manager.variables, **Addresses().settings) as process:
        assert manager.hears("READY=1"), process.said
        assert manager.hears("WATCHDOG=1")
        assert manager.hears("WATCHDOG=1")
        assert process.stop() == 0
        assert manager.hears("STOPPING=1")
        assert "Traceback" not in process.said


def test_where_one_process_of_several_ends_the_service_does_not(postgres_cli: Cli, manager: ServiceManager) -> None:
    """Systemd would take its word, and kill the others after a while."""
    settings = {**Addresses().settings, "HTTP_WORKERS": "2"}
    with Serving(postgres_cli, "http", variables=manager.variables, **settings) as process:
        assert manager.hears("READY=1"), process.said
        assert manager.hears("READY=1"), process.said
        one = min(children_of(process.process.pid))
        os.kill(one, signal.SIGTERM)
        process.wait_for(f"Process {one} ended with 0 and is replaced.")
        assert "STOPPING=1" not in manager.forget()
        assert process.stop() == 0
        assert manager.forget().count("STOPPING=1") == 1


@pytest.mark.abuse("I7")
@pytest.mark.parametrize("role", ["ws", "worker"])
def test_one_that_stands_still_says_so_to_nobody(
    postgres_cli: Cli, manager: ServiceManager, port: int, role: str
) -> None:
    settings = {**Addresses().settings, "STATUS_LISTEN": f"127.0.0.1:{port}"}
    with Serving(postgres_cli, role, variables=manager.variables, **settings) as process:
        assert manager.hears("READY=1"), process.said
        for path in ("/healthz", "/readyz", "/readyz?writes=1"):
            assert ask(port, "GET", path)[0] == 200
        process.process.send_signal(signal.SIGSTOP)
        try:
            manager.forget()
            assert not manager.hears("WATCHDOG=1", 2.5)
            connection = HTTPConnection("127.0.0.1", port, timeout=0.5)
            connection.request("GET", "/readyz")
            with pytest.raises(TimeoutError):
                connection.getresponse()
            connection.close()
        finally:
            process.process.send_signal(signal.SIGCONT)
        assert manager.hears("WATCHDOG=1")
        until(lambda: ask(port, "GET", "/readyz")[0] == 200)
        assert process.stop() == 0


def test_its_figures_are_there(postgres_cli: Cli, port: int) -> None:
    with Serving(postgres_cli, "worker", **Addresses().settings, STATUS_LISTEN=f"127.0.0.1:{port}") as process:
        process.wait_for("The worker is at work.")
        connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
        connection.request("GET", "/metrics")
        text = connection.getresponse().read().decode()
        connection.close()
        assert 'p2p_letters_total{outcome="sent"} 0.0' in text
        assert process.stop() == 0


def test_an_address_that_is_taken_stops_the_start(postgres_cli: Cli) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        line = postgres_cli.run("worker", STATUS_LISTEN=address)
    assert line.returncode == 1
    assert f"p2p: P2P_STATUS_LISTEN: {address} cannot be listened on: Address already in use" in line.stderr


@pytest.mark.parametrize("role", ROLES)
def test_the_units_of_systemd(role: str) -> None:
    """They wait for what the process says, start it as often as it takes, and leave it little."""
    unit = UNITS / f"p2p-{role}.service"
    lines = unit.read_text().splitlines()
    assert {"Type=notify", "WatchdogSec=30", "StartLimitIntervalSec=0", "Restart=always"} <= set(lines)
    assert lines.index("StartLimitIntervalSec=0") < lines.index("[Service]")
    analyser = shutil.which("systemd-analyze")
    if analyser is None:
        pytest.skip("systemd-analyze is not on this machine")
    judged = subprocess.run(
        [analyser, "security", "--offline=true", "--no-pager", str(unit)], capture_output=True, text=True, check=True
    )
    exposure = re.search(r"Overall exposure level for .*: ([0-9.]+)", judged.stdout)
    assert exposure is not None, judged.stdout
    assert float(exposure[1]) < 3
