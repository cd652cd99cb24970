"""How many files this process may have open. Every connection is one."""

from __future__ import annotations

import contextlib
import resource


def raise_open_files_limit() -> None:
    """Take all that the process may take for itself: the limit that it starts with is often 1,024.

    The hard limit stays; whoever starts the process sets it.
    """
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    # Some systems name no hard limit, and then refuse to go without one: the limit that there is must do.
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
