"""What one trader has under way, counted where it is to be bounded.

On PostgreSQL by a function, because it must be counted after the trader's place was taken: one statement sees all
that was committed when it began, and each statement of a function what was committed when that one began.
"""

from __future__ import annotations

from alembic import op

revision = "trader_counts"
down_revision = "blocks"
branch_labels = None
depends_on = None

_INDEXES = (
    "CREATE INDEX ads_live_idx ON ads (maker_id) WHERE status IN ('pending', 'paused')",
    "CREATE INDEX offers_live_idx ON offers (taker_id, deadline) WHERE state IN ('pending', 'paid', 'disputed')",
    "CREATE INDEX offers_failed_idx ON offers (taker_id, ended_at) WHERE state IN ('cancelled', 'expired')",
)
# The numbers of locks are 64 bits, of which those of idempotency keys have any: the two may wait for each other once.
_FUNCTION = """
CREATE FUNCTION trader_counts(of_trader UUID, given TIMESTAMP WITH TIME ZONE, takes_place BOOLEAN)
    RETURNS TABLE (live_ads BIGINT, live_offers BIGINT,
        unpaid TIMESTAMP WITH TIME ZONE[], cancelled TIMESTAMP WITH TIME ZONE[])
    LANGUAGE plpgsql VOLATILE ROWS 1 AS $$
DECLARE
    now_at TIMESTAMP WITH TIME ZONE;
BEGIN
    IF takes_place THEN
        PERFORM pg_advisory_xact_lock(hashtextextended(of_trader::TEXT, 0));
    END IF;
    now_at := coalesce(given, clock_timestamp());
    SELECT count(*) INTO live_ads FROM ads
        WHERE maker_id = of_trader AND status IN ('pending', 'paused')
            AND (end_date IS NULL OR end_date >= (now_at AT TIME ZONE 'UTC')::DATE);
    SELECT count(*) INTO live_offers FROM offers
        WHERE taker_id = of_trader AND state IN ('pending', 'paid', 'disputed')
            AND (state <> 'pending' OR deadline > now_at);
    -- One that nobody swept yet has not ended, and one that was swept late had its deadline before.
    SELECT array_agg(found.deadline ORDER BY found.deadline DESC) INTO unpaid FROM (
        SELECT late.deadline FROM (
            (SELECT ad_id, deadline FROM offers
                WHERE taker_id = of_trader AND state IN ('pending', 'paid', 'disputed') AND state = 'pending'
                    AND deadline <= now_at AND deadline > now_at - INTERVAL '48 hours')
            UNION ALL
            (SELECT ad_id, deadline FROM offers
                WHERE taker_id = of_trader AND state IN ('cancelled', 'expired') AND state = 'expired'
                    AND ended_at > now_at - INTERVAL '48 hours' AND deadline > now_at - INTERVAL '48 hours')
        ) AS late JOIN ads ON ads.id = late.ad_id AND ads.ad_type = 'sell'
    ) AS found;
    SELECT array_agg(found.ended_at ORDER BY found.ended_at DESC) INTO cancelled FROM (
        SELECT offers.ended_at FROM offers
        WHERE taker_id = of_trader AND state IN ('cancelled', 'expired') AND state = 'cancelled'
            AND ended_at > now_at - INTERVAL '2 hours'
            AND EXISTS (SELECT FROM offer_history AS happened
                WHERE happened.offer_id = offers.id AND happened.kind = 'cancelled' AND happened."by" = of_trader)
    ) AS found;
    RETURN NEXT;
END
$$
"""


def upgrade() -> None:
    """The same outcome on both engines; SQLite has no functions, and one writer who needs none."""
    connection = op.get_bind()
    functions = (_FUNCTION,) if connection.dialect.name == "postgresql" else ()
    for statement in (*_INDEXES, *functions):
        connection.exec_driver_sql(statement, execution_options={"no_parameters": True})
