"""Figures that several processes of one role keep together, so that whichever is asked tells of all."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

SHARED_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""The variable by which the library that counts is told where. It reads it as it is imported."""
_PREFIX = "p2p-figures-"
_LOCK = "lock"
"""A file of each such folder, locked for as long as one of those lives that count in it."""


@contextmanager
def shared_figures(processes: int, beneath: Path | None = None) -> Iterator[Callable[[int], None]]:
    """While this lasts, all processes that are forked count in one folder, if there are several.

    It is made ``beneath`` another, by default the system's for what is temporary. Begin before anything is imported
    that counts. Call what it gives with the id of each process that has ended.
    """
    if processes == 1 or SHARED_FOLDER in os.environ:
        yield lambda _: None
        return
    beneath = beneath or Path(tempfile.gettempdir())
    _remove_abandoned(beneath)
    with tempfile.TemporaryDirectory(prefix=_PREFIX, dir=beneath) as folder, (Path(folder) / _LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        os.environ[SHARED_FOLDER] = folder
        try:
            yield _forget
        finally:
            del os.environ[SHARED_FOLDER]


def _remove_abandoned(beneath: Path) -> None:
    """Remove the folders of those who were killed and could not. What is being made just now has no lock yet."""
    for lock in beneath.glob(f"{_PREFIX}*/{_LOCK}"):
        # It may be somebody else's, in use, or be removed by another who begins just now.
        with suppress(OSError):
            if lock.parent.lstat().st_uid != os.geteuid() or lock.parent.is_symlink():
                continue
            with lock.open("r+") as held:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(lock.parent)


def _forget(process: int) -> None:
    """Count no more what only counts while its process lives, such as connections that are open."""
    from prometheus_client.multiprocess import mark_process_dead

    mark_process_dead(process)  # type: ignore[no-untyped-call]
