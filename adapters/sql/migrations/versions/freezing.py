"""Whether the desk is frozen.

A process of the version before does not look, so that it has to be stopped before the desk is frozen.
"""

from __future__ import annotations

from alembic import op

revision = "freezing"
down_revision = "market_rates"
branch_labels = None
depends_on = None

_TABLE = """CREATE TABLE desk_freeze (
    number {small} NOT NULL,
    since {moment} NOT NULL,
    CONSTRAINT desk_freeze_pkey PRIMARY KEY (number),
    CONSTRAINT desk_freeze_one_row_check CHECK (number = 1)
)"""


def upgrade() -> None:
    """The same outcome on both engines."""
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        statement = _TABLE.format(small="SMALLINT", moment="TIMESTAMP WITH TIME ZONE")
    else:
        statement = f"{_TABLE.format(small='INTEGER', moment='TEXT')} STRICT"
    connection.exec_driver_sql(statement, execution_options={"no_parameters": True})
