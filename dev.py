#!/usr/bin/env python3
"""The one tool a newcomer needs: python3 dev.py VERB.

setup   make .venv with everything that requirements.lock names, and the project itself
run     set up, then start the desk with two demo traders: p2p serve --demo
test    set up, then run every test, with branch coverage of the domain held at 100 %
versions
        run test with each of Python 3.11 to 3.13 that is installed, in an environment of its own
lint    set up, then ruff, mypy and import-linter; where Node's tools are, tsc and prettier over the page, too
audit   set up, then hold the lock against known advisories, as far as they can be asked for
moments set up, then run the tests that a date could disturb, at the ends of days, months and years
bench   set up, then print the table of measurements; bench browser: those of the page, in a browser
floods  set up, then flood a desk in every way that is known, and print what others notice
soak    set up, then the long forms of the tests that have one, with their figures
durations
        set up, then run every test and write down how long each file takes
wheel   set up, then build the desk as a wheel with exact requirements, into dist or the folder that is named
lock    resolve the dependencies anew into requirements.lock and requirements.production (needs uv)

What follows any verb but setup, lint and lock is handed on to the program behind it; test and versions with paths or
options run only what they choose, without the coverage. Nothing but Python 3.11 or newer is needed.
"""

import sys

# This file is written so that an older Python can still read it this far, and say what is missing.
if sys.version_info < (3, 11):
    sys.exit("dev.py needs Python 3.11 or newer; this is %d.%d (%s)." % (*sys.version_info[:2], sys.executable))

import argparse
import contextlib
import hashlib
import importlib.util
import json
import os
import shlex
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent
# An environment is of one Python: `versions` has one beside the usual for each other one.
ENVIRONMENT = ROOT / os.environ.get("DEV_ENVIRONMENT", ".venv")
PROGRAMS = ENVIRONMENT / "bin"
PYTHON = PROGRAMS / "python"
STAMP = ENVIRONMENT / "set-up.json"
LOCK = ROOT / "requirements.lock"
PRODUCTION = ROOT / "requirements.production"
VERSIONS = ("3.11", "3.12", "3.13")
UNWANTED = {"PYTHONHOME", "PYTHONPATH", "PIP_TARGET", "PIP_PREFIX", "PIP_REQUIRE_VIRTUALENV", "VIRTUAL_ENV"}
# Most tests wait for processes, sockets and disks, so that three at a time keep two cores busy. A file stays together,
# because its tests share a desk. Which begin first is said by tests/support/durations.json.
AT_ONCE = ["--numprocesses=3", "--dist=loadfile", "--no-loadscope-reorder"]
COVERAGE = ["--cov=domain", "--cov-branch", "--cov-report=term-missing:skip-covered", "--cov-fail-under=100"]
CHECKS = [
    ["ruff", "check", "."],
    ["ruff", "format", "--check", "."],
    ["mypy"],
    ["lint-imports"],
]

# Where .ci/run has put programs of Node: the page is checked where they are, and needs none of them to run.
NODE_TOOLS = os.environ.get("P2P_TEST_NODE_TOOLS", "")
PAGE = "adapters/browser"
PAGE_CHECKS = [
    ["tsc", "--project", f"{PAGE}/tsconfig.json"],
    ["prettier", "--check", "--ignore-path", f"{PAGE}/.prettierignore", f"{PAGE}/app/**/*.{{js,css}}"],
]


class SetUpFailed(Exception):
    """One way of installing did not work; another may."""


def main() -> None:
    alone = {"setup": set_up, "lint": lint, "lock": lock}
    handing_on = {
        "run": run,
        "test": test,
        "moments": moments,
        "audit": audit,
        "bench": bench,
        "floods": floods,
        "soak": soak,
        "durations": durations,
        "wheel": wheel,
    }
    parser = argparse.ArgumentParser(
        prog="dev.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("verb", choices=[*alone, *handing_on, "versions"], metavar="VERB", help="one of the above")
    parser.add_argument("rest", nargs=argparse.REMAINDER, metavar="...", help="handed on")
    chosen = parser.parse_args()
    # Settings such as the embedded database's path are relative to the project, from wherever it is started.
    os.chdir(ROOT)
    if chosen.verb == "versions":
        versions(chosen.rest)
    if chosen.verb in handing_on:
        set_up()
        handing_on[chosen.verb](chosen.rest)
    if chosen.rest:
        parser.error(f"{chosen.verb} takes nothing more: {shlex.join(chosen.rest)}")
    alone[chosen.verb]()


def run(rest: Sequence[str]) -> NoReturn:
    become([str(PROGRAMS / "p2p"), "serve", "--demo", *rest])


def test(rest: Sequence[str]) -> NoReturn:
    become([str(PYTHON), "-m", "pytest", *(rest or [*AT_ONCE, *COVERAGE])])


def durations(rest: Sequence[str]) -> NoReturn:
    become([str(PYTHON), "-m", "pytest", *AT_ONCE, "--record-durations", *rest])


def versions(rest: Sequence[str]) -> NoReturn:
    """Run the tests with every Python that is supported and installed; fail where one of them fails, or none is."""
    installed = {version: python for version in VERSIONS if (python := interpreter(version))}
    failed = []
    for version, python in installed.items():
        is_own = version == "%d.%d" % sys.version_info[:2]
        print(f"Python {version} ({python})", flush=True)
        environment = {**os.environ, **({} if is_own else {"DEV_ENVIRONMENT": f".venv-{version}"})}
        if subprocess.run([python, str(Path(__file__).resolve()), "test", *rest], env=environment).returncode != 0:
            failed.append(version)
    missing = [version for version in VERSIONS if version not in installed]
    if missing:
        print("Not installed: " + ", ".join(missing))
    sys.exit("Failed: " + ", ".join(failed) if failed else 0 if installed else "None of them is installed.")


def interpreter(version: str) -> "str | None":
    """The newest Python of this version that starts: on the path, or among those that pyenv keeps."""
    kept = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    candidates = [
        shutil.which(f"python{version}"),
        *map(str, sorted(kept.glob(f"{version}.*/bin/python"), reverse=True)),
    ]
    for python in filter(None, candidates):
        # On the path there may be no more than a program that says which versions pyenv could start.
        asked = quiet([python, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"])
        if asked.stdout.strip() == version:
            return python
    return None


def moments(rest: Sequence[str]) -> NoReturn:
    become([str(PYTHON), "-m", "tests.moments", *rest])


def audit(rest: Sequence[str]) -> NoReturn:
    become([str(PYTHON), "-m", "tests.audit", *rest])


def bench(rest: Sequence[str]) -> NoReturn:
    if rest[:1] == ["browser"]:
        become([str(PYTHON), "-m", "tests.bench.browser", *rest[1:]])
    become([str(PYTHON), "-m", "tests.bench", *rest])


def floods(rest: Sequence[str]) -> NoReturn:
    become([str(PYTHON), "-m", "tests.floods", *rest])


def soak(rest: Sequence[str]) -> NoReturn:
    # The drivers print their seed and their figures, which must be seen while they run.
    os.environ["P2P_SOAK"] = "1"
    # Some take longer than a test may that is thought to hang.
    become([str(PYTHON), "-m", "pytest", "-s", "-m", "soak", "-o", "faulthandler_timeout=0", *rest])


def wheel(rest: Sequence[str]) -> NoReturn:
    become([str(PYTHON), "packages/p2p-desk/make_wheel.py", *(rest or ["dist"])])


def lint() -> None:
    """Every check runs, so that one round of mending can answer them all."""
    set_up()
    failed = []
    node = Path(NODE_TOOLS) / "node_modules" / ".bin"
    has_node = bool(NODE_TOOLS) and (node / "tsc").exists() and (node / "prettier").exists()
    for folder, checks in ((PROGRAMS, CHECKS), (node, PAGE_CHECKS if has_node else [])):
        for program, *arguments in checks:
            command = shlex.join([program, *arguments])
            print(f"$ {command}", flush=True)
            if subprocess.run([str(folder / program), *arguments]).returncode != 0:
                failed.append(command)
    if not has_node:
        print("The page is not checked: P2P_TEST_NODE_TOOLS names no folder with tsc and prettier.")
    if failed:
        sys.exit("Failed: " + "; ".join(failed))


def lock() -> None:
    """One lock for every supported Python and platform; a plain freeze would hold for this machine alone."""
    uv = shutil.which("uv")
    if uv is None:
        sys.exit("dev.py lock needs uv: python3 -m pip install uv")
    compiled = [uv, "pip", "compile", "setup.cfg", "--universal", "--python-version", "3.11", "--generate-hashes"]
    compiled += ["--quiet", "--custom-compile-command", "python3 dev.py lock", "--output-file"]
    everything = [*compiled, LOCK.name, "--extra", "test", "--extra", "browser", "--extra", "dev", "--extra", "otel"]
    # What is installed where the desk runs is a part of that, to the version.
    production = [*compiled, PRODUCTION.name, "--no-annotate", "--constraints", LOCK.name]
    sys.exit(subprocess.run(everything).returncode or subprocess.run(production).returncode)


def set_up() -> None:
    """Make .venv what the lock says. Where nothing has changed since the last time, this is one look at a file."""
    with only_one_at_a_time():
        wanted, present = what_is_wanted(), what_is_present()
        if present == wanted:
            return
        print(f"Setting up {ENVIRONMENT.name} (once; this takes a minute or so) ...", flush=True)
        # An environment that was made by another Python, or was moved, is of no use: its programs name their place.
        fresh = (present.get("python"), present.get("folder")) != (wanted["python"], wanted["folder"])
        STAMP.unlink(missing_ok=True)
        try:
            install(fresh)
        except SetUpFailed as failure:
            sys.exit(str(failure))
        STAMP.write_text(json.dumps(wanted, indent=1) + "\n", encoding="utf-8")


@contextlib.contextmanager
def only_one_at_a_time() -> Iterator[None]:
    """Two set-ups into one folder would spoil each other, so the second waits, and then finds the work done."""
    try:
        import fcntl
    except ImportError:
        sys.exit("dev.py needs Linux or macOS.")
    with Path(__file__).open(encoding="utf-8") as this_file:
        fcntl.flock(this_file, fcntl.LOCK_EX)
        yield


def what_is_wanted() -> "dict[str, str]":
    digest = hashlib.sha256()
    for path in (LOCK, ROOT / "setup.cfg", ROOT / "pyproject.toml"):
        digest.update(path.read_bytes())
        digest.update(b"\0")
    version = f"{sys.implementation.name} {sys.version_info.major}.{sys.version_info.minor}"
    return {"python": version, "folder": str(ROOT), "inputs": digest.hexdigest()}


def what_is_present() -> "dict[str, str]":
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    # The link to an interpreter that has since been removed is there, but leads nowhere.
    return dict(stamp) if isinstance(stamp, dict) and PYTHON.exists() else {}


def install(fresh: bool) -> None:
    """With uv where there is one, since it is several times faster; it may know no way to the packages, but pip may."""
    uv = shutil.which("uv")
    if uv is not None:
        try:
            make_environment(fresh, with_pip=False)
            install_with([uv, "pip", "install", "--quiet", "--python", str(PYTHON)])
            return
        except SetUpFailed as failure:
            print(f"{failure} Trying pip instead.", file=sys.stderr)
            fresh = True
    install_with_pip(fresh)


def install_with_pip(fresh: bool) -> None:
    # Debian leaves ensurepip out of its Python; its own pip can then install into the environment from outside.
    if importlib.util.find_spec("ensurepip") is not None:
        make_environment(fresh or not has_pip(), with_pip=True)
        pip = [str(PYTHON), "-m", "pip"]
    elif importlib.util.find_spec("pip") is not None:
        make_environment(fresh, with_pip=False)
        pip = [sys.executable, "-m", "pip", "--python", str(PYTHON)]
    else:
        raise SetUpFailed("No way to install packages: this Python has neither ensurepip nor pip, and there is no uv.")
    # Twice quiet leaves the errors, and drops pip's warnings about how the machine itself is configured.
    install_with([*pip, "install", "--quiet", "--quiet", "--no-input", "--disable-pip-version-check"])


def has_pip() -> bool:
    return PYTHON.exists() and quiet([str(PYTHON), "-c", "import pip"]).returncode == 0


def make_environment(fresh: bool, with_pip: bool) -> None:
    if not fresh and PYTHON.exists():
        return
    command = [base_python(), "-m", "venv", "--clear", str(ENVIRONMENT)]
    made = quiet(command if with_pip else [*command, "--without-pip"])
    if made.returncode != 0:
        raise SetUpFailed(f"{shlex.join(command)} failed:\n{made.stdout}{made.stderr}")


def base_python() -> str:
    """The interpreter itself: run from .venv, `venv --clear` would remove the Python that is running it."""
    if sys.prefix == sys.base_prefix:
        return sys.executable
    return str(getattr(sys, "_base_executable", sys.executable))


def install_with(installer: "list[str]") -> None:
    # A person's settings for other projects must not send these packages anywhere but into .venv.
    environment = {name: value for name, value in os.environ.items() if name not in UNWANTED}
    environment["PIP_USER"] = "0"
    environment["PIP_ROOT_USER_ACTION"] = "ignore"
    # The lock names everything. Left to look for dependencies itself, pip refuses the lock as soon as there is a newer
    # coverage: another package wants coverage[toml], and pip does not take the locked one for that.
    for what in (["--requirement", str(LOCK)], ["--no-build-isolation", "--editable", str(ROOT)]):
        command = [*installer, "--no-deps", *what]
        if subprocess.run(command, env=environment).returncode != 0:
            raise SetUpFailed(f"{shlex.join(command)} failed.")


def quiet(command: "list[str]") -> "subprocess.CompletedProcess[str]":
    return subprocess.run(command, capture_output=True, text=True)


def become(command: "list[str]") -> NoReturn:
    """Replace this process, so that signals and exit codes are the program's own."""
    sys.stdout.flush()
    try:
        os.execv(command[0], command)
    except OSError as failure:
        sys.exit(f"{command[0]} does not start ({failure.strerror}); remove .venv and try again.")


if __name__ == "__main__":
    main()
