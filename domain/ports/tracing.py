"""Where it is told what was done and how long it took, for whoever draws that: traces."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol
from uuid import UUID


class Tracing(Protocol):
    """Hears of each piece of work when it has ended. It decides nothing, and nothing waits for it."""

    def done(
        self,
        what: str,
        seconds: float,
        facts: Mapping[str, object],
        *,
        cause: UUID | None,
        is_cause: bool = False,
        failed: bool = False,
    ) -> None:
        """Something that took so many seconds has just ended. Returns at once and never raises.

        ``cause`` is the request that it was done for, or that it was itself where ``is_cause``. ``facts`` are ids,
        numbers and words of the desk's own, and never what a person wrote.
        """
        ...

    def close(self) -> None:
        """The process ends: hand on what was heard, and wait for that no longer than a moment."""
        ...
