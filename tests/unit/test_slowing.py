"""How long whoever guesses has to wait, and what counts."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.model.slowing import LONGEST_WAIT, WINDOW, WRONG_OF_BOTH, WrongTries
from tests.clock import NOON

SECOND = timedelta(seconds=1)


def wrong(tries: WrongTries, times: int, apart: timedelta = timedelta(0)) -> WrongTries:
    """So many wrong tries, each once it may be made and so long after the one before."""
    at = NOON if not tries.moments else tries.moments[-1]
    for _ in range(times):
        at = max(at + apart, tries.until or at)
        tries = tries.with_one_more(at, WRONG_OF_BOTH)
    return tries


def waits(tries: WrongTries) -> timedelta:
    return tries.wait(tries.moments[-1])


def test_below_the_bound_nobody_waits() -> None:
    assert WrongTries().wait(NOON) == timedelta(0)
    tries = wrong(WrongTries(), WRONG_OF_BOTH - 1)
    assert (waits(tries), tries.waits) == (timedelta(0), 0)


def test_from_the_bound_on_each_doubles_the_wait() -> None:
    tries = wrong(WrongTries(), WRONG_OF_BOTH - 1)
    found = []
    for _ in range(14):
        tries = wrong(tries, 1)
        found.append(waits(tries) / SECOND)
    assert found == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900, 900]
    assert len(tries.moments) <= WRONG_OF_BOTH
    assert waits(wrong(tries, 2000)) == LONGEST_WAIT


def test_tries_that_lie_far_apart_keep_nobody_waiting() -> None:
    assert waits(wrong(WrongTries(), 50, WINDOW / (WRONG_OF_BOTH - 1))) == timedelta(0)
    assert waits(wrong(WrongTries(), WRONG_OF_BOTH, WINDOW / WRONG_OF_BOTH)) == SECOND


@pytest.mark.parametrize(("after", "seconds"), [(WINDOW - SECOND, 4), (WINDOW, 0)])
def test_a_run_of_waits_ends_after_a_while(after: timedelta, seconds: int) -> None:
    tries = wrong(WrongTries(), WRONG_OF_BOTH + 1)
    assert tries.until is not None
    again = tries.with_one_more(tries.until + after, WRONG_OF_BOTH)
    assert waits(again) == seconds * SECOND


def test_what_was_right_is_taken_back() -> None:
    before = wrong(WrongTries(), WRONG_OF_BOTH - 1, SECOND)
    at = before.moments[-1] + SECOND
    assert before.with_one_more(at, WRONG_OF_BOTH).without(at) == before
    assert before.without(at) == before
    waiting = wrong(before, 2)
    assert waiting.until is not None
    right = waiting.with_one_more(waiting.until, WRONG_OF_BOTH).without(waiting.until)
    assert (right.waits, right.wait(waiting.until)) == (waiting.waits, timedelta(0))


def test_what_others_got_wrong_meanwhile_stays() -> None:
    waiting = wrong(WrongTries(), WRONG_OF_BOTH, SECOND)
    right, later = waiting.moments[1], wrong(waiting, 1)
    assert (later.without(right).waits, later.without(right).until) == (later.waits - 1, later.until)


def test_how_long_they_matter() -> None:
    assert WrongTries().kept_until is None
    assert wrong(WrongTries(), 1).kept_until == NOON + WINDOW
    waiting = wrong(WrongTries(), WRONG_OF_BOTH)
    assert waiting.kept_until == NOON + SECOND + WINDOW
