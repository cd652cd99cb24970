"""How long each file of tests takes, so that the long ones begin first when several run at a time.

What begins last decides when a run ends: a long file that is left to the end has one process busy and the others idle.
``python3 dev.py durations`` runs everything and writes the figures down anew.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
RECORD = Path(__file__).with_name("durations.json")


def recorded(record: Path = RECORD) -> dict[str, float]:
    """Seconds by file."""
    return {name: float(seconds) for name, seconds in json.loads(record.read_text(encoding="utf-8")).items()}


def file_of(node_id: str) -> str:
    return node_id.partition("::")[0]


def place(node_id: str, seconds: Mapping[str, float]) -> tuple[float, str]:
    """Where a test stands among all: the longest files come first, and those of which nothing is known before them."""
    name = file_of(node_id)
    return -seconds.get(name, float("inf")), name


class Recorder:
    """A plugin that writes down how long each file took, set-up and clean-up included.

    Only of files that were run whole. Of one that was broken off, or of which tests were chosen, what is known stays.
    """

    def __init__(self, record: Path = RECORD) -> None:
        self._record = record
        self._seconds: defaultdict[str, float] = defaultdict(float)
        self._collected: defaultdict[str, set[str]] = defaultdict(set)
        self._ended: defaultdict[str, set[str]] = defaultdict(set)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Runs where one process runs all tests."""
        self.expect(item.nodeid for item in session.items)

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: Sequence[str]) -> None:
        """Runs in the process that gathers what the others report, and tells what each of these has before it."""
        self.expect(ids)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Runs in the process that gathers what the others report."""
        name = file_of(report.nodeid)
        self._seconds[name] += report.duration
        if report.when == "teardown":
            self._ended[name].add(report.nodeid)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Of a file of which tests were chosen, nobody knows how long the others take."""
        if not chooses_among_tests(session.config):
            self.write()

    def expect(self, ids: Iterable[str]) -> None:
        """Note which tests there are."""
        for node_id in ids:
            self._collected[file_of(node_id)].add(node_id)

    def write(self) -> None:
        """Files that were not run whole keep their figure, unless they are gone."""
        whole = [name for name, collected in self._collected.items() if collected == self._ended[name]]
        seconds = recorded(self._record) | {name: round(self._seconds[name], 1) for name in whole}
        there = {name: seconds[name] for name in sorted(seconds) if (ROOT / name).exists()}
        self._record.write_text(json.dumps(there, indent=1) + "\n", encoding="utf-8")


def chooses_among_tests(config: pytest.Config) -> bool:
    """Whether a file may have more tests than are run of it."""
    options = ("keyword", "markexpr", "deselect", "lf", "stepwise")
    return any("::" in argument for argument in config.args) or any(config.getoption(name, None) for name in options)
