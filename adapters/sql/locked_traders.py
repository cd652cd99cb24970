"""A trader's row as a lock, for whoever counts what is theirs."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.engine import Connection

from domain.errors import TraderNotFound

from .schema.tables import traders


def lock_trader(connection: Connection, trader_id: UUID) -> None:
    """Have those wait who lock this trader, too, in order to count what is theirs; nobody else.

    Raises ``TraderNotFound``.

    Rows that refer to the trader can still be written: their foreign keys ask for less than this lock forbids. What is
    counted under it is counted by a statement of its own: one that waited would still count what was there before.
    """
    trader = select(traders.c.id).where(traders.c.id == trader_id).with_for_update(key_share=True)
    if connection.execute(trader).one_or_none() is None:
        raise TraderNotFound()
