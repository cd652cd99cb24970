"""One role a process, on PostgreSQL: many HTTP processes on one socket, the websocket, the worker."""

import json
import os
import resource
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.running import Cli
from tests.integration.serving import Addresses, Serving, ask, children_of, is_ready
from tests.integration.waiting import until

WORKERS = 3


@pytest.fixture
def addresses() -> Addresses:
    return Addresses()


@pytest.fixture
def http(postgres_cli: Cli, addresses: Addresses) -> Iterator[Serving]:
    settings = {**addresses.settings, "HTTP_WORKERS": str(WORKERS)}
    with Serving(postgres_cli, "http", **settings) as processes:
        processes.wait_until_ready(addresses.http)
        yield processes


def living(processes: set[int]) -> set[int]:
    """Those of them that are there and no zombies."""
    return {process for process in processes if state_of(process) not in ("", "Z")}


def state_of(process: int) -> str:
    """The kernel's letter for it; empty where it is gone. It stands behind the name, which may hold anything."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return ""


def test_all_processes_share_one_socket_and_one_signal_ends_them(http: Serving, addresses: Addresses) -> None:
    children = children_of(http.process.pid)
    assert len(children) == WORKERS
    for _ in range(20):
        assert ask(addresses.http, "GET", "/healthz")[0] == 200
    assert http.stop() == 0
    assert living(children) == set()
    assert "Traceback" not in http.said


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP])
def test_a_signal_to_the_whole_group_ends_it_as_well(http: Serving, number: signal.Signals) -> None:
    children = children_of(http.process.pid)
    os.killpg(http.process.pid, number)
    assert http.process.wait(15) == 0
    assert "instead of stopping cleanly" not in http.said
    assert living(children) == set()


def test_a_process_that_dies_is_replaced(http: Serving, addresses: Addresses) -> None:
    before = children_of(http.process.pid)
    killed = min(before)
    os.kill(killed, signal.SIGKILL)
    until(lambda: len(children_of(http.process.pid) - {killed}) == WORKERS)
    after = children_of(http.process.pid)
    assert len(after) == WORKERS
    assert after & before == before - {killed}
    assert f"Process {killed} ended with -9 and is replaced." in http.said
    assert ask(addresses.http, "GET", "/readyz")[0] == 200
    assert http.stop() == 0


def test_it_says_where_it_is(http: Serving, addresses: Addresses) -> None:
    assert f"Listening on http://127.0.0.1:{addresses.http}" in http.said


def test_none_outlives_its_parent(http: Serving, addresses: Addresses) -> None:
    children = children_of(http.process.pid)
    http.process.kill()
    http.process.wait()
    until(lambda: not living(children))
    assert living(children) == set()
    assert not is_ready(addresses.http)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("role", ["ws", "worker"])
def test_the_other_roles_start_and_stop(
    postgres_cli: Cli, addresses: Addresses, role: str, number: signal.Signals
) -> None:
    with Serving(postgres_cli, role, **addresses.settings) as process:
        process.wait_for("Listening on ws://" if role == "ws" else "The worker is at work.")
        assert process.stop(number) == 0
        assert "Traceback" not in process.said


def open_files_limits(process: int) -> tuple[str, str]:
    """Soft and hard."""
    [line] = [line for line in Path(f"/proc/{process}/limits").read_text().splitlines() if "open files" in line]
    soft, hard, _ = line.removeprefix("Max open files").split()
    return soft, hard


def test_the_websocket_takes_all_the_open_files_that_it_may(postgres_cli: Cli, addresses: Addresses) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))
    try:
        process = Serving(postgres_cli, "ws", **addresses.settings)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    with process:
        process.wait_for("Listening on ws://")
        assert open_files_limits(process.process.pid) == (str(hard), str(hard))


class Limited(Cli):
    """Its processes may not open many files, and may not change that."""

    def command(self, *arguments: str) -> list[str]:
        return ["sh", "-c", 'ulimit -n 256 && exec "$@"', "sh", *super().command(*arguments)]


def test_a_limit_too_low_for_its_sockets_is_told_of_at_the_start(postgres_cli: Cli, addresses: Addresses) -> None:
    limited = Limited(postgres_cli.folder, **postgres_cli.settings)
    with Serving(limited, "ws", **addresses.settings) as process:
        process.wait_for("Listening on ws://")
        assert "At most 256 files may be open here, and 20000 connections are to be" in process.said


@pytest.mark.parametrize("role", ["http", "ws", "worker"])
def test_each_role_begins_with_one_line_in_its_format(postgres_cli: Cli, addresses: Addresses, role: str) -> None:
    with Serving(postgres_cli, role, **addresses.settings, LOG_FORMAT="json") as process:
        # One that is told to stop before it is at work just ends.
        process.wait_for("at work" if role == "worker" else "Listening on")
        (line,) = [json.loads(line) for line in process.said.splitlines() if '"role": ' in line]
        assert (line["role"], line["level"]) == (role, "info")
        assert line["message"].startswith(f"p2p {role} ")
        assert line["database"].startswith("postgresql+psycopg://")
        assert process.stop() == 0
    quiet = {**addresses.settings, "LOG_FORMAT": "json", "LOG_LEVEL": "warning"}
    with Serving(postgres_cli, role, **quiet) as process:
        process.wait_for("at work" if role == "worker" else "Listening on")
        assert process.stop() == 0
        assert '"role": ' not in process.said
