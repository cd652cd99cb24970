"""Disputes of a kind, which can be withdrawn and opened again, are looked at by somebody, and may end in a split.

What a process of the version before writes is a dispute of the kind ``other``; it knows one dispute an offer, and so it
must not run beside one of this version once a dispute was opened again.
"""

from __future__ import annotations

from alembic import op

revision = "dispute_kinds"
down_revision = "mail_codes"
branch_labels = None
depends_on = None

_VERSION = """(SELECT max(offer_history.version) FROM offer_history
    WHERE offer_history.offer_id = disputes.offer_id AND offer_history.kind = 'disputed')"""
_OPEN = "WHERE resolved_at IS NULL"
_INDEXES = (
    f"CREATE UNIQUE INDEX disputes_one_open_idx ON disputes (offer_id) {_OPEN}",
    f"CREATE INDEX disputes_queue_idx ON disputes (opened_at, offer_id) {_OPEN}",
    "CREATE INDEX offers_paid_idx ON offers (paid_at) WHERE state = 'paid'",
)
_KINDS = "'released', 'awarded_to_buyer', 'cancelled', 'expired', 'awarded_to_seller', 'split'"
_WORD = f"CONSTRAINT settlements_kind_word_check CHECK (kind IN ({_KINDS}))"


def _range(column: str) -> str:
    return f"""ALTER TABLE disputes ADD CONSTRAINT disputes_{column}_range_check
        CHECK ({column} >= 0 AND {column} < 1000000000000000000)"""


def _shape(column: str) -> str:
    pattern = "[0-9]" * 18 + "." + "[0-9]" * 20
    return f"CONSTRAINT disputes_{column}_shape_check CHECK ({column} GLOB '{pattern}')"


_ON_POSTGRESQL = (
    "ALTER TABLE disputes ADD COLUMN version BIGINT DEFAULT 0 NOT NULL",
    "ALTER TABLE disputes ADD COLUMN kind TEXT DEFAULT 'other' NOT NULL",
    "ALTER TABLE disputes ADD COLUMN changes BIGINT DEFAULT 0 NOT NULL",
    "ALTER TABLE disputes ADD COLUMN handled_by UUID",
    "ALTER TABLE disputes ADD COLUMN proposed_by UUID",
    "ALTER TABLE disputes ADD COLUMN proposed_at TIMESTAMP WITH TIME ZONE",
    "ALTER TABLE disputes ADD COLUMN proposed_for TEXT",
    "ALTER TABLE disputes ADD COLUMN proposed_amount NUMERIC(38, 20)",
    "ALTER TABLE disputes ADD COLUMN proposed_note TEXT DEFAULT '' NOT NULL",
    "ALTER TABLE disputes ADD COLUMN buyer_amount NUMERIC(38, 20)",
    "ALTER TABLE disputes ALTER COLUMN opened_by DROP NOT NULL",
    f"UPDATE disputes SET version = coalesce({_VERSION}, 0)",
    "ALTER TABLE disputes DROP CONSTRAINT disputes_pkey",
    "ALTER TABLE disputes ADD CONSTRAINT disputes_pkey PRIMARY KEY (offer_id, version)",
    *(
        f"ALTER TABLE disputes ADD CONSTRAINT disputes_{name}_fkey FOREIGN KEY({name}) REFERENCES traders (id)"
        for name in ("handled_by", "proposed_by")
    ),
    _range("proposed_amount"),
    _range("buyer_amount"),
    "ALTER TABLE settlements DROP CONSTRAINT settlements_kind_word_check",
    f"ALTER TABLE settlements ADD {_WORD}",
    *_INDEXES,
)

# SQLite changes no key and no CHECK, so both tables are made anew. Nothing refers to either.
_KEPT = "offer_id, opened_by, reason, opened_at, resolved_by, in_favour_of, note, resolved_at"
_SETTLED = "offer_id, kind, entry_id"
_ON_SQLITE = (
    f"""CREATE TABLE disputes_anew (
    offer_id INTEGER NOT NULL,
    opened_by TEXT,
    reason TEXT NOT NULL,
    opened_at TEXT NOT NULL,
    resolved_by TEXT,
    in_favour_of TEXT,
    note TEXT NOT NULL,
    resolved_at TEXT,
    version INTEGER DEFAULT 0 NOT NULL,
    kind TEXT DEFAULT 'other' NOT NULL,
    changes INTEGER DEFAULT 0 NOT NULL,
    handled_by TEXT,
    proposed_by TEXT,
    proposed_at TEXT,
    proposed_for TEXT,
    proposed_amount TEXT,
    proposed_note TEXT DEFAULT '' NOT NULL,
    buyer_amount TEXT,
    CONSTRAINT disputes_pkey PRIMARY KEY (offer_id, version),
    {_shape("proposed_amount")},
    {_shape("buyer_amount")},
    CONSTRAINT disputes_offer_id_fkey FOREIGN KEY(offer_id) REFERENCES offers (id),
    CONSTRAINT disputes_opened_by_fkey FOREIGN KEY(opened_by) REFERENCES traders (id),
    CONSTRAINT disputes_handled_by_fkey FOREIGN KEY(handled_by) REFERENCES traders (id),
    CONSTRAINT disputes_proposed_by_fkey FOREIGN KEY(proposed_by) REFERENCES traders (id),
    CONSTRAINT disputes_resolved_by_fkey FOREIGN KEY(resolved_by) REFERENCES traders (id)
) STRICT""",
    f"""INSERT INTO disputes_anew ({_KEPT}, version)
        SELECT {_KEPT}, coalesce({_VERSION}, 0) FROM disputes""",
    "DROP TABLE disputes",
    "ALTER TABLE disputes_anew RENAME TO disputes",
    f"""CREATE TABLE settlements_anew (
    offer_id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    entry_id INTEGER,
    CONSTRAINT settlements_pkey PRIMARY KEY (offer_id),
    {_WORD},
    CONSTRAINT settlements_offer_id_fkey FOREIGN KEY(offer_id) REFERENCES offers (id),
    CONSTRAINT settlements_entry_id_key UNIQUE (entry_id),
    CONSTRAINT settlements_entry_id_fkey FOREIGN KEY(entry_id) REFERENCES entries (id)
) STRICT""",
    f"INSERT INTO settlements_anew ({_SETTLED}) SELECT {_SETTLED} FROM settlements",
    "DROP TABLE settlements",
    "ALTER TABLE settlements_anew RENAME TO settlements",
    *(
        f"""CREATE TRIGGER settlements_no_{event} BEFORE {event} ON settlements BEGIN
    SELECT RAISE(ABORT, 'settlements is append-only');
END"""
        for event in ("update", "delete")
    ),
    *_INDEXES,
)


def upgrade() -> None:
    """The same outcome on both engines."""
    connection = op.get_bind()
    for statement in _ON_POSTGRESQL if connection.dialect.name == "postgresql" else _ON_SQLITE:
        connection.exec_driver_sql(statement, execution_options={"no_parameters": True})
