"""Writes what long runs of hostile requests came to into docs/figures/security.md, from what they printed.

    P2P_TEST_SEED=7 python3 dev.py soak tests/integration/http/test_fuzz.py > fuzz.log
    .venv/bin/python docs/write_hostile_figures.py fuzz.log

Any number of logs may be named, also of runs that were divided or have not ended: how far they came is on the page.
Runs of which there is no log among them keep their row.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

PAGE = Path(__file__).resolve().parent / "figures" / "security.md"
HEADING = "## Hostile requests"
NEXT = "## Webhooks"
SEEDS_SHOWN = 3
"""A run without ``P2P_TEST_SEED`` has one for each of its parts, which nobody types."""
_HEAD = f"""{HEADING}

Long runs against a desk in one process, by `python3 dev.py soak` of the files that are named; `P2P_TEST_SEED` with the
seed sends the same again. What the dearest request took is the processor's time, of the test's own memory being tidied
meanwhile, too; written here by `docs/write_hostile_figures.py`.

| run | how far | seed | cases | accepted | refused | dearest |
|---|---|---|---|---|---|---|
"""


def lines_of(logs: Sequence[Path]) -> Iterator[dict[str, Any]]:
    """The lines of JSON among all that was printed."""
    for log in logs:
        for line in log.read_text(encoding="utf-8").splitlines():
            # What failed prints bodies as well, and those are JSON, too.
            found = re.search(r'[{]"(?:fuzzed|test)": .*[}]$', line)
            if found:
                yield json.loads(found[0])


def rows_of(lines: Sequence[dict[str, Any]]) -> Iterator[str]:
    """A row for each kind of run that is among the lines."""
    for mode in ("positive", "negative"):
        parts = [line for line in lines if "fuzzed" in line and line["mode"] == mode]
        if parts:
            cases, accepted = (sum(part[name] for part in parts) for name in ("cases", "accepted"))
            dearest = max(parts, key=lambda part: float(part["dearest, in ms"]))
            seeds, operations = {str(part["seed"]) for part in parts}, len({part["fuzzed"] for part in parts})
            shown = ", ".join(sorted(seeds)) if len(seeds) <= SEEDS_SHOWN else f"{len(seeds)}, in what it printed"
            kind = "good" if mode == "positive" else "bad"
            yield (
                f"| made up from the document, {kind} ones (`test_fuzz.py`) | {operations} operations | {shown} "
                f"| {cases:,} | {accepted:,} | {cases - accepted:,} "
                f"| {dearest['dearest, in ms']} ms, `{dearest['fuzzed']}` |"
            )
    for line in lines:
        if str(line.get("test", "")).startswith("test_whatever_is_sent_is_judged_and_answered"):
            counted = Counter({name: line.get(name, 0) for name in ("requests", "2xx", "4xx")})
            what, took = max(line["dearest, in ms"].items(), key=lambda each: float(each[1]))
            engine = line["test"].partition("[")[2].rstrip("]")
            yield (
                f"| a corpus in each field (`test_hostile_bodies.py`), {engine} | all, {line['violations']} wrong "
                f"| {line['seed']} | {counted['requests']:,} | {counted['2xx']:,} | {counted['4xx']:,} "
                f"| {took} ms, `{what}` |"
            )


def write(logs: Sequence[Path], page: Path = PAGE) -> None:
    """Put the rows in place of those of the same runs, and leave the others; the part is made where there was none."""
    text = page.read_text(encoding="utf-8")
    before, _, rest = text.partition(HEADING if HEADING in text else NEXT)
    part, _, after = rest.partition(NEXT) if HEADING in text else ("", "", rest)
    known = [line for line in part.splitlines() if line.startswith("|") and "(`test_" in line]
    rows = {row.split("|")[1]: row for row in [*known, *rows_of(list(lines_of(logs)))]}
    written = "".join(f"{row}\n" for row in rows.values())
    page.write_text(f"{before}{_HEAD}{written}\n{NEXT}{after}", encoding="utf-8")


if __name__ == "__main__":
    write([Path(name) for name in sys.argv[1:]])
