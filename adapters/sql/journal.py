"""The journal as a trader reads it: whole entries, newest first."""

from __future__ import annotations

from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.engine import Connection

from domain.model.ledger import Account, Entry, EntryKind, Posting, Purse, Side
from domain.ports.readers import Page

from . import rows
from .cursors import make_cursor, read_cursor, row_id
from .tables import entries, postings


def entries_of(connection: Connection, trader_id: UUID, cursor: str | None, limit: int) -> Page[Entry]:
    """The entries that touch a trader. Raises ``BadCursor``."""
    touched = select(postings.c.entry_id).where(postings.c.owner == trader_id).distinct()
    if cursor is not None:
        touched = touched.where(postings.c.entry_id < read_cursor("entries", cursor, row_id))
    newest = touched.order_by(postings.c.entry_id.desc()).limit(limit + 1).subquery()
    statement = (
        select(entries, postings)
        .join(newest, newest.c.entry_id == entries.c.id)
        .join(postings, postings.c.entry_id == entries.c.id)
        .order_by(entries.c.id.desc(), postings.c.line)
    )
    found: dict[int, Entry] = {}
    for entry_id, group in groupby(connection.execute(statement), key=lambda row: row.id):
        lines = list(group)
        first = lines[0]
        found[entry_id] = Entry(EntryKind(first.kind), first.reference, first.at, tuple(map(_posting, lines)))
    ids = list(found)
    shown = [found[entry_id] for entry_id in ids[:limit]]
    return Page(shown, make_cursor("entries", ids[limit - 1]) if len(ids) > limit else None)


def _posting(row: Any) -> Posting:
    account = Account(rows.owner_from(row.owner), row.currency, Purse(row.purse))
    return Posting(account, Side(row.side), row.amount)
