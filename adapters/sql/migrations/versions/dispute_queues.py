"""Indexes for the parts of the queue of disputes that staff ask for: one's own, and those of a kind."""

from __future__ import annotations

from alembic import op

revision = "dispute_queues"
down_revision = "second_factors"
branch_labels = None
depends_on = None

_INDEXES = (
    "CREATE INDEX disputes_handled_idx ON disputes (handled_by, opened_at, offer_id) WHERE resolved_at IS NULL",
    "CREATE INDEX disputes_kind_idx ON disputes (kind, opened_at, offer_id) WHERE resolved_at IS NULL",
)


def upgrade() -> None:
    """The same on both engines."""
    for statement in _INDEXES:
        op.execute(statement)
