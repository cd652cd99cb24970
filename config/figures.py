"""Figures that several processes of one role keep together, so that whichever is asked tells of all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager

SHARED_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""The variable by which the library that counts is told where. It reads it as it is imported."""


@contextmanager
def shared_figures(processes: int) -> Iterator[Callable[[int], None]]:
    """While this lasts, all processes that are forked count in one folder, if there are several.

    Begin before anything is imported that counts. Call what it gives with the id of each process that has ended.
    """
    if processes == 1 or SHARED_FOLDER in os.environ:
        yield lambda _: None
        return
    with tempfile.TemporaryDirectory(prefix="p2p-figures-") as folder:
        os.environ[SHARED_FOLDER] = folder
        try:
            yield _forget
        finally:
            del os.environ[SHARED_FOLDER]


def _forget(process: int) -> None:
    """Count no more what only counts while its process lives, such as connections that are open."""
    from prometheus_client.multiprocess import mark_process_dead

    mark_process_dead(process)  # type: ignore[no-untyped-call]
