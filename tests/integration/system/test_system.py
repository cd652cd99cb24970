"""The clock, the source of ids, and the fan-out of nudges."""

import logging
import re
import subprocess
import sys
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from adapters.system.clock import SystemClock
from adapters.system.identifiers import RandomIdentifiers
from adapters.system.wakers import Wakers
from tests.integration.waiting import PATIENCE_SECONDS

ROOT = Path(__file__).parents[3]


class Listening:
    """A waker that remembers whom it was woken for."""

    def __init__(self) -> None:
        self.woken: list[UUID] = []

    def wake(self, trader_ids: Iterable[UUID]) -> None:
        self.woken += trader_ids


class Broken:
    """A waker that breaks its promise never to raise."""

    def wake(self, trader_ids: Iterable[UUID]) -> None:
        raise ConnectionError("no line")


def test_the_clock_tells_the_time_in_utc() -> None:
    assert SystemClock().now().utcoffset() == timedelta(0)


def test_the_reactor_counts_seconds_that_nobody_can_set() -> None:
    """In a process of its own, since Twisted has one reactor a process, and its messages go one way."""
    script = """
import time
from adapters.system.reactor import main_reactor
reactor = main_reactor()
before = time.monotonic()
reactor.callLater(0, reactor.stop)
(call,) = reactor.getDelayedCalls()
assert before <= call.getTime() <= time.monotonic()
reactor.run()
"""
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True, timeout=PATIENCE_SECONDS)


def test_ids_are_random_and_never_repeat() -> None:
    ids = [RandomIdentifiers().new() for _ in range(1000)]
    assert {one.version for one in ids} == {4}
    assert len(set(ids)) == 1000


def test_a_secret_has_256_bits_and_can_stand_in_a_url() -> None:
    secrets = {RandomIdentifiers().secret() for _ in range(1000)}
    assert len(secrets) == 1000
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{43}", secret) for secret in secrets)


def test_a_nudge_reaches_all() -> None:
    wakers, first, second = Wakers(), Listening(), Listening()
    wakers.add(first)
    wakers.add(second)
    ids = [uuid4(), uuid4()]
    wakers.wake(iter(ids))
    assert first.woken == ids
    assert second.woken == ids


def test_nobody_to_wake_is_no_error() -> None:
    Wakers().wake([uuid4()])


def test_a_broken_waker_keeps_none_from_the_others(caplog: pytest.LogCaptureFixture) -> None:
    wakers, after = Wakers(), Listening()
    wakers.add(Broken())
    wakers.add(after)
    trader_id = uuid4()
    with caplog.at_level(logging.ERROR):
        wakers.wake([trader_id])
    assert after.woken == [trader_id]
    assert "no line" in caplog.text


def test_a_signal_that_another_thread_was_given_ends_the_wait() -> None:
    """Of two signals at once the system gives one to another thread, and the main thread's wait is not interrupted."""
    script = """
import os, signal, threading
from adapters.system.signals import STOP_SIGNALS, stop_requested
request = stop_requested()
threading.Thread(target=threading.Event().wait, daemon=True).start()
# The main thread takes none, so that the other one is given it.
signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)
os.kill(os.getpid(), signal.SIGTERM)
request.wait()
"""
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True, timeout=PATIENCE_SECONDS)


def test_a_wait_for_a_signal_to_stop_is_not_ended_by_another_signal() -> None:
    script = """
import os, signal
from adapters.system.signals import stop_requested
request = stop_requested()
signal.signal(signal.SIGUSR1, lambda number, frame: os.kill(os.getpid(), signal.SIGHUP))
os.kill(os.getpid(), signal.SIGUSR1)
request.wait()
"""
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True, timeout=PATIENCE_SECONDS)


def test_a_signal_that_was_blocked_before_anybody_waited_for_it_is_heard() -> None:
    script = """
import os, signal
from adapters.system.signals import STOP_SIGNALS, stop_requested
signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)
os.kill(os.getpid(), signal.SIGTERM)
stop_requested().wait()
"""
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True, timeout=PATIENCE_SECONDS)
