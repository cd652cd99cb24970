"""A big desk with a long past, made by PostgreSQL itself in a few statements, and consistent to the last posting.

Every trader deposited. Every other ad sells and the others buy; each ad got as many offers as it could take, which
were paid and released, but for every 500th ad: that is live, with one offer pending and one coin left.
"""

from contextlib import closing
from dataclasses import dataclass

from sqlalchemy import create_engine, insert, select

from adapters.sql.schema.grants import ONLY_READ
from adapters.sql.schema.tables import DESK_OWNER_ID, metadata
from tests.integration.sql.conftest import administrator


@dataclass(frozen=True)
class Size:
    """How big."""

    traders: int
    ads: int
    offers_an_ad: int = 10

    @property
    def offers(self) -> int:
        return self.ads * self.offers_an_ad


def trader_id(number: int) -> str:
    """The id of the trader of this number, counted from 0."""
    return f"00000000-0000-4000-8000-{number:012x}"


_TRADER = "('00000000-0000-4000-8000-' || lpad(to_hex({}), 12, '0'))::uuid"
_AT = "'2026-03-02T12:00:00+00:00'::timestamptz"
_MAKER = "ad % {traders}"
_TAKER = "(ad + 1 + (ad + place) % ({traders} - 1)) % {traders}"

# What is told of every offer below: its number, its ad, its place on it, who has which part, and where it stands.
_TOLD = f"""
    CREATE TEMPORARY TABLE told AS
    SELECT (ad - 1) * {{offers_an_ad}} + place AS offer, ad, place, ad % 2 = 1 AS sells,
        {_TRADER.format(_MAKER)} AS maker, {_TRADER.format(_TAKER)} AS taker,
        ad % 500 = 0 AND place = {{offers_an_ad}} AS is_pending,
        {{traders}} + (ad - 1) * (2 * {{offers_an_ad}} + 1) AS before, {_AT} + ad * interval '1 second' AS at
    FROM generate_series(1, {{ads}}) AS ad, generate_series(1, {{offers_an_ad}}) AS place
"""
_STATEMENTS = (
    f"""INSERT INTO traders
        SELECT {_TRADER.format("number")}, 'trader' || number || '@desk.example', 'trader' || number || '@desk.example',
            'Trader ' || number, NULL, false, false, false, false, false, false, 'no hash', 0, 0, 0, 0, {_AT}, {_AT}
        FROM generate_series(0, {{traders}} - 1) AS number""",
    f"""INSERT INTO trader_words (word, trader_id)
        SELECT word, {_TRADER.format("number")} FROM generate_series(0, {{traders}} - 1) AS number, LATERAL (VALUES
            ('trader'), (number::text), ('trader' || number), ('trader' || number || '@desk.example'),
            ({_TRADER.format("number")}::text)) AS words (word) ON CONFLICT DO NOTHING""",
    _TOLD,
    f"""INSERT INTO ads (id, maker_id, ad_type, crypto_currency, crypto_decimals, fiat_currency, fiat_decimals,
            payment_method, price_per_unit, crypto_amount, min_limit, max_limit, start_date, time_to_pay,
            auto_reply_message, terms_of_trade, additional_information, bank_account_name, bank_account_number,
            bank_name, payment_details, created_at, status, available, reserved, sold, withdrawn, trade_started_at,
            trade_completed_at, version)
        SELECT ad, maker, CASE WHEN sells THEN 'sell' ELSE 'buy' END, 'usdt', 6, 'usd', 2, 'bank_transfer',
            2 + ad % 100 * 0.01, count(*) + max(is_pending::int), 0.01, 1000, {_AT}::date, 30, '', '', '', '', '', '',
            '', min(at), CASE WHEN bool_or(is_pending) THEN 'pending' ELSE 'completed' END, max(is_pending::int),
            max(is_pending::int), count(*) - max(is_pending::int), 0, min(at),
            CASE WHEN NOT bool_or(is_pending) THEN min(at) END, 2 * count(*)
        FROM told GROUP BY ad, maker, sells""",
    """INSERT INTO offers
        SELECT offer, ad, taker, 1, 2 + ad % 100 * 0.01, 'A', '1', 'B', at, at + interval '30 minutes',
            CASE WHEN is_pending THEN 'pending' ELSE 'completed' END, CASE WHEN NOT is_pending THEN at END,
            CASE WHEN NOT is_pending THEN at END, CASE WHEN is_pending THEN 1 ELSE 3 END
        FROM told""",
    f"""INSERT INTO entries
        SELECT number + 1, 'deposit', 'trader ' || number, {_AT} FROM generate_series(0, {{traders}} - 1) AS number
        UNION ALL SELECT before + 1, 'ad_escrow', 'ad:' || ad, at FROM told WHERE sells AND place = 1
        UNION ALL SELECT before + 2 * place, 'offer_escrow', 'offer:' || offer, at FROM told WHERE NOT sells
        UNION ALL SELECT before + 2 * place + 1, 'release', 'offer:' || offer, at FROM told WHERE NOT is_pending""",
    f"""INSERT INTO postings
        WITH moved (entry, source, source_purse, target, target_purse, amount) AS (
            SELECT
                    number + 1, '{DESK_OWNER_ID}'::uuid, 'outside',
                    {_TRADER.format("number")}, 'p2p', 1000000000::numeric
                FROM generate_series(0, {{traders}} - 1) AS number
            UNION ALL SELECT before + 1, maker, 'p2p', maker, 'escrow', crypto_amount
                FROM told JOIN ads ON ads.id = ad WHERE sells AND place = 1
            UNION ALL SELECT before + 2 * place, taker, 'p2p', taker, 'escrow', 1 FROM told WHERE NOT sells
            UNION ALL SELECT before + 2 * place + 1, CASE WHEN sells THEN maker ELSE taker END, 'escrow',
                CASE WHEN sells THEN taker ELSE maker END, 'p2p', 1 FROM told WHERE NOT is_pending)
        SELECT entry, 1, source, 'usdt', source_purse, 'debit', amount FROM moved
        UNION ALL SELECT entry, 2, target, 'usdt', target_purse, 'credit', amount FROM moved""",
    """INSERT INTO accounts
        SELECT owner, currency, purse, sum(CASE side WHEN 'credit' THEN amount ELSE -amount END), count(*)
        FROM postings GROUP BY owner, currency, purse""",
    """INSERT INTO audit_trail (by, at, act, subject, note)
        SELECT maker, at, 'dispute.resolve_for_buyer', 'offer:' || offer, 'Why.' FROM told""",
    "INSERT INTO settlements SELECT offer, 'released', before + 2 * place + 1 FROM told WHERE NOT is_pending",
    """INSERT INTO endings
        SELECT offer, CASE WHEN (role = 'buyer') = sells THEN taker ELSE maker END, role, true, false, true
        FROM told, (VALUES ('buyer'), ('seller')) AS part (role) WHERE NOT is_pending""",
    """INSERT INTO offer_history
        SELECT offer, version, kind, state, at, taker
        FROM told JOIN (VALUES (1, 'made', 'pending'), (2, 'paid', 'paid'), (3, 'released', 'completed'))
            AS happened (version, kind, state) ON version = 1 OR NOT is_pending""",
    """INSERT INTO notices
        WITH due (trader, offer, version, kind, at) AS (
            SELECT maker, offer, 1, 'ad_interest', at FROM told
            UNION ALL SELECT CASE WHEN sells THEN maker ELSE taker END, offer, 2, 'payment_indication', at
                FROM told WHERE NOT is_pending
            UNION ALL SELECT CASE WHEN sells THEN taker ELSE maker END, offer, 3, 'funds_released', at
                FROM told WHERE NOT is_pending)
        SELECT trader, row_number() OVER (PARTITION BY trader ORDER BY offer, version), kind, offer, version,
            '{{"message": "Funds have been released"}}', '{{}}', true, at FROM due""",
    """INSERT INTO letters (trader_id, number, message_id, state, attempts, next_attempt_at, sent_at)
        SELECT trader_id, number, '<notice.' || number || '.' || trader_id || '@desk.example>', 'sent', 1, created_at,
            created_at FROM notices""",
    """INSERT INTO notice_counters (trader_id, last, read_up_to)
        SELECT traders.id, count(number), 0 FROM traders LEFT JOIN notices ON trader_id = id GROUP BY traders.id""",
    "SELECT setval(pg_get_serial_sequence('ads', 'id'), max(id)) FROM ads",
    "SELECT setval(pg_get_serial_sequence('offers', 'id'), max(id)) FROM offers",
    "SELECT setval(pg_get_serial_sequence('entries', 'id'), max(id)) FROM entries",
    "DROP TABLE told",
    "ANALYZE",
)


def fill(database_url: str, size: Size) -> None:
    """Fill an empty, migrated PostgreSQL database."""
    sizes = {"traders": size.traders, "ads": size.ads, "offers_an_ad": size.offers_an_ad}
    with closing(administrator(database_url)) as connection:
        # What is made here is consistent, so the foreign keys need not be looked up row by row.
        connection.execute("SET session_replication_role = replica")
        connection.execute("SET work_mem = '256MB'")
        for statement in _STATEMENTS:
            connection.execute(statement.format(**sizes))


def count_postings(database_url: str) -> int:
    with closing(administrator(database_url)) as connection:
        row = connection.execute("SELECT count(*) FROM postings").fetchone()
    assert row is not None
    return int(row[0])


def copy_desk(source_url: str, target_url: str) -> None:
    """Copy every row of a desk into an empty, migrated database of either engine.

    What whoever migrates writes is there already.
    """
    source, target = create_engine(source_url), create_engine(target_url)
    with source.connect() as reading, target.begin() as writing:
        for table in metadata.sorted_tables:
            if table.name in ONLY_READ:
                continue
            found = reading.execution_options(yield_per=10_000).execute(select(table))
            for rows in found.mappings().partitions():
                writing.execute(insert(table), [dict(row) for row in rows])
    source.dispose()
    target.dispose()
