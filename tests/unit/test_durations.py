"""Files of tests begin in the order of how long they take."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.durations import ROOT, Recorder, place, recorded

A_RUN = """
import sys
from pathlib import Path
import pytest
from tests.support.durations import Recorder
sys.exit(pytest.main(["-q", "-p", "no:cacheprovider", *sys.argv[2:]], plugins=[Recorder(Path(sys.argv[1]))]))
"""
# Two files that are in the repository, and one that no longer is.
ONE, OTHER = "tests/unit/test_parties.py", "tests/unit/test_track_record.py"
KNOWN = {ONE: 500.0, OTHER: 600.0, "tests/unit/test_gone.py": 700.0}


@pytest.fixture
def record(tmp_path: Path) -> Path:
    """What is known before a run."""
    path = tmp_path / "record.json"
    path.write_text(json.dumps(KNOWN), encoding="utf-8")
    return path


def reports(node_id: str, seconds: float) -> list[pytest.TestReport]:
    """What is told of a test that has been run."""
    given = {"location": ("", None, ""), "keywords": {}, "outcome": "passed", "longrepr": None}
    return [pytest.TestReport(node_id, **given, when=when, duration=seconds) for when in ("setup", "call", "teardown")]


def test_the_longest_file_comes_first_and_each_stays_together_in_its_order() -> None:
    tests = ["a.py::one", "a.py::two[x::y]", "b.py::one", "new.py::one", "b.py::two", "c.py::one"]
    seconds = {"a.py": 1.0, "b.py": 30.5, "c.py": 2.0, "gone.py": 99.0}
    assert sorted(tests, key=lambda test: place(test, seconds)) == [
        "new.py::one", "b.py::one", "b.py::two", "c.py::one", "a.py::one", "a.py::two[x::y]",
    ]  # fmt: skip


def test_what_is_recorded_is_there() -> None:
    """A file that was renamed loses its figure, and begins first until there is another."""
    assert [name for name in recorded() if not (ROOT / name).is_file()] == []


def test_a_run_that_is_broken_off_tells_of_the_files_that_were_run_whole(record: Path) -> None:
    recorder = Recorder(record)
    for _ in range(2):
        # Each of two processes tells it.
        recorder.pytest_xdist_node_collection_finished([f"{ONE}::a", f"{ONE}::b", f"{OTHER}::a", f"{OTHER}::b"])
    ended = [*reports(f"{ONE}::a", 1), *reports(f"{OTHER}::a", 2), *reports(f"{ONE}::b", 3), *reports(f"{OTHER}::b", 4)]
    for report in ended[:-1]:
        recorder.pytest_runtest_logreport(report)
    recorder.write()
    assert recorded(record) == {ONE: 12, OTHER: 600}
    recorder.pytest_runtest_logreport(ended[-1])
    recorder.write()
    assert recorded(record) == {ONE: 12, OTHER: 18}


@pytest.mark.parametrize(
    ("chosen", "is_whole"), [([], True), (["-k", "sells"], False), (["--deselect", f"{ONE}::no"], False)]
)
def test_a_run_of_some_files_leaves_what_is_known_of_others(record: Path, chosen: list[str], is_whole: bool) -> None:
    """And where tests are chosen, what is known of theirs."""
    ran = subprocess.run([sys.executable, "-c", A_RUN, str(record), ONE, *chosen], cwd=ROOT, check=False)
    assert ran.returncode == 0
    found = recorded(record)
    assert (found[ONE] < 500, found[OTHER]) == (is_whole, 600)
