"""The tables of what is said of the books: the journal's chain, and what the desk owes."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Text, UniqueConstraint

from .making import amount_checks, table
from .types import BIG, Amount, Moment

journal_links = table(
    "journal_links",
    Column("number", BIG, primary_key=True, autoincrement=False),
    Column("last_entry", BIG, nullable=False, unique=True),
    Column("entries", BIG, nullable=False),
    Column("digest", Text, nullable=False),
    Column("at", Moment, nullable=False),
    CheckConstraint("length(digest) = 64", name="digest_length"),
)

solvency_statements = table(
    "solvency_statements",
    Column("number", BIG, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    # As the link was then; 0 and nothing before the first.
    Column("link_number", BIG, nullable=False),
    Column("link_digest", Text, nullable=False),
    Column("seed", Text, nullable=False),
)

solvency_totals = table(
    "solvency_totals",
    Column("number", BIG, ForeignKey("solvency_statements.number"), primary_key=True, autoincrement=False),
    Column("currency", Text, primary_key=True),
    Column("owed", Amount, nullable=False),
    Column("in_escrow", Amount, nullable=False),
    Column("leaves", BIG, nullable=False),
    Column("root", Text, nullable=False),
    *amount_checks("owed", "in_escrow"),
)

# The leaves of the last two statements, 256 to a row, in the order of their nonces.
solvency_blocks = table(
    "solvency_blocks",
    Column("number", BIG, ForeignKey("solvency_statements.number"), primary_key=True, autoincrement=False),
    Column("currency", Text, primary_key=True),
    Column("position", BIG, primary_key=True, autoincrement=False),
    # Beginnings are looked up by their order, which is to be that of the characters.
    Column("first_nonce", Text().with_variant(Text(collation="C"), "postgresql"), nullable=False),
    Column("leaves", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("owed", Amount, nullable=False),
    Column("in_escrow", Amount, nullable=False),
    *amount_checks("owed", "in_escrow"),
    UniqueConstraint("number", "currency", "first_nonce"),
)

# What stands above the blocks: the tops of 256 of them to a row, and above these those of 256 such rows, and so on.
solvency_tiers = table(
    "solvency_tiers",
    Column("number", BIG, ForeignKey("solvency_statements.number"), primary_key=True, autoincrement=False),
    Column("currency", Text, primary_key=True),
    Column("level", BIG, primary_key=True, autoincrement=False),
    Column("position", BIG, primary_key=True, autoincrement=False),
    Column("nodes", Text, nullable=False),
)
