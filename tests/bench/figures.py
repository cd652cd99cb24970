"""What was measured, as figures: rows of samples, medians over rounds, ratios to a bound, and the table of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

HEADINGS = ("what", "clients", "a second", "p50 ms", "p99 ms", "ratio", "target", "goal", "statements")


@dataclass(frozen=True, slots=True)
class Sample:
    """One measurement: how many were done a second, and how long one took, in milliseconds."""

    rate: float
    p50: float
    p99: float

    @classmethod
    def of(cls, milliseconds: Sequence[float], seconds: float) -> Sample:
        """A sample from the time that each of them took. Raises ``ValueError`` where none was done."""
        if not milliseconds:
            raise ValueError("nothing was done in the time that there was")
        ordered = sorted(milliseconds)
        return cls(len(ordered) / seconds, rank(ordered, 0.5), rank(ordered, 0.99))


def rank(ordered: Sequence[float], share: float) -> float:
    """The smallest value that so large a share of all does not exceed."""
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


@dataclass(frozen=True, slots=True)
class Target:
    """What a ratio is to be: at least this, or at most where it is a ratio of times; and the goal beyond."""

    value: float
    goal: float | None = None
    is_upper: bool = False
    p99: float | None = None
    """The longest p99 in milliseconds, where there is one."""

    def text(self) -> str:
        """The target as the table has it."""
        sign = "<=" if self.is_upper else ">="
        return f"{sign} {self.value:g}" + (f", p99 < {self.p99:g} ms" if self.p99 is not None else "")


@dataclass
class Row:
    """One line of the table. ``against`` is the row that a ratio is taken to, of rates or of median times."""

    name: str
    clients: int
    measure: Callable[[float], Sample]
    against: Row | None = None
    target: Target | None = None
    is_ratio_of_times: bool = False
    statements: int | None = None
    samples: list[Sample] = field(default_factory=list)

    def ratio(self) -> float | None:
        """The median of the rounds' ratios: two measurements of one round stand next to each other in time."""
        if self.against is None or not self.samples:
            return None
        pairs = zip(self.samples, self.against.samples, strict=True)
        if self.is_ratio_of_times:
            return median(own.p50 / other.p50 for own, other in pairs)
        return median(own.rate / other.rate for own, other in pairs)

    def median(self, figure: str) -> float:
        """The median of one figure over the rounds."""
        return float(median(getattr(sample, figure) for sample in self.samples))

    def is_missed(self) -> bool:
        """Whether there is a target and it was not reached."""
        ratio = self.ratio()
        if self.target is None or ratio is None:
            return False
        is_slow = self.target.p99 is not None and self.median("p99") >= self.target.p99
        return is_slow or (ratio > self.target.value if self.target.is_upper else ratio < self.target.value)

    def figures(self) -> dict[str, Any]:
        """The row for a program to read."""
        return {
            "what": self.name,
            "clients": self.clients,
            "rate": self.median("rate"),
            "p50_ms": self.median("p50"),
            "p99_ms": self.median("p99"),
            "ratio": self.ratio(),
            "against": self.against.name if self.against else None,
            "target": self.target.text() if self.target else None,
            "is_missed": self.is_missed(),
            "statements": self.statements,
            "rates": [sample.rate for sample in self.samples],
        }


def table(rows: Sequence[Row]) -> str:
    """All rows, in columns."""
    lines = [HEADINGS, *(_cells(row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADINGS))]
    ruled = [lines[0], tuple("-" * width for width in widths), *lines[1:]]
    return "\n".join("  ".join(_padded(line, widths)).rstrip() for line in ruled)


def _padded(line: Sequence[str], widths: Sequence[int]) -> list[str]:
    first, *others = zip(line, widths, strict=True)
    return [first[0].ljust(first[1]), *(text.rjust(width) for text, width in others)]


def _cells(row: Row) -> tuple[str, ...]:
    ratio, target = row.ratio(), row.target
    goal = target.goal if target else None
    return (
        row.name,
        str(row.clients),
        f"{row.median('rate'):,.0f}",
        f"{row.median('p50'):.2f}",
        f"{row.median('p99'):.2f}",
        "" if ratio is None else f"{ratio:.3f}",
        "" if target is None else target.text() + (" MISSED" if row.is_missed() else ""),
        "" if goal is None else f"{goal:g}",
        "" if row.statements is None else str(row.statements),
    )
