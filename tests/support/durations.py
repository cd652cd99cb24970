"""How long each file of tests takes, so that the long ones begin first when several run at a time.

What begins last decides when a run ends: a long file that is left to the end has one process busy and the others idle.
``python3 dev.py durations`` runs everything and writes the figures down anew.
"""

import json
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
RECORD = Path(__file__).with_name("durations.json")


def recorded() -> dict[str, float]:
    """Seconds by file."""
    return {name: float(seconds) for name, seconds in json.loads(RECORD.read_text(encoding="utf-8")).items()}


def file_of(node_id: str) -> str:
    return node_id.partition("::")[0]


def place(node_id: str, seconds: Mapping[str, float]) -> tuple[float, str]:
    """Where a test stands among all: the longest files come first, and those of which nothing is known before them."""
    name = file_of(node_id)
    return -seconds.get(name, float("inf")), name


class Recorder:
    """A plugin that writes down how long each file took, set-up and clean-up included."""

    def __init__(self) -> None:
        self._seconds: defaultdict[str, float] = defaultdict(float)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Runs in the process that gathers what the others report."""
        self._seconds[file_of(report.nodeid)] += report.duration

    def pytest_sessionfinish(self) -> None:
        """Files that were not run keep their figure, unless they are gone."""
        seconds = {**recorded(), **{name: round(seconds, 1) for name, seconds in self._seconds.items()}}
        there = {name: seconds[name] for name in sorted(seconds) if (ROOT / name).exists()}
        RECORD.write_text(json.dumps(there, indent=1) + "\n", encoding="utf-8")
