"""What systemd is told, by a socket as it has one."""

import logging
import os
import secrets
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.system.service_manager import ALIVE, READY, ServiceManager, Watchdog
from tests.integration.waiting import until

PATIENCE_SECONDS = 30.0


@pytest.fixture(params=["in a folder", "in no folder"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return str(tmp_path / "notify") if request.param == "in a folder" else f"@p2p-test-{secrets.token_hex(8)}"


@pytest.fixture
def heard(address: str) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(address.replace("@", "\0", 1))
        listening.settimeout(PATIENCE_SECONDS)
        yield listening


def test_it_is_told(heard: socket.socket, address: str) -> None:
    ServiceManager({"NOTIFY_SOCKET": address}).tell(READY)
    assert heard.recv(100) == b"READY=1"


def test_where_nobody_wants_to_hear_nothing_is_told() -> None:
    manager = ServiceManager({})
    manager.tell(READY)
    assert manager.watchdog_seconds is None


def test_a_manager_that_is_gone_or_does_not_listen_keeps_nobody(heard: socket.socket, address: str) -> None:
    manager = ServiceManager({"NOTIFY_SOCKET": address})
    # It takes nothing out of its line, which is full at some time.
    for _ in range(10_000):
        manager.tell(ALIVE)
    heard.close()
    manager.tell(ALIVE)


@pytest.mark.parametrize(
    ("given", "seconds"),
    [
        ({"WATCHDOG_USEC": "30000000"}, 30.0),
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": str(os.getpid())}, 30.0),
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "1"}, None),
        ({"WATCHDOG_USEC": "soon"}, None),
    ],
)
def test_within_how_long_it_wants_to_hear(given: dict[str, str], seconds: float | None) -> None:
    assert ServiceManager(given).watchdog_seconds == seconds


def test_while_a_loop_is_late_it_is_not_told_that_all_is_well(
    heard: socket.socket, address: str, caplog: pytest.LogCaptureFixture
) -> None:
    late: list[str] = []
    watchdog = Watchdog(ServiceManager({"NOTIFY_SOCKET": address, "WATCHDOG_USEC": "20000"}), lambda: tuple(late))
    caplog.set_level(logging.WARNING)
    watchdog.start()
    assert heard.recv(100) == ALIVE.encode()
    late.append("sweeper")
    until(lambda: "The loop sweeper does not go round any more." in caplog.messages)
    heard.setblocking(False)
    while True:
        try:
            heard.recv(100)
        except BlockingIOError:
            break
    heard.settimeout(0.2)
    with pytest.raises(TimeoutError):
        heard.recv(100)
    late.clear()
    heard.settimeout(PATIENCE_SECONDS)
    assert heard.recv(100) == ALIVE.encode()
    # It is told first, and said on the log then.
    assert until(lambda: "The loop sweeper goes round again." in caplog.messages)
    watchdog.stop()
    assert len([message for message in caplog.messages if "sweeper" in message]) == 2
