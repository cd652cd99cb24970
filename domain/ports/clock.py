"""The time."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

CLOCK_TOLERANCE_SECONDS = 2
"""How far a process's clock may be from the store's, either way, before it says so and waits until it is right.

A machine that asks for the time is off by milliseconds; one that is off by more than this asks nobody any more.
"""


class Clock(Protocol):
    """A clock. A store decides by its own alone: a database's where there is one, else the process's."""

    def now(self) -> datetime:
        """The moment, aware, in UTC, at microseconds."""
        ...


class ClockWatch(Protocol):
    """Holds the clock of this process against the store's, wherever the store has told the time."""

    def now(self) -> datetime:
        """The moment by the clock of this process: to be taken before the store is asked."""
        ...

    def compare(self, asked: datetime, told: datetime) -> None:
        """The store told this moment after it was asked at that one.

        Raises ``ClockIsOff`` where the two clocks are more than ``CLOCK_TOLERANCE_SECONDS`` apart, however long the
        answer took.
        """
        ...
