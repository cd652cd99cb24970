"""A stranger installs the package, writes a store, and runs the contracts over it."""

import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.integration.embedding.conftest import Environment

CONTRACTS = "escrow_domain.testing.contracts"
OVER_THE_EXAMPLE = (
    "-W",
    "error",
    "-m",
    "pytest",
    "-q",
    "-rs",
    "--strict-markers",
    "-p",
    "no:cacheprovider",
    "-p",
    "sqlite_book.contract",
    "--pyargs",
)
USES_THE_FACE = """
from decimal import Decimal
import escrow_domain
from escrow_domain import Book, Store, Unit
from escrow_domain.testing import BookDesk, SettableClock

def look(unit: Unit) -> Book:
    return unit.book

def take(store: Store, desk: BookDesk) -> tuple[Decimal, Decimal, Decimal]:
    store.ping()
    return desk.holds(desk.trader(usdt=3))
"""


def test_the_environment_has_no_database_library_and_nothing_of_the_desk(environment: Environment) -> None:
    looked_for = ["sqlalchemy", "transaction", "psycopg", "adapters", "config", "domain"]
    ran = environment.run(
        "-W", "error", "-c", f"import importlib.util as u; print([n for n in {looked_for} if u.find_spec(n)])"
    )
    assert (ran.stdout, ran.stderr) == ("[]\n", "")


def test_the_example_keeps_every_contract(environment: Environment) -> None:
    ran = environment.run(*OVER_THE_EXAMPLE, CONTRACTS)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    passed = re.search(r"(\d+) passed", ran.stdout)
    assert passed is not None
    assert int(passed[1]) > 100, ran.stdout
    assert "failed" not in ran.stdout
    # What it does not claim is skipped, and says so.
    for tier in ("readers", "readers, delivery", "readers, logins", "readers, logins, admission"):
        assert f"the books do not claim in their `tiers`: {tier}\n" in ran.stdout, ran.stdout


@pytest.mark.parametrize(
    "package", ["sqlite_book", "escrow_domain"], ids=["the example", "the face and the kit as it sees them"]
)
def test_types_hold(environment: Environment, tmp_path: Path, package: str) -> None:
    pytest.importorskip("mypy", reason="it comes with the extra `dev`")
    checked = (
        ["-p", "sqlite_book"] if package == "sqlite_book" else ["-c", "import escrow_domain as e; e.Book; e.Store"]
    )
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", f"--cache-dir={tmp_path}"]
    ran = subprocess.run(
        [*command, f"--python-executable={environment.python}", *checked],
        capture_output=True,
        text=True,
        check=False,
        cwd=environment.theirs,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr


@dataclass(frozen=True)
class Slip:
    """A line of the example as somebody might have got it wrong, and the contracts that are to tell them."""

    file: str
    right: str
    wrong: str
    contracts: str


SLIPS = {
    "a deadline that is not looked at": Slip("book.py", "if change.before_deadline and", "if False and", "test_guards"),
    "an offer that is not guarded": Slip(
        "book.py", "(current.state, current.version) != (before.state, before.version)", "False", "test_guards"
    ),
    "an ad that is not guarded": Slip("book.py", "AND version = ?", "AND ? > 0", "test_guards"),
    "a balance that is not guarded": Slip(
        "book.py", "if self._balance(account) != change.before", "if False", "test_guards"
    ),
    "rows that refer to nothing": Slip(
        "store.py", "PRAGMA foreign_keys = ON", "PRAGMA foreign_keys = OFF", "test_guards"
    ),
    "facts that may be there twice": Slip("facts.py", "if kept.key else []", "if False else []", "test_guards"),
    "a dispute that ends twice": Slip("book.py", "or not current.is_open", "", "test_guards"),
    "an entry of another decision": Slip("facts.py", "if value not in entries", "if False", "test_guards"),
    "units that are kept whatever happens": Slip(
        "store.py", "unit.end(keep=False)", "unit.end(keep=True)", "test_units"
    ),
    "a lost race that is not run again": Slip(
        "store.py", "except ConcurrentChange:", "except MemoryError:", "test_units"
    ),
    "statements without a transaction": Slip("store.py", '"BEGIN IMMEDIATE" if', '"SELECT 1" if', "test_units"),
    "notices that begin at zero": Slip(
        "book.py", "coalesce(max(number), 0) + 1", "coalesce(max(number), -1) + 1", "test_lives"
    ),
    "amounts in binary": Slip("book.py", 'format(after, "f")', "float(after)", "test_lives"),
}


@pytest.mark.parametrize("slip", SLIPS.values(), ids=SLIPS)
def test_the_contracts_find_what_somebody_got_wrong(environment: Environment, tmp_path: Path, slip: Slip) -> None:
    theirs = replace(environment, theirs=tmp_path / "theirs")
    shutil.copytree(environment.theirs, theirs.theirs, ignore=shutil.ignore_patterns("__pycache__"))
    file = theirs.theirs / "sqlite_book" / slip.file
    text = file.read_text(encoding="utf-8")
    assert slip.right in text
    file.write_text(text.replace(slip.right, slip.wrong), encoding="utf-8")
    ran = theirs.run(*OVER_THE_EXAMPLE, "-x", f"{CONTRACTS}.book.{slip.contracts}")
    assert ran.returncode == 1, ran.stdout + ran.stderr
    assert "1 failed" in ran.stdout or "1 error" in ran.stdout, ran.stdout
