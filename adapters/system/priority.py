"""How much a thread gives way to others that want the same processors."""

from __future__ import annotations

import os
import threading

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


def _is_linux() -> bool:
    return os.uname().sysname == "Linux"
