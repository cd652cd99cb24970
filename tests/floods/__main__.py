"""``python -m tests.floods``: flood a desk in every way that is known, and print what came of it."""

from __future__ import annotations

import argparse
import os
import platform
import signal
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from math import inf
from pathlib import Path

from .attacks import ATTACKS, Figure
from .scene import Scene


def main(arguments: Sequence[str] | None = None) -> int:
    """Play the attacks, print the table, and return 1 where a bound was not held."""
    parser = argparse.ArgumentParser(prog="dev.py floods", description="Flood a desk, and measure what others notice.")
    parser.add_argument("--only", metavar="WORD", default="", help="only the attacks whose names have this word")
    only = parser.parse_args(arguments).only
    # SIGTERM ends the floods as Control-C does: all that was started is stopped.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    found: list[tuple[str, Figure]] = []
    for attack, play in ATTACKS.items():
        if only not in attack:
            continue
        print(attack, file=sys.stderr, flush=True)
        # Each has a desk of its own, so that none is helped or harmed by what was counted before.
        with ExitStack() as stack:
            folder = stack.enter_context(tempfile.TemporaryDirectory())
            for figure in play(Scene(stack, Path(folder))):
                found.append((attack, figure))
                print(f"  {figure}", file=sys.stderr, flush=True)
    load = os.getloadavg()[0]
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, load {load:.1f} at the end")
    print(table(found))
    return 0 if all(figure.is_held for _, figure in found) else 1


def table(found: Sequence[tuple[str, Figure]]) -> str:
    """The figures as a table of Markdown."""
    lines = ["| what is tried | what is measured | bound | measured | |", "|---|---|---|---|---|"]
    for attack, figure in found:
        unit = f" {figure.unit}" if figure.unit else ""
        measured = f"{figure.measured:.3g}{unit}"
        held = "held" if figure.is_held else "**not held**"
        bound, held = ("", "") if figure.bound == inf else (f"{figure.bound:g}{unit}", held)
        lines.append(f"| {attack} | {figure.what} | {bound} | {measured} | {held} |")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
