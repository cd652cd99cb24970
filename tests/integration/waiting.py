"""Waiting for what another thread or process is about to do."""

import time
from collections.abc import Callable
from typing import TypeVar

Value = TypeVar("Value")
PATIENCE_SECONDS = 20.0


def until(check: Callable[[], Value], seconds: float = PATIENCE_SECONDS) -> Value:
    """The first true value of the check. That there is none in so many seconds fails the test."""
    value = within(check, seconds)
    assert value, f"{value!r} is all there is after {seconds:g} s"
    return value


def within(check: Callable[[], Value], seconds: float = PATIENCE_SECONDS) -> Value:
    """The first true value of the check, or its last where the patience is over: for whoever looks at it themselves."""
    end = time.monotonic() + seconds
    while True:
        value = check()
        if value or time.monotonic() > end:
            return value
        time.sleep(0.01)
