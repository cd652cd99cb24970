"""Who gives way, and that nobody else does."""

import os
from threading import Thread

import pytest

from adapters.system.priority import NICEST, give_way


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
