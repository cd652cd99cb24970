"""What was done to somebody or something, and who is of the staff: both are looked up, and not gone through."""

from __future__ import annotations

from alembic import op

revision = "audit_subjects"
down_revision = "deleted_traders"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The same words on both engines."""
    op.execute("CREATE INDEX audit_trail_subject_idx ON audit_trail (subject, at)")
    op.execute("CREATE INDEX traders_staff_idx ON traders (id) WHERE is_staff")
