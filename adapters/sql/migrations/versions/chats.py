"""The chats of offers: their messages, kept for good, and how their members stand to them.

Chats begin with their first message, so that nothing is written for the offers of before.
"""

from __future__ import annotations

from alembic import op

revision = "chats"
down_revision = "trader_counts"
branch_labels = None
depends_on = None

_TABLES = (
    """CREATE TABLE chats (
    offer_id {big} NOT NULL,
    last {big} NOT NULL,
    headcount {small} NOT NULL,
    CONSTRAINT chats_pkey PRIMARY KEY (offer_id),
    CONSTRAINT chats_offer_id_fkey FOREIGN KEY(offer_id) REFERENCES offers (id)
)""",
    """CREATE TABLE chat_members (
    offer_id {big} NOT NULL,
    trader_id {id} NOT NULL,
    is_staff {flag} NOT NULL,
    read_up_to {big} NOT NULL,
    told_up_to {big} NOT NULL,
    mail_due_at {moment},
    mailed_at {moment},
    attached {small} NOT NULL,
    CONSTRAINT chat_members_pkey PRIMARY KEY (offer_id, trader_id),
    CONSTRAINT chat_members_due_check CHECK (mail_due_at IS NULL OR told_up_to > read_up_to),
    CONSTRAINT chat_members_offer_id_fkey FOREIGN KEY(offer_id) REFERENCES chats (offer_id),
    CONSTRAINT chat_members_trader_id_fkey FOREIGN KEY(trader_id) REFERENCES traders (id)
)""",
    """CREATE TABLE chat_messages (
    offer_id {big} NOT NULL,
    number {big} NOT NULL,
    "by" {id} NOT NULL,
    is_staff {flag} NOT NULL,
    text TEXT NOT NULL,
    at {moment} NOT NULL,
    file {id},
    file_name TEXT,
    content_type TEXT,
    size {big},
    CONSTRAINT chat_messages_pkey PRIMARY KEY (offer_id, number),
    CONSTRAINT chat_messages_file_key UNIQUE (file),
    CONSTRAINT chat_messages_offer_id_fkey FOREIGN KEY(offer_id) REFERENCES offers (id),
    CONSTRAINT chat_messages_by_fkey FOREIGN KEY("by") REFERENCES traders (id)
)""",
)
_INDEX = "CREATE INDEX chat_members_due_idx ON chat_members (mail_due_at) WHERE mail_due_at IS NOT NULL"
_POSTGRESQL_TYPES = {
    "big": "BIGINT",
    "small": "SMALLINT",
    "id": "UUID",
    "flag": "BOOLEAN",
    "moment": "TIMESTAMP WITH TIME ZONE",
}
_SQLITE_TYPES = {"big": "INTEGER", "small": "INTEGER", "id": "TEXT", "flag": "INTEGER", "moment": "TEXT"}

_KEPT_ON_POSTGRESQL = """CREATE TRIGGER chat_messages_{name} BEFORE {event} ON chat_messages
    FOR EACH {each} EXECUTE FUNCTION refuse_change()"""
_KEPT_ON_SQLITE = """CREATE TRIGGER chat_messages_no_{event} BEFORE {event} ON chat_messages BEGIN
    SELECT RAISE(ABORT, 'chat_messages is append-only');
END"""

_ON_POSTGRESQL = (
    *(table.format_map(_POSTGRESQL_TYPES) for table in _TABLES),
    _INDEX,
    _KEPT_ON_POSTGRESQL.format(name="append_only", event="UPDATE OR DELETE", each="ROW"),
    _KEPT_ON_POSTGRESQL.format(name="no_truncate", event="TRUNCATE", each="STATEMENT"),
)
_ON_SQLITE = (
    *(f"{table.format_map(_SQLITE_TYPES)} STRICT" for table in _TABLES),
    _INDEX,
    _KEPT_ON_SQLITE.format(event="update"),
    _KEPT_ON_SQLITE.format(event="delete"),
)


def upgrade() -> None:
    """The same outcome on both engines."""
    connection = op.get_bind()
    for statement in _ON_POSTGRESQL if connection.dialect.name == "postgresql" else _ON_SQLITE:
        connection.exec_driver_sql(statement, execution_options={"no_parameters": True})
