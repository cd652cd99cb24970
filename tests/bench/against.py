"""What a whole trade takes of HTTP's processor time, here and in an older checkout: ``dev.py bench --against FOLDER``.

Each runs in a process of its own, in its own folder and on a PostgreSQL of its own, which its own code has filled. They
take turns, so that the machine's changes of speed meet both. There are no sockets and no other processes in what is
counted: only the processor time of the one in which the application is called.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from .figures import Row, Sample, Target

HERE = Path(__file__).resolve().parents[2]
OLD = Target(0.6, is_upper=True)
TRADES = 100
"""So many are timed in each turn."""
_DRIVER = Path(__file__).with_name("trade_times.py")


class DriverFailed(Exception):
    """One of the two did not begin, or ended; the message says which."""


class Driver:
    """One checkout, ready to time trades."""

    def __init__(self, stack: ExitStack, folder: Path) -> None:
        self._folder = folder
        # -P keeps the folder of this very file, whose modules are of this checkout, out of the way.
        command = [sys.executable, "-P", str(_DRIVER), str(TRADES)]
        self._process = stack.enter_context(
            subprocess.Popen(command, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        )
        # The end of its input ends it: this is called before the process is waited for.
        stack.callback(lambda: self._process.stdin and self._process.stdin.close())
        self._hear()

    def measure(self, _seconds: float) -> Sample:
        """The processor time of a trade, as the median of a turn has it."""
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        milliseconds = float(self._hear())
        return Sample(1000 / milliseconds, milliseconds, milliseconds)

    def _hear(self) -> str:
        assert self._process.stdout is not None
        heard = self._process.stdout.readline()
        if not heard:
            raise DriverFailed(f"no trade can be timed in {self._folder}")
        return heard


def against_rows(stack: ExitStack, older: Path) -> list[Row]:
    """A trade there, and a trade here."""
    before: Callable[[float], Sample] = Driver(stack, older.resolve()).measure
    old = Row("processor time: a trade before", 1, before)
    new = Row("processor time: a trade now", 1, Driver(stack, HERE).measure, old, OLD, is_ratio_of_times=True)
    return [old, new]
