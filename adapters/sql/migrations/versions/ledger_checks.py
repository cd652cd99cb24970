"""When the books were checked for the last time, and how many invariants did not hold."""

from __future__ import annotations

from alembic import op

revision = "ledger_checks"
down_revision = "heartbeat"
branch_labels = None
depends_on = None

_TABLE = """CREATE TABLE ledger_checks (
    number {small} NOT NULL,
    at {moment} NOT NULL,
    broken {big} NOT NULL,
    CONSTRAINT ledger_checks_pkey PRIMARY KEY (number),
    CONSTRAINT ledger_checks_one_row_check CHECK (number = 1),
    CONSTRAINT ledger_checks_broken_check CHECK (broken >= 0)
)"""


def upgrade() -> None:
    """The same outcome on both engines."""
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        statement = _TABLE.format(small="SMALLINT", big="BIGINT", moment="TIMESTAMP WITH TIME ZONE")
    else:
        statement = f"{_TABLE.format(small='INTEGER', big='INTEGER', moment='TEXT')} STRICT"
    connection.exec_driver_sql(statement, execution_options={"no_parameters": True})
