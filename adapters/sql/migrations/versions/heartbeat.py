"""A row that is written to find out whether anything can be."""

from __future__ import annotations

from alembic import op

revision = "heartbeat"
down_revision = "solvency"
branch_labels = None
depends_on = None

_TABLE = """CREATE TABLE heartbeat (
    number {small} NOT NULL,
    beats {big} NOT NULL,
    CONSTRAINT heartbeat_pkey PRIMARY KEY (number),
    CONSTRAINT heartbeat_one_row_check CHECK (number = 1)
)"""


def upgrade() -> None:
    """The same outcome on both engines."""
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        statement = _TABLE.format(small="SMALLINT", big="BIGINT")
    else:
        statement = f"{_TABLE.format(small='INTEGER', big='INTEGER')} STRICT"
    connection.exec_driver_sql(statement, execution_options={"no_parameters": True})
