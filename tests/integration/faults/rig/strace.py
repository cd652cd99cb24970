"""Death at a chosen system call: strace watches the threads that answer requests, and kills at the Nth call.

The product has no hook for it. What a thread sends to PostgreSQL and to its client, and what it waits for from them,
are the boundaries at which a crash can tell a half-done write from a done one.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from .processes import threads_of, until

CALLS = "sendto,recvfrom,sendmsg,recvmsg,write,fdatasync,fsync,connect,close"
_LINE = re.compile(r"(\d+) +(\w+)\(")
_IN_POLL = "7"
"""The number of poll among the system calls of x86-64, in which the thread waits that takes requests in."""


def strace_or_skip() -> str:
    """The program; without it there is nothing to test, which is no excuse where everything is installed."""
    program = shutil.which("strace")
    if program is None:
        reason = "strace is not installed, so that no process can be killed at a chosen system call"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return program


def waiting_threads(pid: int) -> list[int]:
    """The threads of a process that wait for work, rather than for a socket."""
    return [number for number in threads_of(pid) if _system_call(pid, number) != _IN_POLL]


def _system_call(pid: int, thread: int) -> str:
    return Path(f"/proc/{pid}/task/{thread}/syscall").read_text(encoding="ascii").split()[0]


@contextmanager
def watched(threads: Sequence[int], log: Path, *options: str) -> Iterator[None]:
    """While this lasts strace is attached to the threads."""
    program = strace_or_skip()
    said = log.with_suffix(".said")
    attached = [part for thread in threads for part in ("-p", str(thread))]
    with said.open("wb") as errors:
        process = subprocess.Popen(
            [program, *options, "-o", str(log), *attached], stdin=subprocess.DEVNULL, stderr=errors
        )
    try:
        until(lambda: process.poll() is not None or _attached(said) >= len(threads), "strace is attached")
        if process.poll() is not None:
            pytest.fail(f"strace does not attach: {said.read_text(encoding='utf-8')}")
        yield
    finally:
        process.send_signal(signal.SIGINT)
        process.wait()


def _attached(said: Path) -> int:
    return said.read_text(encoding="utf-8").count(" attached")


def calls_in(log: Path) -> list[tuple[str, int]]:
    """The calls of the thread that made the most of them, in their order: each with how many of its kind it is."""
    found = [match.groups() for match in map(_LINE.match, log.read_text(encoding="utf-8").splitlines()) if match]
    if not found:
        return []
    busiest = Counter(thread for thread, _ in found).most_common(1)[0][0]
    seen: Counter[str] = Counter()
    points = []
    for thread, call in found:
        if thread == busiest:
            seen[call] += 1
            points.append((call, seen[call]))
    return points
