"""Loops say that they go round, and one that does not is late; so do the processes that are forked."""

import os

from adapters.system.pulses import Pulses
from tests.clock import Seconds


def test_a_loop_is_late_once_it_has_not_gone_round_for_so_long(seconds: Seconds) -> None:
    pulses = Pulses(seconds)
    quick, slow = pulses.add("quick", 10), pulses.add("slow", 60)
    seconds.now += 10
    assert pulses.late() == ()
    seconds.now += 1
    assert pulses.late() == ("quick",)
    seconds.now += 50
    assert pulses.late() == ("quick", "slow")
    quick()
    assert pulses.late() == ("slow",)
    slow()
    assert pulses.late() == ()


def test_what_a_forked_process_says_is_seen_by_all(seconds: Seconds) -> None:
    pulses = Pulses(seconds)
    beat = pulses.add("of the child", 10)
    seconds.now += 11
    assert pulses.late() == ("of the child",)
    child = os.fork()
    if child == 0:
        beat()
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    assert pulses.late() == ()
