"""The chain of the journal: each link says what all entries up to one are, so that none can be changed unseen.

Links are made behind the entries, many at a time, so that no decision waits for the one before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from .digests import NO_DIGEST, digest_of, exact_moment
from .ledger import Entry
from .money import amount_text

LINK_ENTRIES = 1000
"""How many entries one link covers at most."""


@dataclass(frozen=True, slots=True)
class Horizon:
    """How far the journal is numbered. Numbers up to ``last_entry`` are in use for good once ``token`` is over.

    Numbers are given out before their entries are committed, and those of units that are rolled back are never used.
    The token is a matter between a store and itself.
    """

    last_entry: int
    token: int


@dataclass(frozen=True, slots=True)
class Link:
    """One link: it covers the entries behind those of the link before, up to number ``last_entry``.

    ``number`` begins with 1, ``entries`` counts all entries so far, and ``digest`` is of this link's entries and of
    the digest before.
    """

    number: int
    last_entry: int
    entries: int
    digest: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ChainHead:
    """The last link, and what came in less what went out up to there, by currency: what there is to publish."""

    link: Link
    held: Mapping[str, Decimal]


def next_link(before: Link | None, entries: Sequence[tuple[int, Entry]], up_to: int, at: datetime) -> Link:
    """The link behind another, or the first: of all entries numbered behind that one and up to ``up_to``."""
    number = before.number + 1 if before else 1
    counted = (before.entries if before else 0) + len(entries)
    behind = before.digest if before else NO_DIGEST
    digests = (entry_digest(entry_number, entry) for entry_number, entry in entries)
    digest = digest_of(("p2p link 1", number, up_to, counted, exact_moment(at), behind, *digests))
    return Link(number, up_to, counted, digest, at)


def entry_digest(number: int, entry: Entry) -> str:
    """The digest of one entry with its postings, in their order."""
    parts: list[object] = ["p2p entry 1", number, entry.kind.value, entry.reference, exact_moment(entry.at)]
    for line, posting in enumerate(entry.postings, 1):
        account = posting.account
        parts += (line, account.owner or "", account.currency, account.purse.value, posting.side.value)
        parts.append(amount_text(posting.amount))
    return digest_of(parts)
