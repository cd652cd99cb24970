"""What is done at an email address is counted alike on every store, whatever accounts come and go there."""

from __future__ import annotations

from contextlib import suppress

import pytest

from domain import errors
from domain.ports.store import Unit
from domain.use_cases.at_an_address import Done, counted
from tests.integration.desk import Desk
from tests.integration.races import at_once

EMAIL = "victim@example.com"
BOTH = pytest.mark.parametrize("what", list(Done))


def do(desk: Desk, what: Done, email: str = EMAIL, *, fails: bool = False) -> int:
    """Do it once more; the seconds that it has to wait, and 0 where it was done."""

    def work(unit: Unit) -> None:
        # What fails commits all the same: it was told that the answer is no.
        with suppress(ValueError), counted(what, email, attempts=unit.attempts, at=desk.clock.now()):
            if fails:
                raise ValueError

    try:
        desk.write(work)
    except errors.TooManyAttempts as refused:
        return refused.seconds
    return 0


@BOTH
def test_so_often_in_a_while_and_no_more(desk: Desk, what: Done) -> None:
    _, most, within = what.value
    for _ in range(most):
        assert do(desk, what) == 0
        desk.clock.advance(seconds=10)
    assert do(desk, what) == within.total_seconds() - 10 * most
    assert do(desk, what, EMAIL.upper()) == within.total_seconds() - 10 * most
    assert do(desk, what, "other@example.com") == 0
    desk.clock.advance(seconds=within.total_seconds() - 10 * most)
    # What is swept meanwhile is none of what counts.
    desk.write(lambda unit: unit.attempts.forget(desk.clock.now(), 100))
    assert do(desk, what) == 0
    assert do(desk, what) == 10


@BOTH
def test_what_was_not_done_does_not_count(desk: Desk, what: Done) -> None:
    _, most, _ = what.value
    for _ in range(most):
        do(desk, what, fails=True)
    assert [do(desk, what) for _ in range(most)] == [0] * most


@BOTH
def test_of_many_at_once_no_more_are_done_than_may_be(desk: Desk, what: Done) -> None:
    done = at_once([lambda: do(desk, what) == 0] * 20)
    assert sum(done) == what.value[1]
