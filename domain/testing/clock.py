"""Clocks that stand still until a test moves them."""

from datetime import UTC, datetime, timedelta

NOON = datetime(2026, 3, 2, 12, 0, 0, 123456, tzinfo=UTC)


class SettableClock:
    """The port ``Clock`` for tests: any number of threads may read it while one moves it."""

    def __init__(self, now: datetime = NOON) -> None:
        self._now = now

    def now(self) -> datetime:
        """The moment at which the clock stands."""
        return self._now

    def set(self, now: datetime) -> None:
        """Move to this moment."""
        self._now = now

    def advance(self, **parts: float) -> datetime:
        """Move on by a ``timedelta`` of these parts, such as ``minutes=30``, and return the new time."""
        self._now += timedelta(**parts)
        return self._now
