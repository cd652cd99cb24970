"""The machine's clock."""

from __future__ import annotations

from datetime import UTC, datetime


class SystemClock:
    """``Clock`` by the operating system."""

    def now(self) -> datetime:
        """The moment, aware, in UTC, at microseconds."""
        return datetime.now(UTC)
