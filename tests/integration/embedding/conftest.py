"""The wheel of the domain, and an environment in which nothing is installed but that and what its tests ask for."""

import shutil
import subprocess
import sys
import venv
from dataclasses import dataclass
from importlib.metadata import Distribution, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[3]
PACKAGE = Path("packages") / "escrow-domain"
# What the extra `testing` of the package asks for; pip says whether this is all.
ASKED_FOR = ("pytest", "factory-boy")


@dataclass(frozen=True)
class Environment:
    """A virtual environment, and a folder of its owner's in which commands are run."""

    folder: Path
    theirs: Path

    @property
    def python(self) -> Path:
        return self.folder / "bin" / "python"

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run its Python, which sees no setting of ours."""
        where = {"PATH": str(self.folder / "bin"), "LANG": "C.UTF-8"}
        command = [str(self.python), *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False, cwd=self.theirs, env=where)


def built(kind: str, sources: Path, target: Path) -> Path:
    """The wheel or source distribution of the package in this tree, built without a network."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", str(target)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, cwd=sources)
    assert ran.returncode == 0, ran.stderr
    (file,) = target.iterdir()
    return file


@pytest.fixture(scope="session")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what the package is built from, in which somebody has built before with a module that is gone now."""
    tree = tmp_path_factory.mktemp("sources")
    leave_out = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "domain", tree / "domain", ignore=leave_out)
    shutil.copytree(ROOT / PACKAGE, tree / PACKAGE, symlinks=True, ignore=leave_out)
    shutil.copy(ROOT / "LICENSE", tree / "LICENSE")
    for folder in ("build/lib", "dist", "."):
        stale = tree / PACKAGE / folder / "escrow_domain" / "gone.py"
        stale.parent.mkdir(parents=True)
        stale.write_text("raise ImportError\n", encoding="utf-8")
    return tree / PACKAGE


@pytest.fixture(scope="session")
def wheel(sources: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built("wheel", sources, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="session")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """A fresh environment with the wheel and its extra, beside a copy of the example."""
    folder = tmp_path_factory.mktemp("stranger")
    fresh = Environment(folder / "venv", folder / "theirs")
    venv.create(fresh.folder, with_pip=True, symlinks=True)
    (packages,) = (fresh.folder / "lib").glob("python*/site-packages")
    for name in ASKED_FOR:
        link(distribution(name), packages)
    shutil.copytree(ROOT / "examples", fresh.theirs, ignore=shutil.ignore_patterns("__pycache__"))
    installed = fresh.run("-m", "pip", "install", "--no-index", "--disable-pip-version-check", f"{wheel}[testing]")
    assert installed.returncode == 0, installed.stderr
    return fresh


def link(found: Distribution, packages: Path) -> None:
    """Let an environment have an installed distribution, and all that it needs, without a network."""
    tops = {Path(file).parts[0] for file in found.files or ()} - {"..", "__pycache__"}
    for top in tops:
        if not (packages / top).exists():
            (packages / top).symlink_to(Path(str(found.locate_file(top))))
    for line in found.requires or ():
        needed = Requirement(line)
        if needed.marker is None or needed.marker.evaluate({"extra": ""}):
            link(distribution(needed.name), packages)
