"""What stands above the blocks of a statement's leaves, so that a path is read from a few rows however many there are.

A statement of the version before has none of it, and its paths are made from the tops of all its blocks, as before.
"""

from __future__ import annotations

from alembic import op

revision = "solvency_tiers"
down_revision = "forgotten_letters"
branch_labels = None
depends_on = None
expands = True

_TABLE = """CREATE TABLE solvency_tiers (
    number {big} NOT NULL,
    currency TEXT NOT NULL,
    level {big} NOT NULL,
    position {big} NOT NULL,
    nodes TEXT NOT NULL,
    CONSTRAINT solvency_tiers_pkey PRIMARY KEY (number, currency, level, position),
    CONSTRAINT solvency_tiers_number_fkey FOREIGN KEY(number) REFERENCES solvency_statements (number)
)"""


def upgrade() -> None:
    """The same outcome on both engines."""
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        statement = _TABLE.format(big="BIGINT")
    else:
        statement = f"{_TABLE.format(big='INTEGER')} STRICT"
    connection.exec_driver_sql(statement, execution_options={"no_parameters": True})
