"""Sent letters are forgotten after a while, and it is kept up to when."""

from __future__ import annotations

from alembic import op

revision = "forgotten_letters"
down_revision = "boards_of_pairs"
branch_labels = None
depends_on = None
expands = True

_TABLE = """CREATE TABLE forgotten (
    number {small} NOT NULL,
    letters_before {moment} NOT NULL,
    CONSTRAINT forgotten_pkey PRIMARY KEY (number),
    CONSTRAINT forgotten_one_row_check CHECK (number = 1)
)"""
_INDEXES = (
    "CREATE INDEX letters_old_idx ON letters (sent_at) WHERE sent_at IS NOT NULL",
    "CREATE INDEX letters_withheld_idx ON letters (withheld_at) WHERE withheld_at IS NOT NULL",
)


def upgrade() -> None:
    """The same outcome on both engines."""
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        statement = _TABLE.format(small="SMALLINT", moment="TIMESTAMP WITH TIME ZONE")
    else:
        statement = f"{_TABLE.format(small='INTEGER', moment='TEXT')} STRICT"
    for each in (statement, *_INDEXES):
        connection.exec_driver_sql(each, execution_options={"no_parameters": True})
