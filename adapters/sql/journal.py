"""The journal's chain on a database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal

from sqlalchemy import Numeric, func, insert, select, text
from sqlalchemy.engine import Connection

from domain.model.journal_chain import Horizon, Link
from domain.model.ledger import Entry, Purse, Side
from domain.model.money import EXACT

from .lists.journal import entries_behind
from .schema.audit_tables import journal_links
from .schema.tables import DESK_OWNER_ID, entries, postings

_LAST_LINK = select(journal_links).order_by(journal_links.c.number.desc()).limit(1)
_LAST_ENTRY = select(func.max(entries.c.id))
_SUM = func.sum(postings.c.amount, type_=Numeric(asdecimal=True))
# Whoever has a number of the journal has locked something before, and has got a number of a transaction by that: so
# all who may have one up to the last that can be seen here are below the one that is taken now. Only the first movement
# of a currency finds no row to lock; it has its number of a transaction by the row whose number it has just taken.
_TAKE_TOKEN = text("SELECT pg_current_xact_id()::text::bigint")
_IS_OVER = text("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint >= :token")


class SqlJournal:
    """The port ``Journal``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._on_postgresql = connection.dialect.name == "postgresql"

    def horizon(self) -> Horizon | None:
        """How far the journal is numbered; None where no entry is without its link.

        On SQLite there is one writer at a time, so that entries are committed in the order of their numbers.
        """
        last_entry = self._connection.execute(_LAST_ENTRY).scalar_one() or 0
        link = self.last_link()
        if last_entry <= (link.last_entry if link else 0):
            return None
        token = self._connection.execute(_TAKE_TOKEN).scalar_one() if self._on_postgresql else 0
        return Horizon(last_entry, token)

    def is_over(self, horizon: Horizon) -> bool:
        """Whether all have ended that were under way when the horizon was told, this time as others see it."""
        if not self._on_postgresql:
            return True
        return bool(self._connection.execute(_IS_OVER, {"token": horizon.token}).scalar_one())

    def last_link(self) -> Link | None:
        """The last link; None before the first."""
        row = self._connection.execute(_LAST_LINK).one_or_none()
        return None if row is None else Link(row.number, row.last_entry, row.entries, row.digest, row.at)

    def entries_behind(self, number: int, up_to: int, limit: int) -> Sequence[tuple[int, Entry]]:
        """The first entries behind a number and up to another."""
        return entries_behind(self._connection, number, up_to, limit)

    def held(self, up_to: int) -> Mapping[str, Decimal]:
        """What came in less what went out, by currency.

        A server sums it up, since all that ever came in is many rows; SQLite has no exact numbers.
        """
        of_side = (postings.c.currency, postings.c.side)
        is_outside = (
            postings.c.owner == DESK_OWNER_ID, postings.c.purse == Purse.OUTSIDE.value, postings.c.entry_id <= up_to
        )  # fmt: skip
        if self._on_postgresql:
            outside = select(*of_side, _SUM).where(*is_outside).group_by(*of_side)
        else:
            outside = select(*of_side, postings.c.amount).where(*is_outside)
        held: dict[str, Decimal] = defaultdict(Decimal)
        for currency, side, amount in self._connection.execute(outside):
            add = EXACT.add if side == Side.DEBIT.value else EXACT.subtract
            held[currency] = add(held[currency], amount)
        return {currency: amount for currency, amount in sorted(held.items()) if amount}

    def add_link(self, link: Link) -> bool:
        """Add the link; False where another has its number by now, or it is behind none.

        Of two that add at once, the slower hears of a key that is taken, and is tried again.
        """
        last = self.last_link()
        if link.number != (last.number if last else 0) + 1:
            return False
        values = {
            "number": link.number,
            "last_entry": link.last_entry,
            "entries": link.entries,
            "digest": link.digest,
            "at": link.at,
        }
        self._connection.execute(insert(journal_links), values)
        return True
