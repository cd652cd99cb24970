"""How many files this process may have open. Every connection is one."""

from __future__ import annotations

import contextlib
import logging
import resource

logger = logging.getLogger(__name__)


def raise_open_files_limit(wanted: int = 0) -> None:
    """Take all that the process may take for itself: the limit that it starts with is often 1,024.

    The hard limit stays; whoever starts the process sets it. Where it is below ``wanted`` they are told at the start,
    since else they would learn of it from the first connection that is too many.
    """
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    # Some systems name no hard limit, and then refuse to go without one: the limit that there is must do.
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        logger.warning(
            "At most %d files may be open here, and %d connections are to be; the hard limit (LimitNOFILE) is too low.",
            soft,
            wanted,
        )
