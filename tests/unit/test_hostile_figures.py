"""The part of docs/figures/security.md that is made of what long runs printed."""

from __future__ import annotations

import json
import runpy
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WRITE = runpy.run_path(str(ROOT / "docs" / "write_hostile_figures.py"))["write"]
PART = {"fuzzed": "register", "mode": "positive", "seed": 7, "cases": 1200, "accepted": 900, "dearest, in ms": 3.5}
CORPUS = {
    "test": "test_whatever_is_sent_is_judged_and_answered[memory]",
    "seed": 7,
    "violations": 0,
    "requests": 40000,
    "2xx": 1000,
    "4xx": 39000,
    "dearest, in ms": {"register, email: long": 9.5, "log_in, email: long": 4.0},
}
PAGE = "# Floods\n\nThe floods.\n\n## Webhooks\n\nThe webhooks.\n"


def test_the_part_is_written_once_however_often_and_the_rest_stays(tmp_path: Path) -> None:
    log, page = tmp_path / "log", tmp_path / "page.md"
    parts = [PART, PART | {"fuzzed": "log_in", "dearest, in ms": 4.5}, PART | {"mode": "negative", "accepted": 0}]
    log.write_text("begins\n" + "".join(f".{json.dumps(each)}\n" for each in [*parts, CORPUS]), encoding="utf-8")
    page.write_text(PAGE, encoding="utf-8")
    WRITE([log], page)
    written = page.read_text(encoding="utf-8")
    WRITE([log], page)
    assert page.read_text(encoding="utf-8") == written
    assert written.startswith("# Floods\n\nThe floods.\n\n## Hostile requests\n")
    assert written.endswith("\n\n## Webhooks\n\nThe webhooks.\n")
    assert "| 2 operations | 7 | 2,400 | 1,800 | 600 | 4.5 ms, `log_in` |" in written
    assert "| 1 operations | 7 | 1,200 | 0 | 1,200 | 3.5 ms, `register` |" in written
    assert "| all, 0 wrong | 7 | 40,000 | 1,000 | 39,000 | 9.5 ms, `register, email: long` |" in written


def test_a_run_of_which_there_is_no_log_keeps_its_row(tmp_path: Path) -> None:
    first, second, page = tmp_path / "first", tmp_path / "second", tmp_path / "page.md"
    first.write_text(json.dumps(PART) + "\n" + json.dumps(CORPUS), encoding="utf-8")
    second.write_text(json.dumps(CORPUS | {"requests": 50000}), encoding="utf-8")
    page.write_text(PAGE, encoding="utf-8")
    WRITE([first], page)
    WRITE([second], page)
    written = page.read_text(encoding="utf-8")
    assert "| 1 operations | 7 | 1,200 |" in written
    assert "| all, 0 wrong | 7 | 50,000 |" in written
    assert "40,000" not in written
