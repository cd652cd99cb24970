#!/usr/bin/env python3
"""The desk as a wheel: python3 packages/p2p-desk/make_wheel.py FOLDER. It needs setuptools, and no network.

What the wheel requires is what requirements.production names, to the version: whoever installs it has what was tested,
and nothing of what only tests and developers need. setup.cfg keeps the ranges, from which the lock is resolved.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shutil
import sys
import tempfile
from configparser import ConfigParser
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOCK = ROOT / "requirements.production"
PACKAGES = ("adapters", "config", "domain", "entrypoints")
BESIDE = ("LICENSE", "README.md", "pyproject.toml", "setup.cfg")

_LOCKED = re.compile(r"^([a-z0-9-]+==[^;\\\s]+(?: ; [^\\\n]+)?)", re.MULTILINE)


def exact_requirements() -> list[str]:
    """Each line of the lock as a requirement, with the platform that it is for, and without its hashes."""
    return [" ".join(found.split()) for found in _LOCKED.findall(LOCK.read_text(encoding="utf-8"))]


def copy_of_the_sources(folder: Path) -> None:
    """What the wheel is built from, with nothing of an earlier build among it."""
    for name in PACKAGES:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in BESIDE:
        shutil.copy(ROOT / name, folder / name)
    metadata = ConfigParser()
    metadata.read(folder / "setup.cfg", encoding="utf-8")
    metadata["options"]["install_requires"] = "\n" + "\n".join(exact_requirements())
    # All that is no Python is named in package_data; left to itself, setuptools takes each folder of it for a package.
    metadata["options"]["include_package_data"] = "False"
    metadata.remove_section("options.extras_require")
    with (folder / "setup.cfg").open("w", encoding="utf-8") as file:
        metadata.write(file)


def main() -> None:
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    target = Path(sys.argv[1]).resolve()
    target.mkdir(parents=True, exist_ok=True)
    from setuptools.build_meta import build_wheel

    with tempfile.TemporaryDirectory() as name:
        copy_of_the_sources(Path(name))
        os.chdir(name)
        # What it says of each file is nobody's concern; what goes wrong is on standard error.
        sys.argv[1:] = []
        with contextlib.redirect_stdout(io.StringIO()):
            built = build_wheel(str(target))
        os.chdir(ROOT)
    print(target / built)


if __name__ == "__main__":
    main()
