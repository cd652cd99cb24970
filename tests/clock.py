"""A clock that stands where a test put it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

A_MONDAY = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@dataclass
class SettableClock:
    """A ``Clock`` that moves only when it is told to."""

    moment: datetime = A_MONDAY

    def now(self) -> datetime:
        """The moment it was set to, aware, in UTC."""
        return self.moment

    def advance(self, step: timedelta) -> None:
        """Let time pass; a negative step turns the clock back."""
        self.moment += step

    def set(self, moment: datetime) -> None:
        """Jump to a moment."""
        self.moment = moment
