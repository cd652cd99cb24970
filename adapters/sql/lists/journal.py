"""The journal, read by whole entries."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from itertools import groupby
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, Text, bindparam, cast, func, literal_column, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.engine import Connection

from domain.model.ledger import Account, Entry, EntryKind, Posting, Purse, Side
from domain.ports.readers import EntryQuery, Page

from ..schema import mapping as rows
from ..schema.mapping import Row
from ..schema.tables import entries, postings
from ..schema.types import BIG, Id, Moment
from .cursors import BEYOND_ALL_IDS, make_cursor, read_cursor, row_id
from .parts import Part, Parts, fields_of
from .statements import Statement, kept_compiled

_ENTRIES = (
    select(entries, postings)
    .join(postings, postings.c.entry_id == entries.c.id)
    .order_by(entries.c.id.desc(), postings.c.line)
)


_LINE = ("owner", "currency", "purse", "side", "amount")
# On PostgreSQL an entry comes as one text with all its lines, so that it can be known again.
_RECORD = cast(func.row(*(postings.c[name] for name in _LINE)), Text)
_IN_ORDER = aggregate_order_by(literal_column("chr(10)", Text), postings.c.line)
_LINES = (
    select(func.string_agg(_RECORD, _IN_ORDER, type_=Text()))
    .where(postings.c.entry_id == entries.c.id)
    .scalar_subquery()
)


def _whole(row: Row) -> Entry:
    """An entry whose lines are a record each. Nothing of a line is ever null."""
    made = tuple(_line(*map(str, fields_of(line))) for line in row["lines"].split("\n"))
    return Entry(EntryKind(row["kind"]), row["reference"], row["at"], made)


def _line(owner: str, currency: str, purse: str, side: str, amount: str) -> Posting:
    return Posting(Account(rows.owner_from(UUID(owner)), currency, Purse(purse)), Side(side), Decimal(amount))


_PARTS = Parts(
    Part(
        entries,
        [*(entries.c[name].label(name) for name in ("kind", "reference", "at")), _LINES.label("lines")],
        _whole,
    )
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
    before = BEYOND_ALL_IDS if cursor is None else read_cursor("entries", cursor, row_id)
    way = Way(
        connection.dialect.name,
        query.crypto_currency is not None,
        query.purse is not None,
        query.since is not None,
        query.until is not None,
    )
    values = {
        "owner": query.trader_id,
        "before": before,
        "rows_wanted": limit + 1,
        "currency": query.crypto_currency,
        "purse": query.purse and query.purse.value,
        "since": query.since,
        "until": query.until,
    }
    lines = _newest(way).rows(connection, values)
    if way.engine == "postgresql":
        made = _PARTS.found(lines, postgresql=True)
        found = [(line.id, entry) for line, (entry,) in zip(lines, made, strict=True)]
    else:
        found = list(_by_id(lines).items())
    shown = [entry for _, entry in found[:limit]]
    return Page(shown, make_cursor("entries", found[limit - 1][0]) if len(found) > limit else None)


class Way(NamedTuple):
    """In which way entries are asked for: all that decides which conditions there are."""

    engine: str
    has_currency: bool
    has_purse: bool
    has_since: bool
    has_until: bool


@kept_compiled
def _newest(way: Way) -> Statement:
    touched = select(postings.c.entry_id).where(postings.c.owner == bindparam("owner", type_=Id)).distinct()
    if way.has_currency:
        touched = touched.where(postings.c.currency == bindparam("currency", type_=Text()))
    if way.has_purse:
        touched = touched.where(postings.c.purse == bindparam("purse", type_=Text()))
    if way.has_since or way.has_until:
        touched = touched.join(entries, entries.c.id == postings.c.entry_id)
    if way.has_since:
        touched = touched.where(entries.c.at >= bindparam("since", type_=Moment))
    if way.has_until:
        touched = touched.where(entries.c.at <= bindparam("until", type_=Moment))
    touched = touched.where(postings.c.entry_id < bindparam("before", type_=BIG))
    newest = touched.order_by(postings.c.entry_id.desc()).limit(bindparam("rows_wanted", type_=BIG)).subquery()
    if way.engine == "postgresql":
        whole = select(*_PARTS.columns(postgresql=True), entries.c.id).select_from(entries)
        return Statement(whole.join(newest, newest.c.entry_id == entries.c.id).order_by(entries.c.id.desc()))
    return Statement(_ENTRIES.join(newest, newest.c.entry_id == entries.c.id))


def _found(connection: Connection, statement: Select[Any]) -> dict[int, Entry]:
    """The entries that the statement finds, by id, in its order."""
    return _by_id(connection.execute(statement))


def _by_id(rows_found: Iterable[Any]) -> dict[int, Entry]:
    """The entries of rows that have a posting each, those of one entry in a row."""
    found: dict[int, Entry] = {}
    for entry_id, group in groupby(rows_found, key=lambda row: row.id):
        lines = list(group)
        first = lines[0]
        found[entry_id] = Entry(EntryKind(first.kind), first.reference, first.at, tuple(map(_posting, lines)))
    return found


def _posting(row: Any) -> Posting:
    account = Account(rows.owner_from(row.owner), row.currency, Purse(row.purse))
    return Posting(account, Side(row.side), row.amount)
