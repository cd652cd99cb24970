"""No version in the lock is one that is known to do harm, by the list that is kept in the repository."""

import json
import re

import pytest

from tests.audit import FLOORS, LOCK, ROOT, advisories, below, floors, verdict

LOCKED = "waitress==3.0.2 \\\n    --hash=sha256:aa\ncbor2==5.9.0 ; python_version < '3.12' \\\ncbor2==6.3.0 \\\n"


def test_every_floor_is_held_by_the_lock() -> None:
    assert below(LOCK.read_text(encoding="utf-8"), FLOORS.read_text(encoding="utf-8")) == []


def test_every_floor_says_why_and_is_the_only_one_of_its_package() -> None:
    listed = list(floors(FLOORS.read_text(encoding="utf-8")))
    assert [floor.name for floor, _ in listed] == sorted({floor.name for floor, _ in listed})
    for floor, reason in listed:
        assert re.fullmatch(r">=[0-9.]+", str(floor.specifier)), floor
        assert len(reason) > 20, floor


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("# nothing\n", []),
        ("waitress>=3.0.2 # tried\ncbor2>=5.8 # known\n", []),
        ("waitress>=3.0.3 # known\n", ["waitress 3.0.2 is not >=3.0.3: known"]),
        ("cbor2>=6 # one of two\n", ["cbor2 5.9.0 is not >=6: one of two"]),
        ("gone>=1 # known\n", ["gone has a floor and is not in the lock"]),
    ],
)
def test_what_is_below_its_floor_is_named(wanted: str, found: list[str]) -> None:
    assert below(LOCKED, wanted) == found


def test_a_report_is_told_in_sentences() -> None:
    harm = {"name": "waitress", "version": "3.0.0", "vulns": [{"id": "PYSEC-1", "fix_versions": ["3.0.1"]}]}
    report = {
        "dependencies": [harm, {"name": "idna", "version": "3.20", "vulns": []}, {"name": "x", "skip_reason": "-"}]
    }
    assert advisories(json.dumps(report)) == ["waitress 3.0.0: PYSEC-1, mended in 3.0.1"]


@pytest.mark.parametrize(
    ("found", "told", "only_tell", "code"),
    [
        ([], ["a 1: X-1"], False, 1),
        ([], ["a 1: X-1"], True, 0),
        ([], [], False, 0),
        ([], None, False, 0),
        ([], None, True, 0),
        (["a 1 is not >=2: known"], None, True, 1),
        (["a 1 is not >=2: known"], ["a 1: X-1"], True, 1),
    ],
)
def test_a_floor_fails_always_and_an_advisory_whoever_asks_for_it(
    found: list[str], told: list[str] | None, only_tell: bool, code: int
) -> None:
    assert verdict(found, told, only_tell=only_tell) == code


def test_the_check_of_every_change_does_not_fail_by_an_advisory_of_today() -> None:
    run = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert re.findall(r"^python3 dev.py audit.*$", run, re.MULTILINE) == ["python3 dev.py audit --tell"]
