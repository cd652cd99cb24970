"""The table of webhooks, each with what is due to be sent to it."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, LargeBinary, Text

from .making import partial_index, table
from .types import BIG, SMALL, Flag, Id, Moment

webhooks = table(
    "webhooks",
    Column("id", Id, primary_key=True),
    Column("trader_id", Id, ForeignKey("traders.id"), nullable=False),
    Column("url", Text, nullable=False),
    # Words with blanks between and around them; empty where it is for all kinds of notices.
    Column("types", Text, nullable=False),
    Column("sealed_secret", LargeBinary, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("is_on", Flag, nullable=False),
    Column("last_status", SMALL),
    Column("last_at", Moment),
    # The number of the last notice that is done with.
    Column("position", BIG, nullable=False),
    Column("tries", SMALL, nullable=False),
    Column("retry_at", Moment),
    # While it is claimed this is the end of the lease, and where there is nothing to send there is none.
    Column("due_at", Moment),
    Column("claim", Id),
    Column("test_id", Id),
    Column("is_proven", Flag, nullable=False),
    CheckConstraint("tries BETWEEN 0 AND 9", name="tries_range"),
    CheckConstraint("claim IS NULL OR due_at IS NOT NULL", name="lease"),
    Index("webhooks_trader_id_idx", "trader_id", "created_at"),
)
partial_index("webhooks_due_idx", "due_at IS NOT NULL", webhooks.c.is_proven, webhooks.c.due_at)
