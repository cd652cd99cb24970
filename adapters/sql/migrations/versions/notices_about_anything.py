"""Notices that are about no offer, and letters that no notice is behind.

A process of the version before goes on as it did: what it writes has all that is no longer asked for. It would stumble
over a letter that no notice is behind, so the version that begins to write such letters comes after this one.
"""

from __future__ import annotations

from alembic import op

revision = "notices_about_anything"
down_revision = "offer_payment_details"
branch_labels = None
depends_on = None

_ABOUT = "CONSTRAINT notices_about_check CHECK ((offer_id IS NULL) = (offer_version IS NULL))"
_TOLD = """CONSTRAINT letters_told_check
    CHECK (number IS NOT NULL OR (kind IS NOT NULL AND facts IS NOT NULL AND created_at IS NOT NULL))"""
_OF_A_TRADER = "CONSTRAINT letters_trader_id_fkey FOREIGN KEY(trader_id) REFERENCES traders (id)"

_ON_POSTGRESQL = (
    "ALTER TABLE notices ALTER COLUMN offer_id DROP NOT NULL",
    "ALTER TABLE notices ALTER COLUMN offer_version DROP NOT NULL",
    f"ALTER TABLE notices ADD {_ABOUT}",
    "ALTER TABLE letters ALTER COLUMN number DROP NOT NULL",
    "ALTER TABLE letters ADD COLUMN kind TEXT",
    "ALTER TABLE letters ADD COLUMN facts TEXT",
    "ALTER TABLE letters ADD COLUMN created_at TIMESTAMP WITH TIME ZONE",
    f"ALTER TABLE letters ADD {_TOLD}",
    f"ALTER TABLE letters ADD {_OF_A_TRADER}",
)

# SQLite takes no NOT NULL back, so both tables are made anew. Letters refer to notices and nothing refers to letters;
# they are put aside meanwhile, in a table that refers to nothing.
_KEPT = "id, trader_id, number, message_id, state, attempts, next_attempt_at, claim, last_error, sent_at"
_NOTICE = "trader_id, number, kind, offer_id, offer_version, frame, facts, is_mailed, created_at"
_ON_SQLITE = (
    f"CREATE TABLE letters_aside AS SELECT {_KEPT} FROM letters",
    "DROP TABLE letters",
    f"""CREATE TABLE notices_anew (
    trader_id TEXT NOT NULL,
    number INTEGER NOT NULL,
    kind TEXT NOT NULL,
    offer_id INTEGER,
    offer_version INTEGER,
    frame TEXT NOT NULL,
    facts TEXT NOT NULL,
    is_mailed INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    CONSTRAINT notices_pkey PRIMARY KEY (trader_id, number),
    {_ABOUT},
    CONSTRAINT notices_trader_id_fkey FOREIGN KEY(trader_id) REFERENCES traders (id),
    CONSTRAINT notices_offer_id_fkey FOREIGN KEY(offer_id) REFERENCES offers (id)
) STRICT""",
    f"INSERT INTO notices_anew ({_NOTICE}) SELECT {_NOTICE} FROM notices",
    "DROP TABLE notices",
    "ALTER TABLE notices_anew RENAME TO notices",
    "CREATE INDEX notices_offer_idx ON notices (offer_id, offer_version)",
    f"""CREATE TABLE letters (
    id INTEGER NOT NULL,
    trader_id TEXT NOT NULL,
    number INTEGER,
    message_id TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    next_attempt_at TEXT NOT NULL,
    claim TEXT,
    last_error TEXT,
    sent_at TEXT,
    kind TEXT,
    facts TEXT,
    created_at TEXT,
    CONSTRAINT letters_pkey PRIMARY KEY (id),
    {_TOLD},
    CONSTRAINT letters_trader_id_number_fkey FOREIGN KEY(trader_id, number) REFERENCES notices (trader_id, number),
    CONSTRAINT letters_trader_id_number_key UNIQUE (trader_id, number),
    CONSTRAINT letters_state_word_check CHECK (state IN ('queued', 'sending', 'sent', 'parked')),
    {_OF_A_TRADER},
    CONSTRAINT letters_message_id_key UNIQUE (message_id)
) STRICT""",
    f"INSERT INTO letters ({_KEPT}) SELECT {_KEPT} FROM letters_aside",
    "DROP TABLE letters_aside",
    "CREATE INDEX letters_due_idx ON letters (next_attempt_at) WHERE state IN ('queued', 'sending')",
    "CREATE INDEX letters_parked_idx ON letters (id) WHERE state = 'parked'",
)


def upgrade() -> None:
    """The same outcome on both engines."""
    connection = op.get_bind()
    for statement in _ON_POSTGRESQL if connection.dialect.name == "postgresql" else _ON_SQLITE:
        connection.exec_driver_sql(statement, execution_options={"no_parameters": True})
