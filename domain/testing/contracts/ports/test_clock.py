"""The clock: a fixture ``clock``."""

from datetime import timedelta

import pytest

from .... import Clock
from .given import given


@pytest.fixture
def clock_under_test(request: pytest.FixtureRequest) -> Clock:
    clock: Clock = given(request, "clock")
    return clock


def test_the_time_is_in_utc(clock_under_test: Clock) -> None:
    assert clock_under_test.now().utcoffset() == timedelta(0)


def test_the_time_does_not_run_backwards(clock_under_test: Clock) -> None:
    told = [clock_under_test.now() for _ in range(100)]
    assert told == sorted(told)
