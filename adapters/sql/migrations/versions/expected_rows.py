"""A function that refuses a write of which a guard does not hold, so that no client has to look before COMMIT."""

from __future__ import annotations

from alembic import op

revision = "expected_rows"
down_revision = "first"
branch_labels = None
depends_on = None

_EXPECT_ROWS = """
CREATE FUNCTION expect_rows(part TEXT, written BIGINT, expected BIGINT) RETURNS BOOLEAN LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    IF written = expected THEN
        RETURN true;
    END IF;
    IF part = 'notices' THEN
        RAISE EXCEPTION 'a trader who is told something has no notice counter' USING ERRCODE = 'foreign_key_violation';
    END IF;
    RAISE EXCEPTION 'the % changed since it was read', part USING ERRCODE = 'serialization_failure';
END
$$
"""


def upgrade() -> None:
    """SQLite has no functions, and needs none: there the client looks at each statement."""
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(_EXPECT_ROWS, execution_options={"no_parameters": True})
