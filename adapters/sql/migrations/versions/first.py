"""The first schema."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "first"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make all tables, indexes and triggers. The two engines differ in types and checks, so each has its own file."""
    connection = op.get_bind()
    script = Path(__file__).with_name(f"first_{connection.dialect.name}.sql").read_text(encoding="utf-8")
    for statement in script.split("\n\n")[1:]:
        connection.exec_driver_sql(statement, execution_options={"no_parameters": True})
