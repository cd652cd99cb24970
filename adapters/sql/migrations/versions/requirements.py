"""What makers ask of whoever takes from their ads. Ads of before ask nothing.

A process of the version before goes on, and asks nothing of anybody either.
"""

from __future__ import annotations

from alembic import op

revision = "requirements"
down_revision = "offer_fees"
branch_labels = None
depends_on = None

_NUMBERS = {"min_completed_offers": 1000, "min_completion_rate": 100}
_NUMBER = """ALTER TABLE ads ADD COLUMN {name} {small} DEFAULT 0 NOT NULL
    CONSTRAINT ads_{name}_range_check CHECK ({name} BETWEEN 0 AND {most})"""


def upgrade() -> None:
    """The same outcome on both engines."""
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    small, flag, no = ("SMALLINT", "BOOLEAN", "false") if on_postgresql else ("INTEGER", "INTEGER", "0")
    for name, most in _NUMBERS.items():
        op.execute(_NUMBER.format(name=name, small=small, most=most))
    op.execute(f"ALTER TABLE ads ADD COLUMN requires_kyc {flag} DEFAULT {no} NOT NULL")
