"""The tables of chats."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Text

from .making import partial_index, table
from .types import BIG, SMALL, Flag, Id, Moment

chats = table(
    "chats",
    Column("offer_id", BIG, ForeignKey("offers.id"), primary_key=True, autoincrement=False),
    Column("last", BIG, nullable=False),
    Column("headcount", SMALL, nullable=False),
)

chat_members = table(
    "chat_members",
    Column("offer_id", BIG, ForeignKey("chats.offer_id"), primary_key=True),
    Column("trader_id", Id, ForeignKey("traders.id"), primary_key=True),
    Column("is_staff", Flag, nullable=False),
    Column("read_up_to", BIG, nullable=False),
    Column("told_up_to", BIG, nullable=False),
    Column("mail_due_at", Moment),
    Column("mailed_at", Moment),
    Column("attached", SMALL, nullable=False),
    CheckConstraint("mail_due_at IS NULL OR told_up_to > read_up_to", name="due"),
)
partial_index("chat_members_due_idx", "mail_due_at IS NOT NULL", chat_members.c.mail_due_at)

chat_messages = table(
    "chat_messages",
    Column("offer_id", BIG, ForeignKey("offers.id"), primary_key=True),
    Column("number", BIG, primary_key=True),
    Column("by", Id, ForeignKey("traders.id"), nullable=False),
    Column("is_staff", Flag, nullable=False),
    Column("text", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("file", Id, unique=True),
    Column("file_name", Text),
    Column("content_type", Text),
    Column("size", BIG),
)
