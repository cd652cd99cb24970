"""Whether anything can be written is found out by writing, and by little of it, whoever asks."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event
from typing import Any

import pytest
from sqlalchemy import select

from adapters.sql.connections.circuit_breaker import CircuitBreaker
from adapters.sql.connections.engine import own_transaction
from adapters.sql.heartbeat import EVERY_SECONDS, Heartbeat
from adapters.sql.schema.tables import heartbeat
from domain.errors import StoreUnavailable
from tests.clock import Seconds
from tests.integration.desk import Desk
from tests.integration.races import at_once
from tests.integration.sql.waiting import wait_until


class Beats:
    """Writes that fail while there are failures left."""

    def __init__(self) -> None:
        self.count = 0
        self.failures: list[Exception] = []

    def __call__(self) -> None:
        self.count += 1
        if self.failures:
            raise self.failures.pop()


@pytest.fixture
def beats() -> Beats:
    return Beats()


def failing(check: Callable[[], None]) -> str:
    with pytest.raises(StoreUnavailable) as raised:
        check()
    return str(raised.value)


@pytest.mark.abuse("I7")
def test_what_was_found_holds_for_a_second(beats: Beats, seconds: Seconds) -> None:
    check = Heartbeat(beats, seconds).check
    for _ in range(100):
        check()
    assert beats.count == 1
    seconds.now += EVERY_SECONDS
    beats.failures.append(StoreUnavailable("its disk is full"))
    assert [failing(check) for _ in range(100)] == ["its disk is full"] * 100
    assert beats.count == 2
    seconds.now += EVERY_SECONDS
    check()
    assert beats.count == 3


def test_a_beat_that_was_interrupted_says_nothing_good(beats: Beats, seconds: Seconds) -> None:
    check = Heartbeat(beats, seconds).check
    beats.failures.append(KeyboardInterrupt())  # type: ignore[arg-type]
    with pytest.raises(KeyboardInterrupt):
        check()
    assert failing(check) == "a write was interrupted"
    seconds.now += EVERY_SECONDS
    check()


def test_others_wait_for_a_beat_once_and_then_for_none(seconds: Seconds) -> None:
    begun, may_end = Event(), Event()
    outcomes: list[Exception] = [StoreUnavailable("said nothing"), StoreUnavailable("said nothing")]

    def beat() -> None:
        begun.set()
        assert may_end.wait(60)
        raise outcomes.pop()

    check = Heartbeat(beat, seconds).check

    def ask() -> str:
        return failing(check)

    def let_go() -> str:
        assert begun.wait(60)
        may_end.set()
        return "said nothing"

    assert set(at_once([ask, ask, ask, let_go])) == {"said nothing"}
    assert len(outcomes) == 1
    # From now on it is known that nothing can be written, and nobody waits for the next to find that out again.
    seconds.now += EVERY_SECONDS
    begun.clear()
    may_end.clear()

    def look() -> str:
        wait_until(begun.is_set)
        said = failing(check)
        may_end.set()
        return said

    assert at_once([ask, look]) == ["said nothing", "a write has not been committed yet"]


def beats_in(desk: Desk) -> Any:
    with own_transaction(desk.store._engine, writes=False) as connection:  # type: ignore[attr-defined]
        return connection.execute(select(heartbeat.c.beats)).scalar_one_or_none()


@pytest.mark.abuse("I7")
def test_however_many_ask_little_is_written(desk: Desk) -> None:
    assert beats_in(desk) is None
    for _ in range(5):
        at_once([desk.store.check_writes] * 8)
    # How long this took is the machine's affair.
    assert 1 <= beats_in(desk) <= 5
    desk.store._heartbeat._at = None  # type: ignore[attr-defined]
    before = beats_in(desk)
    desk.store.check_writes()
    assert beats_in(desk) == before + 1


def test_a_write_that_is_seen_committed_lets_others_commit_whoever_asked(desk: Desk) -> None:
    """Else a process that has nothing to write would be told of as one that refuses, and wake somebody."""
    store = desk.store
    breaker = CircuitBreaker()
    store._breaker = breaker  # type: ignore[attr-defined]
    breaker.committed_in_vain()
    store.check_writes()
    assert not breaker.are_commits_in_doubt
