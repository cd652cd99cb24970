"""What tests reach is counted where they are about the domain, and nowhere else."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.support import covering
from tests.support.covering import COVERING
from tests.support.durations import ROOT

# The file itself, since a project with a folder of the same name has its own.
CONFTEST = """
import runpy

Covering = runpy.run_path({path!r})["Covering"]


def pytest_configure(config):
    config.pluginmanager.register(Covering())
"""
COUNTED = """
def inside():
    return 1


def outside():
    return 2


def afterwards():
    return 3
"""
CALLS = """
import counted


def test_it():
    assert counted.{name}()
"""
# Each of the functions is one line, beside the three that define them.
LINES = {"inside": 3, "outside": 7, "afterwards": 11}


@pytest.mark.parametrize("at_once", [(), ("--numprocesses=1", "--dist=loadfile")], ids=["alone", "beside others"])
def test_what_is_reached_elsewhere_is_not_counted(tmp_path: Path, at_once: Sequence[str]) -> None:
    (tmp_path / "counted.py").write_text(COUNTED)
    (tmp_path / "pytest.ini").write_text("[pytest]\npythonpath = .\n")
    (tmp_path / "conftest.py").write_text(CONFTEST.format(path=covering.__file__))
    places = {"inside": COVERING[0], "outside": "tests/integration/http/", "afterwards": COVERING[-1]}
    files = []
    for name, place in places.items():
        (tmp_path / place).mkdir(parents=True)
        files.append(f"{place}test_{name}.py")
        (tmp_path / files[-1]).write_text(CALLS.format(name=name))
    how = ["-q", "-p", "no:cacheprovider", "-p", "no:schemathesis", "-p", "no:hypothesispytest", *at_once]
    command = [sys.executable, "-m", "pytest", *how, "--cov=counted", "--cov-report=json:found.json", *files]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    found = json.loads((tmp_path / "found.json").read_text())
    missing = set(found["files"]["counted.py"]["missing_lines"])
    assert {name: line not in missing for name, line in LINES.items()} == {
        "inside": True, "outside": False, "afterwards": True,
    }  # fmt: skip


def test_all_of_the_domain_is_imported_before_the_first_test() -> None:
    """One module is imported by nobody who merely collects tests."""
    assert {"domain.model.money", "domain.use_cases.note_operator"} <= set(covering.modules())
    assert not [module for module in covering.modules() if "testing" in module]


def test_the_folders_are_there() -> None:
    assert [place for place in COVERING if not (ROOT / place).is_dir()] == []
