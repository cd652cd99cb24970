"""The journal's chain over dicts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal

from domain.model.journal_chain import Horizon, Link
from domain.model.ledger import Entry, Purse
from domain.model.money import EXACT

from .unit import Session


class MemoryJournal:
    """The port ``Journal``. There is one writer at a time, so that entries are committed in the order of numbers."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def horizon(self) -> Horizon | None:
        """How far the journal is numbered; None where no entry is without its link."""
        with self._session.reading() as tables:
            last_entry, link = tables.next_id("entries") - 1, tables.links.get(len(tables.links))
        return Horizon(last_entry, 0) if last_entry > (link.last_entry if link else 0) else None

    def is_over(self, horizon: Horizon) -> bool:  # noqa: ARG002
        """What can be seen is there for good."""
        return True

    def last_link(self) -> Link | None:
        """The last link; None before the first."""
        with self._session.reading() as tables:
            return tables.links.get(len(tables.links))

    def entries_behind(self, number: int, up_to: int, limit: int) -> Sequence[tuple[int, Entry]]:
        """The first entries behind a number and up to another."""
        with self._session.reading() as tables:
            numbers = range(number + 1, min(up_to, number + limit) + 1)
            return [(found, entry) for found in numbers if (entry := tables.entries.get(found)) is not None]

    def held(self, up_to: int) -> Mapping[str, Decimal]:
        """What came in less what went out, by currency."""
        held: dict[str, Decimal] = defaultdict(Decimal)
        with self._session.reading() as tables:
            for number, entry in tables.entries.items():
                for posting in entry.postings:
                    if number <= up_to and posting.account.purse is Purse.OUTSIDE:
                        code = posting.account.currency
                        held[code] = EXACT.subtract(held[code], posting.signed)
        return {code: amount for code, amount in sorted(held.items()) if amount}

    def add_link(self, link: Link) -> bool:
        """Add the link; False where another has its number by now, or it is behind none."""
        links = self._session.writing().links
        if link.number != len(links) + 1:
            return False
        links.put(link.number, link)
        return True
