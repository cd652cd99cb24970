"""Removes files that no message has: what a refused or broken request has left behind."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import islice
from uuid import UUID

from domain.ports.files import Files
from domain.ports.store import Store, Unit

LEFT_FOR = timedelta(hours=1)
"""How long a file may be without its message. A request has it for seconds, between keeping it and its commit."""
LOOK_EVERY = timedelta(minutes=10)
BATCH = 500


class Leftovers:
    """Any number of them may look after one folder: to remove a file twice is no matter."""

    def __init__(self, store: Store, files: Files) -> None:
        self._store = store
        self._files = files
        self._look_at: datetime | None = None

    def sweep_once(self, going_on: Callable[[], None] = lambda: None) -> int:
        """Remove what is old enough and belongs to nobody, every ten minutes; tell how many. Raises
        ``StoreUnavailable``.

        ``going_on`` is called between two parts of a folder, which may have millions of files.
        """
        now = self._store.run(lambda unit: unit.now(), writes=False)
        if self._look_at is not None and now < self._look_at:
            return 0
        self._look_at = now + LOOK_EVERY
        old = self._files.kept_before(now - LEFT_FOR)
        removed = 0
        while some := list(islice(old, BATCH)):
            going_on()
            kept = self._known(some)
            for file_id in some:
                if file_id not in kept:
                    self._files.remove(file_id)
                    removed += 1
        return removed

    def _known(self, files: list[UUID]) -> frozenset[UUID]:
        def ask(unit: Unit) -> frozenset[UUID]:
            return unit.chats.kept_files(files)

        return self._store.run(ask, writes=False)
