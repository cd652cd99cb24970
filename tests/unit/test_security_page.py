"""What docs/security.md says of attacks is so: each has its row, and the tests that hold it bear its number."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.test_architecture import ROOT

PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
# How many attacks of each kind there are. One that is thought of is added here, and has its row.
KINDS = {"A": 11, "B": 10, "C": 15, "D": 12, "E": 9, "F": 12, "G": 9, "H": 7, "I": 8, "J": 5, "K": 9}
NUMBERS = [f"{kind}{number}" for kind, count in KINDS.items() for number in range(1, count + 1)]
ROW = re.compile(r"^\| ([A-K][0-9]+) \| (.+) \| (.+) \| (.+) \|$", re.MULTILINE)
TEST = re.compile(r"`([\w/]+\.py::test_\w+)`")
# Why a row has no test.
REASONS = ("Not built yet: ", "Does not apply: ")
CHAPTERS = [f"V{number}" for number in range(1, 18)]
RISKS = [f"API{number}:2023" for number in range(1, 11)]


CONTRACTS = ROOT / "domain" / "testing" / "contracts"


def written_in(path: Path) -> Path:
    """Where the tests of a file stand: those that run a contract of the kit over our stores stand in the kit."""
    kit = ROOT / "tests" / "integration" / "kit"
    contract = CONTRACTS / path.relative_to(kit) if path.is_relative_to(kit) else path
    return contract if contract.is_file() else path


def functions() -> Iterator[tuple[str, ast.FunctionDef]]:
    """Every test, by the name that the page calls it."""
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for node in ast.parse(written_in(path).read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                yield f"{path.relative_to(ROOT / 'tests').as_posix()}::{node.name}", node


@pytest.fixture(scope="module")
def tests() -> dict[str, ast.FunctionDef]:
    """Every test by its name. Read by the process that runs these, and not by each that collects them."""
    return dict(functions())


def numbers_of(function: ast.FunctionDef) -> Iterator[str]:
    for mark in function.decorator_list:
        if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.abuse":
            yield from (ast.literal_eval(number) for number in mark.args)


ROWS = {row[0]: row for row in ROW.findall(PAGE)}


def test_every_attack_has_one_row() -> None:
    assert [row[0] for row in ROW.findall(PAGE)] == NUMBERS


def test_the_tests_of_a_row_are_those_that_bear_its_number(tests: dict[str, ast.FunctionDef]) -> None:
    marked: dict[str, set[str]] = defaultdict(set)
    for name, function in tests.items():
        for number in numbers_of(function):
            marked[number].add(name)
    listed = {number: set(TEST.findall(row[3])) for number, row in ROWS.items()}
    assert {number: names for number, names in listed.items() if names} == marked


@pytest.mark.parametrize("number", NUMBERS)
def test_a_row_without_a_test_says_why(number: str) -> None:
    held_by = ROWS[number][3]
    assert bool(TEST.findall(held_by)) is not held_by.startswith(REASONS)


def test_every_test_that_the_page_names_exists(tests: dict[str, ast.FunctionDef]) -> None:
    assert [name for name in TEST.findall(PAGE) if name not in tests] == []


def test_every_chapter_and_every_risk_has_one_row() -> None:
    assert re.findall(r"^\| (V[0-9]+) ", PAGE, re.MULTILINE) == CHAPTERS
    assert re.findall(r"^\| (API[0-9]+:2023) ", PAGE, re.MULTILINE) == RISKS


def test_every_row_that_is_referred_to_exists() -> None:
    chapters = PAGE.partition("## OWASP ASVS")[2]
    assert chapters
    referred = set(re.findall(r"\b[A-K][1-9][0-9]?\b", chapters))
    assert referred
    assert referred - set(NUMBERS) == set()
