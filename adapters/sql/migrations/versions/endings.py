"""What the end of each offer says of its parties. Offers that have ended before say it, too.

A process of the version before writes no such rows, so none may run beside this one: what it ends would count for
nobody.
"""

from __future__ import annotations

from alembic import op

revision = "endings"
down_revision = "finding_traders"
branch_labels = None
depends_on = None

_TABLE = """CREATE TABLE endings (
    offer_id {big} NOT NULL,
    trader_id {id} NOT NULL,
    role TEXT NOT NULL,
    is_completed {flag} NOT NULL,
    at_fault {flag} NOT NULL,
    is_timed {flag} NOT NULL,
    CONSTRAINT endings_pkey PRIMARY KEY (offer_id, trader_id),
    CONSTRAINT endings_role_word_check CHECK (role IN ('buyer', 'seller')),
    CONSTRAINT endings_offer_id_fkey FOREIGN KEY(offer_id) REFERENCES offers (id),
    CONSTRAINT endings_trader_id_fkey FOREIGN KEY(trader_id) REFERENCES traders (id)
)"""
_INDEX = """CREATE INDEX endings_of_trader_idx
    ON endings (trader_id, role, is_timed, offer_id, is_completed, at_fault)"""
_POSTGRESQL_TYPES = {"big": "BIGINT", "id": "UUID", "flag": "BOOLEAN"}
_SQLITE_TYPES = {"big": "INTEGER", "id": "TEXT", "flag": "INTEGER"}

# Whoever cancelled was the taker, whoever let an offer expire or gave it up the buyer; a split is nobody's fault.
_FILL = """INSERT INTO endings (offer_id, trader_id, role, is_completed, at_fault, is_timed)
    SELECT offer_id, trader_id, role, is_completed,
        CASE happened WHEN 'cancelled' THEN is_taker WHEN 'expired' THEN role = 'buyer'
            WHEN 'returned' THEN role = 'buyer'
            WHEN 'resolved' THEN settled <> 'split' AND role = CASE WHEN is_completed THEN 'seller' ELSE 'buyer' END
            ELSE role = '' END,
        paid_at IS NOT NULL AND (role = 'buyer' OR happened = 'released')
    FROM (SELECT offers.id AS offer_id, offers.state = 'completed' AS is_completed, paid_at,
            offer_history.kind AS happened, settlements.kind AS settled, part.role,
            (part.role = 'buyer') = (ads.ad_type = 'sell') AS is_taker,
            CASE WHEN (part.role = 'buyer') = (ads.ad_type = 'sell') THEN taker_id ELSE maker_id END AS trader_id
        FROM offers JOIN ads ON ads.id = ad_id JOIN settlements ON settlements.offer_id = offers.id
        JOIN offer_history ON offer_history.offer_id = offers.id AND offer_history.version = offers.version
        CROSS JOIN (SELECT 'buyer' AS role UNION ALL SELECT 'seller') AS part) AS ended"""

_KEPT_ON_POSTGRESQL = """CREATE TRIGGER endings_{name} BEFORE {event} ON endings
    FOR EACH {each} EXECUTE FUNCTION refuse_change()"""
_KEPT_ON_SQLITE = """CREATE TRIGGER endings_no_{event} BEFORE {event} ON endings BEGIN
    SELECT RAISE(ABORT, 'endings is append-only');
END"""

_ON_POSTGRESQL = (
    _TABLE.format_map(_POSTGRESQL_TYPES),
    _FILL,
    _INDEX,
    _KEPT_ON_POSTGRESQL.format(name="append_only", event="UPDATE OR DELETE", each="ROW"),
    _KEPT_ON_POSTGRESQL.format(name="no_truncate", event="TRUNCATE", each="STATEMENT"),
)
_ON_SQLITE = (
    f"{_TABLE.format_map(_SQLITE_TYPES)} STRICT",
    _FILL,
    _INDEX,
    _KEPT_ON_SQLITE.format(event="update"),
    _KEPT_ON_SQLITE.format(event="delete"),
)


def upgrade() -> None:
    """The same outcome on both engines."""
    connection = op.get_bind()
    for statement in _ON_POSTGRESQL if connection.dialect.name == "postgresql" else _ON_SQLITE:
        connection.exec_driver_sql(statement, execution_options={"no_parameters": True})
