"""How much a thread gives way to others that want the same processors, and whether any do."""

from __future__ import annotations

import os
import threading
from pathlib import Path

NICEST = 19
"""As far as an operating system knows it."""


def give_way(nice: int) -> None:
    """Have this thread, and on systems other than Linux its whole process, give way by so much: 0 for not at all.

    Where the system has no such thing, or does not let it be lowered, the thread goes on as it is.
    """
    if nice and hasattr(os, "setpriority"):
        try:
            # Linux keeps it for each thread, and takes the number of one for that of a process.
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id() if _is_linux() else 0, nice)
        except OSError:
            return


class Processors:
    """Whether others keep threads of this process from the processors. Linux tells; elsewhere nobody ever does."""

    def __init__(self) -> None:
        self._threads: list[Path] = []
        self._seen = (0, 0)

    def share(self, nice: int) -> None:
        """This thread gives way so far. Where it does at all, what is told is about it, too."""
        give_way(nice)
        if nice:
            self.watch_this_thread()

    def watch_this_thread(self) -> None:
        """From now on what is told is about this thread, too."""
        self._threads.append(Path(f"/proc/self/task/{threading.get_native_id()}/schedstat"))

    def are_wanted(self) -> bool:
        """Whether these threads have waited for a processor for longer than they had one, since this was asked last."""
        ran = waited = 0
        for thread in self._threads:
            try:
                # Source: Documentation/scheduler/sched-stats.rst of Linux, "/proc/<pid>/schedstat".
                of_thread = thread.read_text(encoding="ascii").split()
            except OSError:
                continue
            ran += int(of_thread[0])
            waited += int(of_thread[1])
        before, self._seen = self._seen, (ran, waited)
        return waited - before[1] > ran - before[0]


def _is_linux() -> bool:
    return os.uname().sysname == "Linux"
