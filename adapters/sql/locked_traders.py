"""A trader's row as a lock, for whoever counts or adds what is theirs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Table, literal, select
from sqlalchemy.engine import Connection

from domain.errors import TraderNotFound

from .schema.tables import traders


def lock_trader(connection: Connection, trader_id: UUID) -> None:
    """Have those wait who lock this trader, too, in order to count what is theirs; nobody else.

    Raises ``TraderNotFound``, also of who has gone: whoever waited for them to go is told what came of it.

    Rows that refer to the trader can still be written: their foreign keys ask for less than this lock forbids. What is
    counted under it is counted by a statement of its own: one that waited would still count what was there before.
    """
    if connection.execute(_locked(trader_id).where(traders.c.deleted_at.is_(None))).one_or_none() is None:
        raise TraderNotFound()


def row_of_one_still_here(table: Table, values: Mapping[str, Any]) -> Select[Any]:
    """A new row of a trader's own, to be inserted; no row where the trader has gone.

    A foreign key alone is satisfied by whoever has gone, and by who is just going once it has waited for that. So the
    trader's row is read under the very lock that the foreign key takes, which is judged anew after the wait.
    """
    of_trader = traders.c.id == values["trader_id"], traders.c.deleted_at.is_(None)
    row = select(*(literal(value, table.c[name].type).label(name) for name, value in values.items()))
    return row.select_from(traders).where(*of_trader).with_for_update(read=True, key_share=True)


def _locked(trader_id: UUID) -> Select[Any]:
    return select(traders.c.id).where(traders.c.id == trader_id).with_for_update(key_share=True)
