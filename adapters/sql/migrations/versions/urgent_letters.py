"""Letters that go before others, and those that are too many for an address that nobody has shown to be theirs."""

from __future__ import annotations

from alembic import op

revision = "urgent_letters"
down_revision = "slowing"
branch_labels = None
depends_on = None

_STATEMENTS = (
    "ALTER TABLE letters ADD COLUMN urgency {small} DEFAULT 2 NOT NULL",
    "ALTER TABLE letters ADD COLUMN withheld_at {moment}",
    """UPDATE letters SET urgency = 0 WHERE state <> 'sent' AND EXISTS (
        SELECT 1 FROM notices WHERE notices.trader_id = letters.trader_id AND notices.number = letters.number
            AND notices.kind IN ('payment_indication', 'funds_released', 'offer_disputed', 'dispute_resolved'))""",
    "UPDATE letters SET urgency = 1 WHERE state <> 'sent' AND kind IN ('verify_code', 'reset_code')",
    "DROP INDEX letters_due_idx",
    """CREATE INDEX letters_due_idx ON letters (urgency, next_attempt_at, trader_id)
        WHERE state IN ('queued', 'sending')""",
    "CREATE INDEX letters_sent_idx ON letters (trader_id, sent_at) WHERE sent_at IS NOT NULL",
)
_POSTGRESQL_TYPES = {"small": "SMALLINT", "moment": "TIMESTAMP WITH TIME ZONE"}
_SQLITE_TYPES = {"small": "INTEGER", "moment": "TEXT"}


def upgrade() -> None:
    """The same outcome on both engines."""
    types = _POSTGRESQL_TYPES if op.get_bind().dialect.name == "postgresql" else _SQLITE_TYPES
    for statement in _STATEMENTS:
        op.execute(statement.format_map(types))
