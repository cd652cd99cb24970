"""What an invariant of the books is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Invariant:
    """One thing that must hold: its name, what it says, and the query for what breaks it."""

    name: str
    says: str
    broken: str
