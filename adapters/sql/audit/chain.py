"""Following the chain of the journal, by code of its own: the words of docs/contract/books.md, "What is hashed", once
more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from hashlib import sha256
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.engine import Connection

NAME = "V12"
SAYS = "the journal is as it was chained"
PUBLISHED = "the chain has the link that was published"

_LINKS = text("SELECT number, last_entry, entries, digest, at FROM journal_links ORDER BY number")
_LINK = text("SELECT digest FROM journal_links WHERE number = :number")
_LINES = text(
    """SELECT id, kind, reference, at, line, owner, currency, purse, side, amount
        FROM entries LEFT JOIN postings ON entry_id = id
        WHERE id > :behind AND id <= :up_to ORDER BY id, line"""
)
_BELOW_ALL = -(2**63)
"""Numbers begin with 1; but whoever adds an entry past the desk may choose any."""
_NOBODY = UUID(int=0)


def _framed(*parts: str) -> str:
    """The parts, each an expression of text, behind their lengths."""
    return " || ".join(f"octet_length({part}) || ':' || {part} || ','" for part in parts)


def _hashed(parts: str) -> str:
    return f"encode(sha256(convert_to({parts}, 'UTF8')), 'hex')"


def _moment_text(column: str) -> str:
    return f"""(to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US') || '+00:00')"""


_LINE_PARTS = _framed(
    "line::text", f"replace(owner::text, '{_NOBODY}', '')", "currency", "purse", "side", "trim_scale(amount)::text"
)
_ENTRY_PARTS = _framed("'p2p entry 1'", "id::text", "kind", "reference", _moment_text("entries.at"))
_LINK_PARTS = _framed(
    "'p2p link 1'", "number::text", "last_entry::text", "(counted_before + counted)::text", _moment_text("at"), "before"
)
# A server hashes a million postings in some seconds, and this program in half a minute.
_BROKEN_ON_POSTGRESQL = text(
    f"""WITH links AS (
            SELECT number, last_entry, entries, digest, at,
                coalesce(lag(number) OVER by_number, 0) AS number_before,
                coalesce(lag(last_entry) OVER by_number, {_BELOW_ALL}) AS behind,
                coalesce(lag(entries) OVER by_number, 0) AS counted_before,
                coalesce(lag(digest) OVER by_number, '') AS before
            FROM journal_links WINDOW by_number AS (ORDER BY number))
        SELECT number, last_entry FROM links CROSS JOIN LATERAL (
            SELECT count(*) AS counted, coalesce(string_agg({_framed("entry_digest")}, '' ORDER BY id), '') AS digests
            FROM (
                SELECT id, {_hashed(f"{_ENTRY_PARTS} || coalesce(string_agg({_LINE_PARTS}, '' ORDER BY line), '')")}
                    AS entry_digest
                FROM entries LEFT JOIN postings ON entry_id = id AND entry_id > behind AND entry_id <= last_entry
                WHERE id > behind AND id <= last_entry GROUP BY id) AS hashed) AS covered
        WHERE (number, entries, digest)
            IS DISTINCT FROM (number_before + 1, counted_before + counted, {_hashed(f"{_LINK_PARTS} || digests")})
        ORDER BY number"""
)


def broken_links(connection: Connection) -> Iterator[str]:
    """Each link that is not what it says, in a few words: of that which lies below it, something was changed.

    The next one is judged by what is kept, so that one change is told of once.
    """
    on_postgresql = connection.dialect.name == "postgresql"
    links = connection.execute(_BROKEN_ON_POSTGRESQL).all() if on_postgresql else _broken_on_sqlite(connection)
    for link in links:
        yield f"link {link.number}, entries up to {link.last_entry}"


def _broken_on_sqlite(connection: Connection) -> Iterator[Any]:
    number, behind, counted, before = 0, _BELOW_ALL, 0, ""
    for link in connection.execute(_LINKS).all():
        number += 1
        digests = [
            _entry_digest(list(lines))
            for _, lines in groupby(
                connection.execute(_LINES, {"behind": behind, "up_to": link.last_entry}), key=lambda line: line.id
            )
        ]
        counted += len(digests)
        parts = ("p2p link 1", number, link.last_entry, counted, _moment(link.at), before, *digests)
        if (link.number, link.entries, link.digest) != (number, counted, _digest(parts)):
            yield link
        number, behind, counted, before = link.number, link.last_entry, link.entries, link.digest


def is_there(connection: Connection, number: int, digest: str) -> bool:
    """Whether the chain has a link of this number with this digest."""
    found = connection.execute(_LINK, {"number": number}).scalar_one_or_none()
    return bool(found == digest)


def _entry_digest(lines: list[Any]) -> str:
    first = lines[0]
    parts: list[object] = ["p2p entry 1", first.id, first.kind, first.reference, _moment(first.at)]
    for line in lines:
        if line.line is not None:
            parts += (line.line, _owner(line.owner), line.currency, line.purse, line.side, _plain(line.amount))
    return _digest(parts)


def _digest(parts: Iterable[object]) -> str:
    whole = bytearray()
    for part in parts:
        written = str(part).encode()
        whole += str(len(written)).encode() + b":" + written + b","
    return sha256(whole).hexdigest()


def _moment(kept: datetime | str) -> str:
    """SQLite keeps moments as the text that is hashed."""
    return kept if isinstance(kept, str) else kept.astimezone(UTC).isoformat(timespec="microseconds")


def _owner(kept: UUID | str) -> str:
    return "" if str(kept) == str(_NOBODY) else str(kept)


def _plain(kept: Decimal | str) -> str:
    """An amount without zeros that it does not need; what is no amount any more, as it is."""
    try:
        whole, _, decimals = f"{Decimal(kept):f}".partition(".")
    except InvalidOperation:
        return str(kept)
    decimals = decimals.rstrip("0")
    return f"{whole}.{decimals}" if decimals else whole
