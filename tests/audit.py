"""``python -m tests.audit``: hold the lock against what is known of its versions.

The list of floors is in the repository and always asked. Whoever can reach the service of advisories asks that, too, by
pip-audit, which is in no lock and goes into a folder of its own; where it cannot be had or gets no answer, that is
said, and is no failure. With ``--tell`` advisories are said as well, and are no failure either: what was right
yesterday is not to fail by what somebody else has found out since.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterator, Sequence
from pathlib import Path

from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).parents[1]
LOCK = ROOT / "requirements.lock"
FLOORS = ROOT / "requirements.floors"
PIP_AUDIT = "pip-audit==2.10.1"
INSTALL_SECONDS = 120
ASK_SECONDS = 120
ANSWER_SECONDS = 10

_LOCKED = re.compile(r"^([a-z0-9-]+)==([^ ;\\]+)", re.MULTILINE)


def locked(text: str) -> dict[str, list[Version]]:
    """The versions that a lock has of each package: several, where Pythons need different ones."""
    found: dict[str, list[Version]] = {}
    for name, version in _LOCKED.findall(text):
        found.setdefault(name, []).append(Version(version))
    return found


def floors(text: str) -> Iterator[tuple[Requirement, str]]:
    """What must hold of each package, and why."""
    for line in text.splitlines():
        requirement, _, reason = line.partition("#")
        if requirement.strip():
            yield Requirement(requirement.strip()), reason.strip()


def below(lock: str, wanted: str) -> list[str]:
    """A sentence for each version of the lock that is below its floor, or whose floor is of no use."""
    versions = locked(lock)
    found = []
    for floor, reason in floors(wanted):
        if floor.name not in versions:
            found.append(f"{floor.name} has a floor and is not in the lock")
        found += [
            f"{floor.name} {version} is not {floor.specifier}: {reason}"
            for version in versions.get(floor.name, [])
            if not floor.specifier.contains(version, prereleases=True)
        ]
    return found


def advisories(report: str) -> list[str]:
    """A sentence for each advisory of a report of pip-audit."""
    return [
        f"{package['name']} {package['version']}: {advisory['id']}, mended in {', '.join(advisory['fix_versions'])}"
        for package in json.loads(report)["dependencies"]
        for advisory in package.get("vulns", [])
    ]


def ask_the_service(folder: Path) -> list[str] | None:
    """The advisories for what is locked; None where nobody could be asked, which is said."""
    report = folder / "report.json"
    try:
        venv.create(folder / "venv", with_pip=True)
        python = str(folder / "venv" / "bin" / "python")
        install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", PIP_AUDIT]
        subprocess.run(install, check=True, timeout=INSTALL_SECONDS, capture_output=True)
        command = [python, "-m", "pip_audit", "--requirement", str(LOCK), "--require-hashes", "--disable-pip"]
        command += ["--progress-spinner", "off", "--timeout", str(ANSWER_SECONDS), "--format", "json"]
        # It ends with 1 for advisories as for a service that does not answer; only the first leaves a report.
        asked = subprocess.run([*command, "--output", str(report)], timeout=ASK_SECONDS, capture_output=True, text=True)
    except (OSError, subprocess.SubprocessError) as failure:
        print(f"pip-audit could not be asked: {failure}")
        return None
    if not report.exists():
        print(f"pip-audit got no answer: {(asked.stderr.strip().splitlines() or ['it says nothing'])[-1]}")
        return None
    try:
        return advisories(report.read_text(encoding="utf-8"))
    except (ValueError, LookupError, TypeError) as failure:
        print(f"pip-audit's report cannot be read: {failure!r}")
        return None


def main(arguments: Sequence[str]) -> int:
    """Say what is known of the locked versions, and return 1 where that is anything."""
    parser = argparse.ArgumentParser(prog="dev.py audit", description="hold the lock against what is known of it")
    parser.add_argument("--tell", action="store_true", help="say what the service knows, but fail by the floors alone")
    chosen = parser.parse_args(arguments)
    wanted = FLOORS.read_text(encoding="utf-8")
    found = below(LOCK.read_text(encoding="utf-8"), wanted)
    print(f"{sum(1 for _ in floors(wanted))} floors of {FLOORS.name}: {'not held' if found else 'all are held'}.")
    with tempfile.TemporaryDirectory() as folder:
        told = ask_the_service(Path(folder))
    print("The floors are all that was held against the lock." if told is None else f"{len(told)} advisories.")
    for sentence in (*found, *(told or ())):
        print(sentence, file=sys.stderr)
    return verdict(found, told, only_tell=chosen.tell)


def verdict(found: Sequence[str], told: Sequence[str] | None, *, only_tell: bool) -> int:
    """What to end with: what is below a floor fails always, and what the service told where it is not only to tell."""
    return 1 if found or (told and not only_tell) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
