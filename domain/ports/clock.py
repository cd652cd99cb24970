"""The time."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """The one clock that deadlines, tokens and end dates are read from."""

    def now(self) -> datetime:
        """The moment, aware, in UTC, at microseconds."""
        ...
