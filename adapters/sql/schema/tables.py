"""The tables. What must never be true is refused here too, by CHECKs, keys and triggers, whatever the code does."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    LargeBinary,
    Text,
    UniqueConstraint,
    false,
    text,
)

from .ad_tables import ads as ads
from .audit_tables import journal_links as journal_links
from .audit_tables import solvency_blocks as solvency_blocks
from .audit_tables import solvency_statements as solvency_statements
from .audit_tables import solvency_tiers as solvency_tiers
from .audit_tables import solvency_totals as solvency_totals
from .chat_tables import chat_members as chat_members
from .chat_tables import chat_messages as chat_messages
from .chat_tables import chats as chats
from .dispute_tables import disputes as disputes
from .making import amount_checks as _amount_checks
from .making import metadata as metadata
from .making import one_of as _one_of
from .making import partial_index as _partial_index
from .making import table as _table
from .people_tables import blocks as blocks
from .people_tables import endings as endings
from .people_tables import feedback as feedback
from .people_tables import known_addresses as known_addresses
from .people_tables import saved_payment_methods as saved_payment_methods
from .people_tables import second_factors as second_factors
from .people_tables import staff_mails as staff_mails
from .people_tables import wrong_tries as wrong_tries
from .rate_tables import market_rates as market_rates
from .types import AMOUNT_PATTERN, BIG, SMALL, Amount, Flag, Id, Moment
from .webhook_tables import webhooks as webhooks

DESK_OWNER_ID = UUID(int=0)
"""The owner of the desk's own accounts, ``outside`` and ``fees``, which belong to no trader."""


traders = _table(
    "traders",
    Column("id", Id, primary_key=True),
    Column("email", Text, nullable=False),
    Column("email_key", Text, nullable=False, unique=True),
    Column("fullname", Text, nullable=False),
    Column("country", Text),
    Column("email_verified", Flag, nullable=False),
    Column("phone_number_verified", Flag, nullable=False),
    Column("country_verified", Flag, nullable=False),
    Column("has_kyc", Flag, nullable=False),
    Column("is_staff", Flag, nullable=False),
    Column("is_suspended", Flag, nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("positive_feedback_count", BIG, nullable=False),
    Column("negative_feedback_count", BIG, nullable=False),
    Column("stars_total", BIG, nullable=False),
    Column("stars_count", BIG, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("has_totp", Flag, nullable=False, server_default=false()),
    Column("deleted_at", Moment),
)

# Those who joined last, of all and of the suspended.
Index("traders_newest_idx", traders.c.created_at, traders.c.id)
_partial_index("traders_suspended_idx", "is_suspended", traders.c.created_at, traders.c.id)
_partial_index("traders_staff_idx", "is_staff", traders.c.id)

trader_words = _table(
    "trader_words",
    # Beginnings of words are looked up by their order, which is to be that of the characters.
    Column("word", Text().with_variant(Text(collation="C"), "postgresql"), primary_key=True),
    Column("trader_id", Id, ForeignKey("traders.id"), primary_key=True),
)

restrictions = _table(
    "restrictions",
    Column("trader_id", Id, ForeignKey("traders.id"), primary_key=True),
    Column("crypto_currency", Text, primary_key=True),
    Column("at", Moment, nullable=False),
)

logins = _table(
    "logins",
    Column("id", Id, primary_key=True),
    Column("trader_id", Id, ForeignKey("traders.id"), nullable=False),
    Column("refresh_id", Id, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
    Column("ended_at", Moment),
    Column("used_at", Moment),
    Column("exchanged_id", Id),
    Column("access_id", Id),
    Column("address", Text, nullable=False, server_default=""),
    Column("client", Text, nullable=False, server_default=""),
    Index("logins_trader_id_idx", "trader_id", "created_at"),
)

tickets = _table(
    "tickets",
    Column("digest", LargeBinary, primary_key=True),
    Column("login_id", Id, ForeignKey("logins.id"), nullable=False, index=True),
    Column("expires_at", Moment, nullable=False, index=True),
)

api_keys = _table(
    "api_keys",
    Column("id", Id, ForeignKey("logins.id", ondelete="CASCADE"), primary_key=True),
    Column("trader_id", Id, ForeignKey("traders.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("scopes", Text, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment),
    Index("api_keys_trader_id_idx", "trader_id", "created_at"),
)

mail_codes = _table(
    "mail_codes",
    Column("id", Id, primary_key=True),
    Column("trader_id", Id, ForeignKey("traders.id"), nullable=False),
    Column("purpose", Text, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("created_at", Moment, nullable=False, index=True),
    Column("tries", SMALL, nullable=False),
    Column("used_at", Moment),
    Index("mail_codes_trader_id_idx", "trader_id", "purpose", "created_at"),
)

idempotency_keys = _table(
    "idempotency_keys",
    Column("trader_id", Id, ForeignKey("traders.id"), primary_key=True),
    Column("key", Text, primary_key=True),
    Column("fingerprint", LargeBinary, nullable=False),
    Column("status", SMALL, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("location", Text),
    Column("created_at", Moment, nullable=False, index=True),
)

accounts = _table(
    "accounts",
    Column("owner", Id, primary_key=True),
    Column("currency", Text, primary_key=True),
    Column("purse", Text, primary_key=True),
    Column("balance", Amount, nullable=False),
    Column("version", BIG, nullable=False),
    _one_of("purse", "main", "p2p", "escrow", "outside", "fees"),
    CheckConstraint(f"(owner = '{DESK_OWNER_ID}') = (purse IN ('outside', 'fees'))", name="owner_purse"),
    CheckConstraint(
        "balance < 1000000000000000000 AND balance > -1000000000000000000 AND (balance >= 0 OR purse = 'outside')",
        name="balance_range",
    ).ddl_if(dialect="postgresql"),
    CheckConstraint(
        f"ltrim(balance, '-') GLOB '{AMOUNT_PATTERN}'"
        " AND (balance NOT LIKE '-%' OR (purse = 'outside' AND balance NOT LIKE '--%'))",
        name="balance_shape",
    ).ddl_if(dialect="sqlite"),
)

entries = _table(
    "entries",
    Column("id", BIG, Identity(), primary_key=True),
    Column("kind", Text, nullable=False),
    Column("reference", Text, nullable=False),
    Column("at", Moment, nullable=False),
    UniqueConstraint("kind", "reference"),
)

postings = _table(
    "postings",
    Column("entry_id", BIG, ForeignKey("entries.id"), primary_key=True),
    Column("line", SMALL, primary_key=True),
    Column("owner", Id, nullable=False),
    Column("currency", Text, nullable=False),
    Column("purse", Text, nullable=False),
    Column("side", Text, nullable=False),
    Column("amount", Amount, nullable=False),
    ForeignKeyConstraint(["owner", "currency", "purse"], ["accounts.owner", "accounts.currency", "accounts.purse"]),
    _one_of("side", "debit", "credit"),
    *_amount_checks("amount"),
    CheckConstraint("amount > 0", name="amount_positive").ddl_if(dialect="postgresql"),
    CheckConstraint(f"amount > '{'0' * 18}.{'0' * 20}'", name="amount_above_zero").ddl_if(dialect="sqlite"),
    Index("postings_owner_entry_idx", "owner", "entry_id"),
)

offers = _table(
    "offers",
    Column("id", BIG, Identity(), primary_key=True),
    Column("ad_id", BIG, ForeignKey("ads.id"), nullable=False),
    Column("taker_id", Id, ForeignKey("traders.id"), nullable=False),
    Column("currency_amount", Amount, nullable=False),
    Column("fiat_amount", Amount, nullable=False),
    Column("bank_account_name", Text, nullable=False),
    Column("bank_account_number", Text, nullable=False),
    Column("bank_name", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("deadline", Moment, nullable=False),
    Column("state", Text, nullable=False),
    Column("paid_at", Moment),
    Column("ended_at", Moment),
    Column("version", BIG, nullable=False),
    Column("payment_details", Text, nullable=False, server_default=text("''")),
    # What an offer keeps of its ad. Those from before, and those of ads that had ended by then, have none of it.
    Column("price_per_unit", Amount),
    Column("payment_method", Text),
    Column("pay_to_account_name", Text),
    Column("pay_to_account_number", Text),
    Column("pay_to_bank_name", Text),
    Column("pay_to_details", Text),
    Column("client_reference", Text),
    # Offers from before have none.
    Column("fee_percent", Amount),
    CheckConstraint("(price_per_unit IS NULL) = (pay_to_details IS NULL)", name="kept"),
    _one_of("state", "pending", "paid", "disputed", "completed", "cancelled", "expired"),
    *_amount_checks("currency_amount", "fiat_amount", "price_per_unit", "fee_percent"),
    Index("offers_ad_id_idx", "ad_id", "id"),
    Index("offers_taker_id_idx", "taker_id", "id"),
    Index("offers_state_idx", "state", "id"),
)
_partial_index("offers_due_idx", "state = 'pending'", offers.c.deadline)
_partial_index(
    "offers_client_reference_idx",
    "client_reference IS NOT NULL",
    offers.c.taker_id,
    offers.c.client_reference,
    offers.c.id,
)
_partial_index("offers_disputed_idx", "state = 'disputed'", offers.c.id)
_partial_index("offers_live_idx", "state IN ('pending', 'paid', 'disputed')", offers.c.taker_id, offers.c.deadline)
_partial_index("offers_live_of_ad_idx", "state IN ('pending', 'paid', 'disputed')", offers.c.ad_id, offers.c.id)
_partial_index("offers_failed_idx", "state IN ('cancelled', 'expired')", offers.c.taker_id, offers.c.ended_at)
_partial_index("offers_paid_idx", "state = 'paid'", offers.c.paid_at)

offer_history = _table(
    "offer_history",
    Column("offer_id", BIG, ForeignKey("offers.id"), primary_key=True),
    Column("version", BIG, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("by", Id),
)

settlements = _table(
    "settlements",
    Column("offer_id", BIG, ForeignKey("offers.id"), primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("entry_id", BIG, ForeignKey("entries.id"), unique=True),
    _one_of("kind", "released", "awarded_to_buyer", "cancelled", "expired", "awarded_to_seller", "split"),
)

notice_counters = _table(
    "notice_counters",
    Column("trader_id", Id, ForeignKey("traders.id"), primary_key=True),
    Column("last", BIG, nullable=False),
    Column("read_up_to", BIG, nullable=False),
    # When the database was brought back to an earlier point for the last time, in seconds since 1970; zero is never.
    Column("epoch", BIG, nullable=False, server_default=text("0")),
    CheckConstraint("read_up_to BETWEEN 0 AND last", name="read_range"),
)

notices = _table(
    "notices",
    Column("trader_id", Id, ForeignKey("traders.id"), primary_key=True),
    Column("number", BIG, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("offer_id", BIG, ForeignKey("offers.id")),
    Column("offer_version", BIG),
    Column("frame", Text, nullable=False),
    Column("facts", Text, nullable=False),
    Column("is_mailed", Flag, nullable=False),
    Column("created_at", Moment, nullable=False),
    # For which request it was written, where anybody said so.
    Column("request_id", Id),
    CheckConstraint("(offer_id IS NULL) = (offer_version IS NULL)", name="about"),
    Index("notices_offer_idx", "offer_id", "offer_version"),
)

letters = _table(
    "letters",
    Column("id", BIG, Identity(), primary_key=True),
    Column("trader_id", Id, ForeignKey("traders.id"), nullable=False),
    Column("number", BIG),
    Column("message_id", Text, nullable=False, unique=True),
    Column("state", Text, nullable=False),
    Column("attempts", SMALL, nullable=False),
    Column("next_attempt_at", Moment, nullable=False),
    Column("claim", Id),
    Column("last_error", Text),
    Column("sent_at", Moment),
    # What a letter says is in its notice, and here where it has none.
    Column("kind", Text),
    Column("facts", Text),
    Column("created_at", Moment),
    Column("urgency", SMALL, nullable=False, server_default=text("2")),
    Column("withheld_at", Moment),
    Column("request_id", Id),
    CheckConstraint(
        "number IS NOT NULL OR (kind IS NOT NULL AND facts IS NOT NULL AND created_at IS NOT NULL)", name="told"
    ),
    ForeignKeyConstraint(["trader_id", "number"], ["notices.trader_id", "notices.number"]),
    UniqueConstraint("trader_id", "number"),
    _one_of("state", "queued", "sending", "sent", "parked"),
)
_DUE = (letters.c.urgency, letters.c.next_attempt_at, letters.c.trader_id)
_partial_index("letters_due_idx", "state IN ('queued', 'sending')", *_DUE)
_partial_index("letters_sent_idx", "sent_at IS NOT NULL", letters.c.trader_id, letters.c.sent_at)
_partial_index("letters_parked_idx", "state = 'parked'", letters.c.id)
_partial_index("letters_old_idx", "sent_at IS NOT NULL", letters.c.sent_at)
_partial_index("letters_withheld_idx", "withheld_at IS NOT NULL", letters.c.withheld_at)

# One row, once letters were forgotten that had been sent before some moment.
forgotten = _table(
    "forgotten",
    Column("number", SMALL, primary_key=True, autoincrement=False),
    Column("letters_before", Moment, nullable=False),
    CheckConstraint("number = 1", name="one_row"),
)

# Those who were shut out with what they had under way, until all of that has ended.
trades_to_end = _table(
    "trades_to_end",
    Column("trader_id", Id, ForeignKey("traders.id"), primary_key=True),
    Column("since", Moment, nullable=False),
)

# One row while the desk is frozen, else none.
desk_freeze = _table(
    "desk_freeze",
    Column("number", SMALL, primary_key=True, autoincrement=False),
    Column("since", Moment, nullable=False),
    CheckConstraint("number = 1", name="one_row"),
)

# What is written to find out whether anything can be.
heartbeat = _table(
    "heartbeat",
    Column("number", SMALL, primary_key=True, autoincrement=False),
    Column("beats", BIG, nullable=False),
    CheckConstraint("number = 1", name="one_row"),
)

# One row: when the books were checked for the last time.
ledger_checks = _table(
    "ledger_checks",
    Column("number", SMALL, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    Column("broken", BIG, nullable=False),
    CheckConstraint("number = 1", name="one_row"),
    CheckConstraint("broken >= 0", name="broken"),
)

audit_trail = _table(
    "audit_trail",
    Column("id", BIG, Identity(), primary_key=True),
    Column("by", Id, ForeignKey("traders.id")),
    Column("at", Moment, nullable=False),
    Column("act", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("note", Text, nullable=False),
    # What was done to it lately.
    Index("audit_trail_subject_idx", "subject", "at"),
)

# The revisions of migrations whose code can work with the tables as they are.
compatible_revisions = _table("compatible_revisions", Column("revision", Text, primary_key=True))

# Each time that the database was brought back to an earlier point.
restores = _table(
    "restores",
    Column("epoch", BIG, primary_key=True, autoincrement=False),
    Column("ids_above", BIG, nullable=False),
)
