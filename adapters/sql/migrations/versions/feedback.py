"""What parties to completed offers say of each other, kept for good."""

from __future__ import annotations

from alembic import op

revision = "feedback"
down_revision = "notices_about_anything"
branch_labels = None
depends_on = None

_TABLE = """CREATE TABLE feedback (
    offer_id {big} NOT NULL,
    "by" {id} NOT NULL,
    whom {id} NOT NULL,
    positive {flag} NOT NULL,
    rating {small} NOT NULL,
    comment TEXT NOT NULL,
    at {moment} NOT NULL,
    CONSTRAINT feedback_pkey PRIMARY KEY (offer_id, "by"),
    CONSTRAINT feedback_rating_range_check CHECK (rating BETWEEN 1 AND 5),
    CONSTRAINT feedback_offer_id_fkey FOREIGN KEY(offer_id) REFERENCES offers (id),
    CONSTRAINT feedback_by_fkey FOREIGN KEY("by") REFERENCES traders (id),
    CONSTRAINT feedback_whom_fkey FOREIGN KEY(whom) REFERENCES traders (id)
)"""
_INDEX = "CREATE INDEX feedback_whom_idx ON feedback (whom, at)"
_POSTGRESQL_TYPES = {
    "big": "BIGINT",
    "small": "SMALLINT",
    "id": "UUID",
    "flag": "BOOLEAN",
    "moment": "TIMESTAMP WITH TIME ZONE",
}
_SQLITE_TYPES = {"big": "INTEGER", "small": "INTEGER", "id": "TEXT", "flag": "INTEGER", "moment": "TEXT"}

_KEPT_ON_POSTGRESQL = """CREATE TRIGGER feedback_{name} BEFORE {event} ON feedback
    FOR EACH {each} EXECUTE FUNCTION refuse_change()"""
_KEPT_ON_SQLITE = """CREATE TRIGGER feedback_no_{event} BEFORE {event} ON feedback BEGIN
    SELECT RAISE(ABORT, 'feedback is append-only');
END"""

_ON_POSTGRESQL = (
    _TABLE.format_map(_POSTGRESQL_TYPES),
    _INDEX,
    _KEPT_ON_POSTGRESQL.format(name="append_only", event="UPDATE OR DELETE", each="ROW"),
    _KEPT_ON_POSTGRESQL.format(name="no_truncate", event="TRUNCATE", each="STATEMENT"),
)
_ON_SQLITE = (
    f"{_TABLE.format_map(_SQLITE_TYPES)} STRICT",
    _INDEX,
    _KEPT_ON_SQLITE.format(event="update"),
    _KEPT_ON_SQLITE.format(event="delete"),
)


def upgrade() -> None:
    """The same outcome on both engines."""
    connection = op.get_bind()
    for statement in _ON_POSTGRESQL if connection.dialect.name == "postgresql" else _ON_SQLITE:
        connection.exec_driver_sql(statement, execution_options={"no_parameters": True})
