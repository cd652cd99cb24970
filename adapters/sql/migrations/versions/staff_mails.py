"""Who of the staff is owed a mail about disputes, and when each was sent one last.

A process of the version before goes on, and staff are told by frames alone.
"""

from __future__ import annotations

from alembic import op

revision = "staff_mails"
down_revision = "audit_subjects"
branch_labels = None
depends_on = None

_TABLE = """CREATE TABLE staff_mails (
    trader_id {id} NOT NULL,
    owed_since {moment},
    mailed_at {moment},
    CONSTRAINT staff_mails_pkey PRIMARY KEY (trader_id),
    CONSTRAINT staff_mails_trader_id_fkey FOREIGN KEY(trader_id) REFERENCES traders (id)
)"""
_ON_POSTGRESQL = _TABLE.format(id="UUID", moment="TIMESTAMP WITH TIME ZONE")
_ON_SQLITE = f"{_TABLE.format(id='TEXT', moment='TEXT')} STRICT"


def upgrade() -> None:
    """The same outcome on both engines."""
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    op.execute(_ON_POSTGRESQL if is_postgresql else _ON_SQLITE)
