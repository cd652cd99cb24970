"""The tables of people: blocks, saved payment methods, feedback, how their offers ended, one-time passwords.

And of mails to staff.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Identity, Index, LargeBinary, Text, UniqueConstraint

from .making import one_of, table
from .types import BIG, SMALL, Flag, Id, Moment

blocks = table(
    "blocks",
    Column("id", BIG, Identity(), primary_key=True),
    Column("by", Id, ForeignKey("traders.id"), nullable=False),
    Column("whom", Id, ForeignKey("traders.id"), nullable=False),
    Column("at", Moment, nullable=False),
    UniqueConstraint("by", "whom"),
    CheckConstraint('"by" <> whom', name="two"),
    Index("blocks_by_id_idx", "by", "id"),
    Index("blocks_whom_idx", "whom", "by"),
)

saved_payment_methods = table(
    "saved_payment_methods",
    Column("id", BIG, Identity(), primary_key=True),
    Column("trader_id", Id, ForeignKey("traders.id"), nullable=False),
    Column("label", Text, nullable=False),
    Column("payment_method", Text, nullable=False),
    Column("bank_account_name", Text, nullable=False),
    Column("bank_account_number", Text, nullable=False),
    Column("bank_name", Text, nullable=False),
    Column("payment_details", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Index("saved_payment_methods_trader_id_idx", "trader_id", "id"),
)

# By digests of what was tried, since nobody is to read here what somebody typed.
wrong_tries = table(
    "wrong_tries",
    Column("digest", LargeBinary, primary_key=True),
    Column("moments", Text, nullable=False),
    Column("waits", SMALL, nullable=False),
    Column("until", Moment),
    Column("kept_until", Moment, nullable=False, index=True),
)

known_addresses = table(
    "known_addresses",
    Column("trader_id", Id, ForeignKey("traders.id"), primary_key=True),
    Column("address", Text, primary_key=True),
    Column("used_at", Moment, nullable=False, index=True),
)

feedback = table(
    "feedback",
    Column("offer_id", BIG, ForeignKey("offers.id"), primary_key=True),
    Column("by", Id, ForeignKey("traders.id"), primary_key=True),
    Column("whom", Id, ForeignKey("traders.id"), nullable=False),
    Column("positive", Flag, nullable=False),
    Column("rating", SMALL, nullable=False),
    Column("comment", Text, nullable=False),
    Column("at", Moment, nullable=False),
    CheckConstraint("rating BETWEEN 1 AND 5", name="rating_range"),
    Index("feedback_whom_idx", "whom", "at"),
)

endings = table(
    "endings",
    Column("offer_id", BIG, ForeignKey("offers.id"), primary_key=True),
    Column("trader_id", Id, ForeignKey("traders.id"), primary_key=True),
    Column("role", Text, nullable=False),
    Column("is_completed", Flag, nullable=False),
    Column("at_fault", Flag, nullable=False),
    Column("is_timed", Flag, nullable=False),
    one_of("role", "buyer", "seller"),
    # All that is counted of a trader is in the index, in which the last offers that tell a time are found, too.
    Index("endings_of_trader_idx", "trader_id", "role", "is_timed", "offer_id", "is_completed", "at_fault"),
)

second_factors = table(
    "second_factors",
    Column("trader_id", Id, ForeignKey("traders.id"), primary_key=True),
    Column("secret", LargeBinary, nullable=False),
    Column("begun_at", Moment, nullable=False),
    Column("confirmed_at", Moment),
    Column("last_step", BIG, nullable=False),
    Column("recovery_digests", LargeBinary, nullable=False),
    Column("wrong", SMALL, nullable=False),
    Column("wait_until", Moment),
)

# Who of the staff is owed a mail about disputes, and when each was sent the last one.
staff_mails = table(
    "staff_mails",
    Column("trader_id", Id, ForeignKey("traders.id"), primary_key=True),
    Column("owed_since", Moment),
    Column("mailed_at", Moment),
)
