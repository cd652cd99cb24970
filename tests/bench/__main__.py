"""``python -m tests.bench``: measure everything, and print one table."""

from __future__ import annotations

import argparse
import json
import os
import platform
import signal
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from adapters.sql.audit.verify import verify

from .against import against_rows
from .figures import Row, table
from .letters import LettersStage
from .plan import WARM_UP_SECONDS
from .stages import PostgresStage, SqliteStage

SUBJECTS = ("floor", "lists", "offer", "release", "sqlite", "letters", "large")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and return 1 where the books of a desk that was measured are wrong."""
    options = _options(arguments)
    # SIGTERM ends the measurements as Control-C does: all that was started is stopped.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    only = set(options.only or ([] if options.against else SUBJECTS[:-1])) | ({"large"} if options.large else set())
    with ExitStack() as stack:
        rows: list[Row] = []
        urls: list[str] = []
        version = "no PostgreSQL"
        if options.against is not None:
            rows += against_rows(stack, options.against)
        postgres = PostgresStage(stack) if only - {"sqlite"} else None
        if postgres is not None:
            version = postgres.version
            if only & {"floor", "offer", "release"}:
                rows += postgres.rows(only)
            if "lists" in only:
                rows += postgres.list_rows()
        if "sqlite" in only:
            sqlite = SqliteStage(stack)
            rows += sqlite.rows()
            urls += sqlite.urls
        if postgres is not None and "letters" in only:
            rows += LettersStage(stack, postgres).rows()
        if postgres is not None and "large" in only:
            _tell("filling the tables with finished offers")
            rows += postgres.grown_rows()
        _measure(rows, options.rounds, options.seconds)
        if postgres is not None:
            postgres.count_statements(rows)
            urls += [database.url for database in postgres.databases]
        _tell("checking the books")
        broken = [sentence for url in urls for sentence in verify(url)]
    _show(rows, broken, options, f"Python {platform.python_version()}, {version}, {os.cpu_count()} cores")
    return 1 if broken else 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="dev.py bench", description="Measure the desk against the bare work.")
    parser.add_argument("--seconds", type=float, default=3.0, help="how long a row is measured in each round (3)")
    parser.add_argument("--rounds", type=int, default=5, help="how often every row is measured (5)")
    parser.add_argument("--only", nargs="+", choices=SUBJECTS, help="measure only these")
    parser.add_argument("--large", action="store_true", help="also with 1,000,000 finished offers against 10,000")
    parser.add_argument(
        "--against", type=Path, metavar="FOLDER", help="also a trade's processor time in an older checkout"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to this file, too")
    options = parser.parse_args(arguments)
    if options.seconds <= 0 or options.rounds < 1:
        parser.error("there is nothing to measure in no time")
    return options


def _measure(rows: list[Row], rounds: int, seconds: float) -> None:
    """Every row in turn, in each of the rounds, after a first turn that only warms up caches and connections."""
    for row in rows:
        _tell(f"warming up: {row.name}, {row.clients}")
        row.measure(WARM_UP_SECONDS)
    for number in range(1, rounds + 1):
        for row in rows:
            row.samples.append(row.measure(seconds))
            _tell(f"round {number} of {rounds}: {row.name}, {row.clients}: {row.samples[-1].rate:,.0f}/s")


def _show(rows: list[Row], broken: list[str], options: argparse.Namespace, machine: str) -> None:
    print(f"{machine}; {options.rounds} rounds of {options.seconds:g} s a row, medians of the rounds")
    print(table(rows))
    print("\n".join(["The books are wrong after these measurements:", *broken]) if broken else "The books are right.")
    if options.json is not None:
        figures = {
            "machine": machine,
            "rounds": options.rounds,
            "seconds": options.seconds,
            "rows": [row.figures() for row in rows],
            "broken": broken,
        }
        options.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


def _tell(progress: str) -> None:
    print(progress, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
