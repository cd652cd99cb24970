"""Traders who have gone: when, and that nothing begins for them any more.

Who places an ad, makes an offer, or is paid in takes the trader's place, and finds out behind it whether they are still
there: what the statement around the function sees is as of before it waited.
"""

from __future__ import annotations

import importlib

from alembic import op

revision = "deleted_traders"
down_revision = "webhooks"
branch_labels = None
depends_on = None

_PLACE = "PERFORM pg_advisory_xact_lock(hashtextextended(of_trader::TEXT, 0));"
_GONE = """PERFORM pg_advisory_xact_lock(hashtextextended(of_trader::TEXT, 0));
        IF EXISTS (SELECT FROM traders WHERE id = of_trader AND deleted_at IS NOT NULL) THEN
            RETURN;
        END IF;"""


def upgrade() -> None:
    """The same outcome on both engines; SQLite has no functions, and one writer who needs none."""
    connection = op.get_bind()
    is_postgresql = connection.dialect.name == "postgresql"
    moment = "TIMESTAMP WITH TIME ZONE" if is_postgresql else "TEXT"
    statements = [f"ALTER TABLE traders ADD COLUMN deleted_at {moment}"]
    if is_postgresql:
        before = importlib.import_module("adapters.sql.migrations.versions.trader_counts")._FUNCTION
        statements.append(before.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION").replace(_PLACE, _GONE))
    for statement in statements:
        connection.exec_driver_sql(statement, execution_options={"no_parameters": True})
