"""The chain of the journal, which is only ever added to, and what the desk has said that it owes.

A process of the version before neither reads nor writes any of it.
"""

from __future__ import annotations

from alembic import op

revision = "solvency"
down_revision = "staff_mails"
branch_labels = None
depends_on = None

_TABLES = (
    """CREATE TABLE journal_links (
    number {big} NOT NULL,
    last_entry {big} NOT NULL,
    entries {big} NOT NULL,
    digest TEXT NOT NULL,
    at {moment} NOT NULL,
    CONSTRAINT journal_links_pkey PRIMARY KEY (number),
    CONSTRAINT journal_links_digest_length_check CHECK (length(digest) = 64),
    CONSTRAINT journal_links_last_entry_key UNIQUE (last_entry)
)""",
    """CREATE TABLE solvency_statements (
    number {big} NOT NULL,
    at {moment} NOT NULL,
    link_number {big} NOT NULL,
    link_digest TEXT NOT NULL,
    seed TEXT NOT NULL,
    CONSTRAINT solvency_statements_pkey PRIMARY KEY (number)
)""",
    """CREATE TABLE solvency_totals (
    number {big} NOT NULL,
    currency TEXT NOT NULL,
    owed {amount} NOT NULL,
    in_escrow {amount} NOT NULL,
    leaves {big} NOT NULL,
    root TEXT NOT NULL,
    CONSTRAINT solvency_totals_pkey PRIMARY KEY (number, currency),
    {owed_check},
    {in_escrow_check},
    CONSTRAINT solvency_totals_number_fkey FOREIGN KEY(number) REFERENCES solvency_statements (number)
)""",
    """CREATE TABLE solvency_blocks (
    number {big} NOT NULL,
    currency TEXT NOT NULL,
    position {big} NOT NULL,
    first_nonce {ordered} NOT NULL,
    leaves TEXT NOT NULL,
    digest TEXT NOT NULL,
    owed {amount} NOT NULL,
    in_escrow {amount} NOT NULL,
    CONSTRAINT solvency_blocks_pkey PRIMARY KEY (number, currency, position),
    {owed_check},
    {in_escrow_check},
    CONSTRAINT solvency_blocks_number_currency_first_nonce_key UNIQUE (number, currency, first_nonce),
    CONSTRAINT solvency_blocks_number_fkey FOREIGN KEY(number) REFERENCES solvency_statements (number)
)""",
)
_POSTGRESQL_TYPES = {
    "big": "BIGINT",
    "amount": "NUMERIC(38, 20)",
    "moment": "TIMESTAMP WITH TIME ZONE",
    "ordered": 'TEXT COLLATE "C"',
}
_SQLITE_TYPES = {"big": "INTEGER", "amount": "TEXT", "moment": "TEXT", "ordered": "TEXT"}
_POSTGRESQL_CHECK = "CONSTRAINT {table}_{name}_range_check CHECK ({name} >= 0 AND {name} < 1000000000000000000)"
_SQLITE_CHECK = "CONSTRAINT {table}_{name}_shape_check CHECK ({name} GLOB '{pattern}')"
_PATTERN = "[0-9]" * 18 + "." + "[0-9]" * 20

_KEPT_ON_POSTGRESQL = """CREATE TRIGGER journal_links_{name} BEFORE {event} ON journal_links
    FOR EACH {each} EXECUTE FUNCTION refuse_change()"""
_KEPT_ON_SQLITE = """CREATE TRIGGER journal_links_no_{event} BEFORE {event} ON journal_links BEGIN
    SELECT RAISE(ABORT, 'journal_links is append-only');
END"""
_TRIGGERS_ON_POSTGRESQL = (
    _KEPT_ON_POSTGRESQL.format(name="append_only", event="UPDATE OR DELETE", each="ROW"),
    _KEPT_ON_POSTGRESQL.format(name="no_truncate", event="TRUNCATE", each="STATEMENT"),
)
_TRIGGERS_ON_SQLITE = (_KEPT_ON_SQLITE.format(event="update"), _KEPT_ON_SQLITE.format(event="delete"))


def upgrade() -> None:
    """The same outcome on both engines."""
    connection = op.get_bind()
    is_postgresql = connection.dialect.name == "postgresql"
    types = _POSTGRESQL_TYPES if is_postgresql else _SQLITE_TYPES
    check = _POSTGRESQL_CHECK if is_postgresql else _SQLITE_CHECK
    statements: list[str] = []
    for table in _TABLES:
        name = table.split()[2]
        checks = {
            f"{column}_check": check.format(table=name, name=column, pattern=_PATTERN)
            for column in ("owed", "in_escrow")
        }
        statements.append(table.format_map({**types, **checks}) + ("" if is_postgresql else " STRICT"))
    statements += _TRIGGERS_ON_POSTGRESQL if is_postgresql else _TRIGGERS_ON_SQLITE
    for statement in statements:
        connection.exec_driver_sql(statement, execution_options={"no_parameters": True})
