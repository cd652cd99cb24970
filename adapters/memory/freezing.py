"""Whether the desk is frozen, over dicts."""

from __future__ import annotations

from domain.model.changes import StaffAct

from .facts import add_fact
from .tables import Tables
from .unit import Session

ONLY = 1
"""The key of the one row, which is there while the desk is frozen."""


def is_frozen(tables: Tables) -> bool:
    """Whether nothing new may begin."""
    return ONLY in tables.freeze


class MemoryFreezing:
    """The port ``Freezing``."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def is_frozen(self) -> bool:
        """Whether nothing new may begin."""
        with self._session.reading() as tables:
            return is_frozen(tables)

    def set_frozen(self, frozen: bool, act: StaffAct) -> None:
        """Freeze the desk, or let it go on."""
        tables = self._session.writing()
        if frozen:
            tables.freeze.put(ONLY, act.at)
        else:
            tables.freeze.remove(ONLY)
        add_fact(tables, act)
