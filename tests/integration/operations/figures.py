"""What the rehearsals measured."""

from __future__ import annotations


class Figures:
    def __init__(self) -> None:
        self.rows: dict[str, dict[str, object]] = {}

    def note(self, rehearsal: str, **measured: object) -> None:
        """Keep what one rehearsal came to."""
        self.rows[rehearsal] = measured
