"""A process's clock held against the store's: when it is off, when that is said, and when it is right again."""

import logging
from datetime import timedelta

import pytest

from adapters.system.clock_watch import SystemClockWatch
from domain.errors import ClockIsOff
from domain.ports.clock import CLOCK_TOLERANCE_SECONDS
from tests.clock import NOON, SettableClock

TOLERANCE = timedelta(seconds=CLOCK_TOLERANCE_SECONDS)
TICK = timedelta(microseconds=1)


def compare(watch: SystemClockWatch, own: SettableClock, *, ahead: timedelta, lasted: timedelta = timedelta(0)) -> None:
    """Ask at noon by a clock that is so far ahead; the store tells the time at once and its answer takes so long."""
    own.set(NOON + ahead)
    asked = watch.now()
    own.set(NOON + ahead + lasted)
    watch.compare(asked, NOON)


@pytest.fixture
def own() -> SettableClock:
    return SettableClock()


@pytest.fixture
def watch(own: SettableClock) -> SystemClockWatch:
    return SystemClockWatch(own)


@pytest.mark.parametrize("sign", [1, -1])
def test_a_clock_may_be_off_by_the_tolerance_and_no_more(
    watch: SystemClockWatch, own: SettableClock, sign: int
) -> None:
    assert CLOCK_TOLERANCE_SECONDS == 2
    compare(watch, own, ahead=sign * TOLERANCE)
    with pytest.raises(ClockIsOff, match=f"2.0 s {'ahead of' if sign > 0 else 'behind'} the database's"):
        compare(watch, own, ahead=sign * (TOLERANCE + TICK))
    assert watch.offset_seconds == sign * (2 + 1e-6)


def test_it_is_said_once_and_once_when_it_is_over(
    watch: SystemClockWatch, own: SettableClock, caplog: pytest.LogCaptureFixture
) -> None:
    compare(watch, own, ahead=timedelta(0))
    assert caplog.messages == []
    for _ in range(3):
        with pytest.raises(ClockIsOff):
            compare(watch, own, ahead=timedelta(minutes=45))
    for _ in range(3):
        compare(watch, own, ahead=timedelta(0))
    off, right = caplog.records
    assert off.levelno == right.levelno == logging.WARNING
    assert off.getMessage().startswith("The clock of this process is 2700.0 s ahead of the database's")
    assert right.getMessage() == "The clock of this process agrees with the database's again."


def test_an_answer_that_took_long_does_not_make_a_right_clock_wrong(
    watch: SystemClockWatch, own: SettableClock
) -> None:
    """A statement that waited for a lock told the time at its end, one that a busy process read late long before."""
    for ahead in (timedelta(0), timedelta(seconds=-60)):
        compare(watch, own, ahead=ahead, lasted=timedelta(minutes=1))


def test_an_answer_that_took_long_does_not_make_a_wrong_clock_right(
    watch: SystemClockWatch, own: SettableClock
) -> None:
    with pytest.raises(ClockIsOff):
        compare(watch, own, ahead=timedelta(seconds=3))
    with pytest.raises(ClockIsOff):
        compare(watch, own, ahead=timedelta(seconds=-1), lasted=timedelta(seconds=4))
    compare(watch, own, ahead=timedelta(seconds=-1), lasted=timedelta(seconds=1))
