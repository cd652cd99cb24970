"""The journal and its chain. Entries are written by the book, and never wait for a link."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Protocol

from ..model.journal_chain import Horizon, Link
from ..model.ledger import Entry


class Journal(Protocol):
    """All entries by their numbers, which may have gaps, and the links over them, which have none."""

    def horizon(self) -> Horizon | None:
        """How far the journal is numbered now; None where no entry is without its link."""
        ...

    def is_over(self, horizon: Horizon) -> bool:
        """Whether every entry of a number up to the horizon's is there by now, or never will be.

        It is asked in a later unit than the one that told the horizon.
        """
        ...

    def last_link(self) -> Link | None:
        """The last link; None before the first."""
        ...

    def entries_behind(self, number: int, up_to: int, limit: int) -> Sequence[tuple[int, Entry]]:
        """The first entries behind a number and up to another, at most so many, in the order of their numbers."""
        ...

    def held(self, up_to: int) -> Mapping[str, Decimal]:
        """What came in less what went out by the entries up to a number, by currency; without those where it is 0."""
        ...

    def add_link(self, link: Link) -> bool:
        """Add the link; False, and nothing, where it is not behind the last one by now."""
        ...
