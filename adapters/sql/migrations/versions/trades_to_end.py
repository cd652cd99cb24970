"""Those who were shut out with what they had under way, until all of that has ended.

A process of the version before knows none of them, and leaves it to those of this one.
"""

from __future__ import annotations

from alembic import op

revision = "trades_to_end"
down_revision = "freezing"
branch_labels = None
depends_on = None

_TABLE = """CREATE TABLE trades_to_end (
    trader_id {id} NOT NULL,
    since {moment} NOT NULL,
    CONSTRAINT trades_to_end_pkey PRIMARY KEY (trader_id),
    CONSTRAINT trades_to_end_trader_id_fkey FOREIGN KEY(trader_id) REFERENCES traders (id)
)"""


def upgrade() -> None:
    """The same outcome on both engines."""
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        statement = _TABLE.format(id="UUID", moment="TIMESTAMP WITH TIME ZONE")
    else:
        statement = f"{_TABLE.format(id='TEXT', moment='TEXT')} STRICT"
    connection.exec_driver_sql(statement, execution_options={"no_parameters": True})
