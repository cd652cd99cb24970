"""The table of disputes: how each was opened, who looks at it, what is proposed, and how it ended."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Text, text

from .making import amount_checks, partial_index, table
from .types import BIG, Amount, Id, Moment

disputes = table(
    "disputes",
    Column("offer_id", BIG, ForeignKey("offers.id"), primary_key=True, autoincrement=False),
    Column("opened_by", Id, ForeignKey("traders.id")),
    Column("reason", Text, nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("resolved_by", Id, ForeignKey("traders.id")),
    Column("in_favour_of", Text),
    Column("note", Text, nullable=False),
    Column("resolved_at", Moment),
    Column("version", BIG, primary_key=True, autoincrement=False, server_default=text("0")),
    Column("kind", Text, nullable=False, server_default=text("'other'")),
    Column("changes", BIG, nullable=False, server_default=text("0")),
    Column("handled_by", Id, ForeignKey("traders.id")),
    Column("proposed_by", Id, ForeignKey("traders.id")),
    Column("proposed_at", Moment),
    Column("proposed_for", Text),
    Column("proposed_amount", Amount),
    Column("proposed_note", Text, nullable=False, server_default=text("''")),
    Column("buyer_amount", Amount),
    *amount_checks("proposed_amount", "buyer_amount"),
)
partial_index("disputes_one_open_idx", "resolved_at IS NULL", disputes.c.offer_id, unique=True)
partial_index("disputes_queue_idx", "resolved_at IS NULL", disputes.c.opened_at, disputes.c.offer_id)
# Those that one of the staff looks at, and those of a kind, each in the order of the queue.
partial_index(
    "disputes_handled_idx", "resolved_at IS NULL", disputes.c.handled_by, disputes.c.opened_at, disputes.c.offer_id
)
partial_index("disputes_kind_idx", "resolved_at IS NULL", disputes.c.kind, disputes.c.opened_at, disputes.c.offer_id)
