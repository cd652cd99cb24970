"""The figures of the floods say whether a bound was held, and never that one was that cannot be told."""

from math import inf

import pytest

from tests.floods.__main__ import table
from tests.floods.asking import Desk, Healthy
from tests.floods.attacks import Figure


@pytest.mark.parametrize(("measured", "is_held"), [(0.4, True), (0.5, True), (0.51, False), (inf, False)])
def test_a_bound_is_held_up_to_itself(measured: float, is_held: bool) -> None:
    assert Figure("p99", measured, 0.5, "s").is_held is is_held


def test_who_was_refused_once_has_waited_without_an_end() -> None:
    healthy = Healthy(Desk(0), "token", [1.0, 2.0, 1500.0])
    assert healthy.p99 == 1.5
    healthy.failed.append("503")
    assert healthy.p99 == inf


def test_the_table() -> None:
    figures = [Figure("p99 before", 0.2, inf, "s"), Figure("p99", 0.75, 0.5, "s"), Figure("letters", 5, 5, "")]
    assert table([("a flood", figure) for figure in figures]).splitlines()[2:] == [
        "| a flood | p99 before |  | 0.2 s |  |",
        "| a flood | p99 | 0.5 s | 0.75 s | **not held** |",
        "| a flood | letters | 5 | 5 | held |",
    ]
