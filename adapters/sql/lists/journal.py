"""The journal, read by whole entries."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.engine import Connection

from domain.model.ledger import Account, Entry, EntryKind, Posting, Purse, Side
from domain.ports.readers import EntryQuery, Page

from ..schema import mapping as rows
from ..schema.tables import entries, postings
from .cursors import make_cursor, read_cursor, row_id

_ENTRIES = (
    select(entries, postings)
    .join(postings, postings.c.entry_id == entries.c.id)
    .order_by(entries.c.id.desc(), postings.c.line)
)


def entry(connection: Connection, kind: EntryKind, reference: str) -> Entry | None:
    """The one entry of this kind and reference, if there is one."""
    statement = _ENTRIES.where(entries.c.kind == kind.value, entries.c.reference == reference)
    return next(iter(_found(connection, statement).values()), None)


def entries_named(connection: Connection, reference: str) -> list[Entry]:
    """The entries of this reference, of whatever kind, in the order of the journal."""
    kinds = [kind.value for kind in EntryKind]
    found = _found(connection, _ENTRIES.where(entries.c.kind.in_(kinds), entries.c.reference == reference))
    return [found[entry_id] for entry_id in sorted(found)]


def entry_of_id(connection: Connection, entry_id: int) -> Entry:
    """The entry of this id, which there is."""
    return _found(connection, _ENTRIES.where(entries.c.id == entry_id))[entry_id]


def entries_behind(connection: Connection, number: int, up_to: int, limit: int) -> list[tuple[int, Entry]]:
    """The first entries behind a number and up to another, in the order of their numbers."""
    first = (
        select(entries.c.id)
        .where(entries.c.id > number, entries.c.id <= up_to)
        .order_by(entries.c.id)
        .limit(limit)
        .subquery()
    )
    return sorted(_found(connection, _ENTRIES.join(first, first.c.id == entries.c.id)).items())


def entries_of(connection: Connection, query: EntryQuery, cursor: str | None, limit: int) -> Page[Entry]:
    """The entries that touch a trader, newest first. Raises ``BadCursor``."""
    touched = _touched(query)
    if cursor is not None:
        touched = touched.where(postings.c.entry_id < read_cursor("entries", cursor, row_id))
    newest = touched.order_by(postings.c.entry_id.desc()).limit(limit + 1).subquery()
    found = _found(connection, _ENTRIES.join(newest, newest.c.entry_id == entries.c.id))
    ids = list(found)
    shown = [found[entry_id] for entry_id in ids[:limit]]
    return Page(shown, make_cursor("entries", ids[limit - 1]) if len(ids) > limit else None)


def _touched(query: EntryQuery) -> Select[tuple[int]]:
    """The ids of the entries that are asked for."""
    touched = select(postings.c.entry_id).where(postings.c.owner == query.trader_id).distinct()
    if query.crypto_currency is not None:
        touched = touched.where(postings.c.currency == query.crypto_currency)
    if query.purse is not None:
        touched = touched.where(postings.c.purse == query.purse.value)
    if query.since is not None or query.until is not None:
        touched = touched.join(entries, entries.c.id == postings.c.entry_id)
    if query.since is not None:
        touched = touched.where(entries.c.at >= query.since)
    if query.until is not None:
        touched = touched.where(entries.c.at <= query.until)
    return touched


def _found(connection: Connection, statement: Select[Any]) -> dict[int, Entry]:
    """The entries that the statement finds, by id, in its order."""
    found: dict[int, Entry] = {}
    for entry_id, group in groupby(connection.execute(statement), key=lambda row: row.id):
        lines = list(group)
        first = lines[0]
        found[entry_id] = Entry(EntryKind(first.kind), first.reference, first.at, tuple(map(_posting, lines)))
    return found


def _posting(row: Any) -> Posting:
    account = Account(rows.owner_from(row.owner), row.currency, Purse(row.purse))
    return Posting(account, Side(row.side), row.amount)
