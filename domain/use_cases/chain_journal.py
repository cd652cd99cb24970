"""Chain the journal: link what was written since the last link."""

from __future__ import annotations

from datetime import datetime

from ..model.journal_chain import LINK_ENTRIES, ChainHead, Horizon, Link, next_link
from ..ports.journal import Journal


def draw_link(horizon: Horizon, *, journal: Journal, at: datetime) -> Link | None:
    """The next link up to a horizon that is over, to be added in a unit that writes; None where nothing is left."""
    last = journal.last_link()
    entries = journal.entries_behind(last.last_entry if last else 0, horizon.last_entry, LINK_ENTRIES)
    if not entries:
        return None
    up_to = entries[-1][0] if len(entries) == LINK_ENTRIES else horizon.last_entry
    return next_link(last, entries, up_to, at)


def head_of_chain(*, journal: Journal) -> ChainHead | None:
    """The last link, and what it says that the desk holds; None before the first."""
    link = journal.last_link()
    return None if link is None else ChainHead(link, journal.held(link.last_entry))
