"""Whether the whole desk is frozen: kept in the store, so that every process knows at once."""

from __future__ import annotations

from typing import Protocol

from ..model.changes import StaffAct


class Freezing(Protocol):
    """The one switch. Locked reads tell how it stands, to whoever decides on something new."""

    def is_frozen(self) -> bool:
        """Whether nothing new may begin."""
        ...

    def set_frozen(self, frozen: bool, act: StaffAct) -> None:
        """Freeze the desk, or let it go on. Repeating it is harmless; the act is kept each time."""
        ...
