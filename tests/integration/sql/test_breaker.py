"""Once somebody has waited for the database in vain, others are refused at once until it answers again."""

from __future__ import annotations

import pytest

from adapters.sql.connections.circuit_breaker import TRIAL_SECONDS, CircuitBreaker
from domain.errors import StoreUnavailable
from tests.clock import Seconds


@pytest.fixture
def breaker(seconds: Seconds) -> CircuitBreaker:
    return CircuitBreaker(seconds)


def is_admitted(breaker: CircuitBreaker, *, commits: bool = False) -> bool:
    try:
        breaker.admit(commits=commits)
    except StoreUnavailable:
        return False
    return True


def test_everybody_is_let_in_at_first(breaker: CircuitBreaker) -> None:
    assert all(is_admitted(breaker) for _ in range(100))


def test_one_in_a_while_is_let_in_after_a_wait_in_vain(breaker: CircuitBreaker, seconds: Seconds) -> None:
    breaker.waited_in_vain()
    assert not is_admitted(breaker)
    for _ in range(3):
        seconds.now += TRIAL_SECONDS - 0.001
        assert not is_admitted(breaker)
        seconds.now += 0.002
        assert is_admitted(breaker)
        assert not is_admitted(breaker)


def test_others_that_waited_at_the_same_time_put_the_trial_off_no_further(
    breaker: CircuitBreaker, seconds: Seconds
) -> None:
    breaker.waited_in_vain()
    seconds.now += TRIAL_SECONDS / 2
    breaker.waited_in_vain()
    seconds.now += TRIAL_SECONDS / 2
    assert is_admitted(breaker)


def test_an_answer_lets_everybody_in(breaker: CircuitBreaker) -> None:
    breaker.waited_in_vain()
    breaker.answered()
    assert all(is_admitted(breaker) for _ in range(100))


def test_after_a_commit_in_vain_only_a_committed_write_lets_writers_in(breaker: CircuitBreaker) -> None:
    tried = []
    failing = [StoreUnavailable("nothing can be written"), StoreUnavailable("nothing yet")]

    def try_to_write() -> None:
        tried.append(breaker.are_commits_in_doubt)
        if failing:
            raise failing.pop()

    breaker.try_to_write = try_to_write
    assert is_admitted(breaker, commits=True)
    breaker.committed_in_vain()
    breaker.answered()
    assert is_admitted(breaker)
    assert not is_admitted(breaker, commits=True)
    assert not is_admitted(breaker, commits=True)
    assert is_admitted(breaker, commits=True)
    assert tried == [True] * 3
    assert all(is_admitted(breaker, commits=True) for _ in range(100))
    assert len(tried) == 3


def test_where_nobody_can_try_to_write_all_may(breaker: CircuitBreaker) -> None:
    breaker.committed_in_vain()
    assert is_admitted(breaker, commits=True)


def test_whoever_has_seen_a_write_committed_lets_all_commit(breaker: CircuitBreaker) -> None:
    changes: list[bool] = []
    breaker.on_change = lambda: changes.append(breaker.are_commits_in_doubt)
    breaker.committed_in_vain()
    breaker.committed()
    breaker.committed()
    assert changes == [True, False]
