"""Who gives way, and that nobody else does."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

import pytest

from adapters.system.priority import NICEST, Processors, give_way
from tests.integration.waiting import until

BUSY = "while True: pass"


def niceness_in_a_thread(nice: int) -> int:
    found = []

    def look() -> None:
        give_way(nice)
        found.append(os.getpriority(os.PRIO_PROCESS, 0))

    thread = Thread(target=look)
    thread.start()
    thread.join()
    return found[0]


def test_a_thread_gives_way_and_the_others_do_not() -> None:
    before = os.getpriority(os.PRIO_PROCESS, 0)
    if before >= NICEST:
        pytest.skip("these tests themselves give way as far as they can")
    assert niceness_in_a_thread(NICEST) == NICEST
    assert niceness_in_a_thread(0) == before
    assert os.getpriority(os.PRIO_PROCESS, 0) == before


def test_who_may_not_take_more_goes_on_as_it_is() -> None:
    """As a thread that is to give way by less than its process does, where nobody is privileged."""
    assert niceness_in_a_thread(NICEST) == NICEST
    give_way(0)


@contextmanager
def kept_busy(processor: int, by: int) -> Iterator[None]:
    """So many processes run on one processor for as long as they may."""
    others = [subprocess.Popen([sys.executable, "-c", BUSY]) for _ in range(by)]
    try:
        for other in others:
            os.sched_setaffinity(other.pid, {processor})
        yield
    finally:
        for other in others:
            other.kill()
            other.wait()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells")
def test_that_others_keep_a_thread_from_its_processor_is_told() -> None:
    processors, may_end = Processors(), Event()
    one = min(os.sched_getaffinity(0))

    def run() -> None:
        os.sched_setaffinity(0, {one})
        processors.watch_this_thread()
        while not may_end.is_set():
            sum(range(1000))

    # Of three that run all the time on one processor, each waits for two thirds of it.
    with kept_busy(one, by=2):
        thread = Thread(target=run)
        thread.start()
        try:
            until(processors.are_wanted)
        finally:
            may_end.set()
            thread.join()


def test_a_thread_that_wants_no_processor_is_kept_from_none() -> None:
    processors, is_watched, may_end = Processors(), Event(), Event()

    def wait() -> None:
        processors.watch_this_thread()
        is_watched.set()
        may_end.wait()

    thread = Thread(target=wait)
    thread.start()
    is_watched.wait()
    # What it took to come this far is told by the first answers.
    until(lambda: not any(processors.are_wanted() for _ in range(10)))
    may_end.set()
    thread.join()
    until(lambda: not any(processors.are_wanted() for _ in range(10)))


def test_nobody_watched_is_kept_from_nothing() -> None:
    assert not Processors().are_wanted()
