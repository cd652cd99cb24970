"""One shape for all databases of the revision ``first``, which was edited while it was already in use.

What a database has cannot be told from its revision, so the catalogue is looked at: what is missing is made, and a
database that has everything is left alone. Nothing here is taken from the code's tables, which go on changing.
"""

from __future__ import annotations

from typing import NamedTuple

from alembic import op
from sqlalchemy import inspect
from sqlalchemy.engine import Connection

revision = "one_shape"
down_revision = "expected_rows"
branch_labels = None
depends_on = None


class _Index(NamedTuple):
    table: str
    name: str
    columns: tuple[str, ...]
    part: str | None = None

    @property
    def definition(self) -> str:
        """The statement that makes it, on both engines."""
        part = f" WHERE {self.part}" if self.part else ""
        return f"CREATE INDEX {self.name} ON {self.table} ({', '.join(self.columns)}){part}"


_INDEXES = (
    _Index("ads", "ads_board_idx", ("crypto_currency", "price_per_unit"), "status = 'pending'"),
    _Index("ads", "ads_maker_id_idx", ("maker_id", "id")),
    _Index("ads", "ads_newest_idx", ("id",), "status = 'pending'"),
    _Index("logins", "logins_expires_at_idx", ("expires_at",)),
    _Index("offers", "offers_ad_id_idx", ("ad_id", "id")),
    _Index("offers", "offers_disputed_idx", ("id",), "state = 'disputed'"),
    _Index("offers", "offers_taker_id_idx", ("taker_id", "id")),
    _Index("tickets", "tickets_expires_at_idx", ("expires_at",)),
    _Index("tickets", "tickets_login_id_idx", ("login_id",)),
)
"""Those that ``first`` did not always have, or not with these columns, or not of this part of their table."""

_READ_RANGE = "CONSTRAINT notice_counters_read_range_check CHECK (read_up_to BETWEEN 0 AND last)"
# Nobody is known to have read anything: zero shows a notice once too often, and any other number hides one.
_READ_UP_TO_ON_POSTGRESQL = (
    "ALTER TABLE notice_counters ADD COLUMN read_up_to BIGINT NOT NULL DEFAULT 0",
    "ALTER TABLE notice_counters ALTER COLUMN read_up_to DROP DEFAULT",
    f"ALTER TABLE notice_counters ADD {_READ_RANGE}",
)
# SQLite adds no column without a default for good, so the table is made anew. No other refers to it.
_READ_UP_TO_ON_SQLITE = (
    f"""CREATE TABLE notice_counters_anew (
    trader_id TEXT NOT NULL,
    last INTEGER NOT NULL,
    read_up_to INTEGER NOT NULL,
    CONSTRAINT notice_counters_pkey PRIMARY KEY (trader_id),
    {_READ_RANGE},
    CONSTRAINT notice_counters_trader_id_fkey FOREIGN KEY(trader_id) REFERENCES traders (id)
) STRICT""",
    "INSERT INTO notice_counters_anew (trader_id, last, read_up_to) SELECT trader_id, last, 0 FROM notice_counters",
    "DROP TABLE notice_counters",
    "ALTER TABLE notice_counters_anew RENAME TO notice_counters",
)

_ADMIT_KEY_BODY = """
DECLARE
    kept idempotency_keys;
BEGIN
    locked := pg_try_advisory_xact_lock(lock_number);
    -- A statement of its own sees what was committed before it began, so all that the last holder of the lock wrote.
    -- It asks by the key alone: a plan that was made while the table was small might read it by its age instead.
    SELECT * INTO kept FROM idempotency_keys WHERE trader_id = of_trader AND key = of_key;
    IF kept.created_at >= horizon THEN
        fingerprint := kept.fingerprint;
        status := kept.status;
        body := kept.body;
        location := kept.location;
    END IF;
    RETURN NEXT;
END
"""
_ADMIT_KEY = f"""
CREATE OR REPLACE FUNCTION admit_key(
    lock_number BIGINT, of_trader UUID, of_key TEXT, horizon TIMESTAMP WITH TIME ZONE
) RETURNS TABLE (locked BOOLEAN, fingerprint BYTEA, status SMALLINT, body BYTEA, location TEXT)
LANGUAGE plpgsql VOLATILE AS $${_ADMIT_KEY_BODY}$$
"""
_BODY_OF_ADMIT_KEY = (
    "SELECT prosrc FROM pg_proc WHERE proname = 'admit_key' AND pronamespace = current_schema()::regnamespace"
)


def upgrade() -> None:
    """Make what is missing, and nothing else."""
    connection = op.get_bind()
    is_postgresql = connection.dialect.name == "postgresql"
    for statement in _missing(connection, is_postgresql=is_postgresql):
        connection.exec_driver_sql(statement, execution_options={"no_parameters": True})


def _missing(connection: Connection, *, is_postgresql: bool) -> list[str]:
    """The statements that this database needs."""
    catalogue = inspect(connection)
    statements: list[str] = []
    if "read_up_to" not in {column["name"] for column in catalogue.get_columns("notice_counters")}:
        statements += _READ_UP_TO_ON_POSTGRESQL if is_postgresql else _READ_UP_TO_ON_SQLITE
    if "disputes_open_idx" in {index["name"] for index in catalogue.get_indexes("disputes")}:
        statements.append("DROP INDEX disputes_open_idx")
    for wanted in _INDEXES:
        found = {index["name"]: index for index in catalogue.get_indexes(wanted.table)}.get(wanted.name)
        if found is not None:
            columns = tuple(found["column_names"])
            part = found.get("dialect_options", {}).get(f"{connection.dialect.name}_where")
            if columns == wanted.columns and (part is None) == (wanted.part is None):
                continue
            statements.append(f"DROP INDEX {wanted.name}")
        statements.append(wanted.definition)
    if is_postgresql and connection.exec_driver_sql(_BODY_OF_ADMIT_KEY).scalar_one_or_none() != _ADMIT_KEY_BODY:
        statements.append(_ADMIT_KEY)
    return statements
