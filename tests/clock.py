"""Clocks that stand still until a test moves them."""

from domain.testing.clock import NOON, SettableClock

__all__ = ["NOON", "Seconds", "SettableClock"]


class Seconds:
    """A count of seconds that only a test moves, in place of ``time.monotonic``."""

    def __init__(self, now: float = 1000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now
