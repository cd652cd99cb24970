"""Offers by the thousand on PostgreSQL, made by sets of rows rather than one after the other through the desk.

The rows are those that the desk would have written: history, notices, letters, journal and balances are all there,
so that ``p2p ledger verify`` finds nothing wrong with them. ``PooledOffers`` are paid and wait to be released;
``fill_finished`` makes offers of the past, which are only there to be in the way.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from psycopg import Connection, sql

from .market import AMOUNT, BANK, CRYPTO, FIAT_AMOUNT, HOT_MAKER, MAKER_PREFIX, MAKERS, TAKER_PREFIX, TAKERS

MANY_POOL, HOT_POOL = 10**12, 2 * 10**12
"""Where the ids of pools begin, far behind those that the desk gives."""
FINISHED_OFFERS, FINISHED_ADS = 10**6, 10**4
"""Where the ids of finished offers and their ads begin; what the desk makes afterwards comes behind them."""
OFFERS_AN_AD = 10
_BATCH = 50_000

_PAID, _RELEASED = 2, 3
"""The versions of an offer that is paid, and of one that was released after that."""

_BATCH_TABLE = """
    CREATE TEMPORARY TABLE batch ON COMMIT DROP AS
    SELECT id, ad_id, (%(maker_prefix)s || lpad(maker::text, 12, '0'))::uuid AS maker_id,
        (%(taker_prefix)s || lpad((1 + number %% %(takers)s)::text, 12, '0'))::uuid AS taker_id
    FROM (SELECT %(base)s + number AS id, number, {ad} AS ad_id, {maker} AS maker
        FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS number) AS numbered"""

_OFFERS = """
    INSERT INTO offers (id, ad_id, taker_id, currency_amount, fiat_amount, bank_account_name, bank_account_number,
        bank_name, created_at, deadline, state, paid_at, ended_at, version)
    SELECT id, ad_id, taker_id, %(amount)s, %(fiat_amount)s, %(bank_account_name)s, %(bank_account_number)s,
        %(bank_name)s, now(), now() + interval '1 day', %(state)s, now(),
        CASE %(state)s WHEN 'completed' THEN now() END, %(version)s
    FROM batch"""

_HISTORY = """
    INSERT INTO offer_history (offer_id, version, kind, state, at, by)
    SELECT id, version, kind, state, now(), CASE kind WHEN 'released' THEN maker_id ELSE taker_id END
    FROM batch CROSS JOIN (VALUES (1, 'made', 'pending'), (2, 'paid', 'paid'), (3, 'released', 'completed'))
        AS event (version, kind, state)
    WHERE version <= %(version)s"""

_NOTICES = """
    WITH told AS (
        SELECT CASE kind WHEN 'funds_released' THEN taker_id ELSE maker_id END AS trader_id, id, version, kind
        FROM batch CROSS JOIN
            (VALUES (1, 'ad_interest'), (2, 'payment_indication'), (3, 'funds_released')) AS event (version, kind)
        WHERE version <= %(version)s)
    INSERT INTO notices (trader_id, number, kind, offer_id, offer_version, frame, facts, is_mailed, created_at)
    SELECT trader_id, last + row_number() OVER (PARTITION BY trader_id ORDER BY id, version), kind, id, version,
        %(frame)s, %(facts)s, %(is_mailed)s, now()
    FROM told JOIN notice_counters USING (trader_id)"""

_LETTERS = """
    INSERT INTO letters (trader_id, number, message_id, state, attempts, next_attempt_at, sent_at)
    SELECT trader_id, number, '<notice.' || number || '.' || trader_id || '@bench.example>', 'sent', 1, now(), now()
    FROM notices WHERE is_mailed AND offer_id BETWEEN %(lowest)s AND %(highest)s"""

_COUNTERS = """
    UPDATE notice_counters SET last = last + told.count
    FROM (SELECT trader_id, count(*) FROM notices WHERE offer_id BETWEEN %(lowest)s AND %(highest)s
        GROUP BY trader_id) AS told
    WHERE notice_counters.trader_id = told.trader_id"""

_RESERVES = """
    UPDATE ads SET available = available - asked.amount, reserved = reserved + asked.amount,
        version = version + asked.count, trade_started_at = coalesce(trade_started_at, now())
    FROM (SELECT ad_id, count(*), count(*) * %(amount)s AS amount FROM batch GROUP BY ad_id) AS asked
    WHERE ads.id = asked.ad_id"""

_SOLD_ADS = """
    INSERT INTO ads (id, maker_id, ad_type, crypto_currency, crypto_decimals, fiat_currency, fiat_decimals,
        payment_method, price_per_unit, crypto_amount, min_limit, max_limit, start_date, time_to_pay,
        auto_reply_message, terms_of_trade, additional_information, bank_account_name, bank_account_number, bank_name,
        payment_details, created_at, status, available, reserved, sold, withdrawn, trade_started_at,
        trade_completed_at, version)
    SELECT ad_id, maker_id, 'sell', %(crypto)s, 6, 'usd', 2, 'bank_transfer', %(fiat_amount)s / %(amount)s, amount,
        0.01, amount * %(fiat_amount)s, current_date, 30, '', '', '', '', '', '', '', now(), 'completed', 0, 0, amount,
        0, now(), now(), 1 + 2 * count
    FROM (SELECT ad_id, maker_id, count(*), count(*) * %(amount)s AS amount FROM batch GROUP BY ad_id, maker_id)
        AS sold"""

# What comes in for the ads of a batch, what they take into escrow, and what each release pays out of it. In this order,
# so that no account is ever below zero.
_DEPOSITS = """
    WITH written AS (
        INSERT INTO entries (kind, reference, at)
        SELECT 'deposit', 'bench:' || %(first)s || ':' || maker_id, now() FROM batch GROUP BY maker_id
        RETURNING id, split_part(reference, ':', 3)::uuid AS maker_id)
    INSERT INTO postings (entry_id, line, owner, currency, purse, side, amount)
    SELECT written.id, line, CASE line WHEN 1 THEN %(desk)s::uuid ELSE maker_id END, %(crypto)s, purse, side, amount
    FROM written JOIN (SELECT maker_id, count(*) * %(amount)s AS amount FROM batch GROUP BY maker_id) AS sold
        USING (maker_id)
    CROSS JOIN (VALUES (1, 'outside', 'debit'), (2, 'p2p', 'credit')) AS posting (line, purse, side)"""

_ESCROWS = """
    WITH written AS (
        INSERT INTO entries (kind, reference, at)
        SELECT 'ad_escrow', 'ad:' || ad_id, now() FROM batch GROUP BY ad_id
        RETURNING id, split_part(reference, ':', 2)::bigint AS ad_id)
    INSERT INTO postings (entry_id, line, owner, currency, purse, side, amount)
    SELECT written.id, line, maker_id, %(crypto)s, purse, side, crypto_amount
    FROM written JOIN ads ON ads.id = ad_id
    CROSS JOIN (VALUES (1, 'p2p', 'debit'), (2, 'escrow', 'credit')) AS posting (line, purse, side)"""

_RELEASES = """
    WITH written AS (
        INSERT INTO entries (kind, reference, at)
        SELECT 'release', 'offer:' || id, now() FROM batch
        RETURNING id, split_part(reference, ':', 2)::bigint AS offer_id),
    posted AS (
        INSERT INTO postings (entry_id, line, owner, currency, purse, side, amount)
        SELECT written.id, line, CASE line WHEN 1 THEN maker_id ELSE taker_id END, %(crypto)s, purse, side, %(amount)s
        FROM written JOIN batch ON batch.id = offer_id
        CROSS JOIN (VALUES (1, 'escrow', 'debit'), (2, 'p2p', 'credit')) AS posting (line, purse, side))
    INSERT INTO settlements (offer_id, kind, entry_id) SELECT offer_id, 'released', id FROM written"""

_ENDINGS = """
    INSERT INTO endings (offer_id, trader_id, role, is_completed, at_fault, is_timed)
    SELECT id, CASE role WHEN 'buyer' THEN taker_id ELSE maker_id END, role, true, false, true
    FROM batch CROSS JOIN (VALUES ('buyer'), ('seller')) AS part (role)"""

_BALANCES = """
    UPDATE accounts SET balance = balance + moved.amount, version = version + moved.count
    FROM (SELECT taker_id AS owner, 'p2p' AS purse, count(*), count(*) * %(amount)s AS amount FROM batch
            GROUP BY taker_id
        UNION ALL SELECT %(desk)s::uuid, 'outside', count(*), count(*) * -%(amount)s FROM batch) AS moved
    WHERE accounts.owner = moved.owner AND accounts.purse = moved.purse AND currency = %(crypto)s"""


class PooledOffers:
    """Paid offers that wait to be released: of many ads in turn, or all of the hot one. Each is handed out once."""

    def __init__(self, connection: Connection[Any], texts: dict[str, str], first_ad: int, *, hot: bool) -> None:
        """``texts`` are the frame and the facts of their notices, ``first_ad`` is the id of the first maker's ad."""
        self.sequence = "bench_hot_pool" if hot else "bench_pool"
        self._connection = connection
        self._texts = texts
        self._first_ad = first_ad
        self._hot = hot
        self._base = HOT_POOL if hot else MANY_POOL
        self._made = self._taken = 0
        connection.execute(sql.SQL("CREATE SEQUENCE {} MINVALUE 0").format(sql.Identifier(self.sequence)))

    def maker_of(self, offer_id: int) -> int:
        """The number of the maker whose ad an offer is on."""
        return HOT_MAKER if self._hot else 1 + (offer_id - self._base) % MAKERS

    def take(self) -> int:
        """The id of the next offer. Raises ``LookupError`` where there are no more."""
        if self._taken >= self._made:
            raise LookupError("the pool of paid offers ran dry; it is to be filled up further ahead")
        self._taken += 1
        return self._base + self._taken

    def fill_up(self, wanted: int) -> None:
        """Make offers until so many are left to take."""
        missing = self._taken + wanted - self._made
        if missing <= 0:
            return
        maker = str(HOT_MAKER) if self._hot else f"1 + number %% {MAKERS}"
        ad = f"{self._first_ad} - 1 + {maker}"
        with self._connection.transaction():
            values = self._texts | {"state": "paid", "version": _PAID, "is_mailed": False}
            _fill(self._connection, ad, maker, self._base, range(self._made + 1, self._made + missing + 1), values)
            self._connection.execute(_RESERVES, {"amount": AMOUNT})
        self._made += missing

    @contextmanager
    def handed_out_by_sequence(self) -> Iterator[None]:
        """While this lasts, offers are taken by ``nextval`` of the sequence, whose values are their ids."""
        set_next = "SELECT setval(%s::text::regclass, %s, true)"
        self._connection.execute(set_next, (self.sequence, self._base + self._taken))
        yield
        found = self._connection.execute(sql.SQL("SELECT last_value FROM {}").format(sql.Identifier(self.sequence)))
        self._taken = int(found.fetchone()[0]) - self._base  # type: ignore[index]
        if self._taken > self._made:
            raise LookupError("the pool of paid offers ran dry; it is to be filled up further ahead")


def fill_finished(connection: Connection[Any], count: int, texts: dict[str, str]) -> None:
    """Add offers that were released long ago, ten on each of the makers' earlier ads, by the same takers."""
    ad = f"{FINISHED_ADS} + number / {OFFERS_AN_AD}"
    maker = f"1 + (number / {OFFERS_AN_AD}) %% {MAKERS}"
    values = texts | {"state": "completed", "version": _RELEASED, "is_mailed": True}
    for first in range(0, count, _BATCH):
        numbers = range(first, min(first + _BATCH, count))
        with connection.transaction():
            _fill(connection, ad, maker, FINISHED_OFFERS, numbers, values, sold_ads=True)
            money = {"amount": AMOUNT, "crypto": CRYPTO, "first": first, "desk": "0" * 32}
            for statement in (_DEPOSITS, _ESCROWS, _RELEASES, _ENDINGS, _BALANCES):
                connection.execute(statement, money)
    for table, last in (("offers", FINISHED_OFFERS + count), ("ads", FINISHED_ADS + count)):
        connection.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", (table, last))


def _fill(
    connection: Connection[Any],
    ad: str,
    maker: str,
    base: int,
    numbers: range,
    values: dict[str, Any],
    *,
    sold_ads: bool = False,
) -> None:
    """Offers with these numbers, their history and their notices; ``ad`` and ``maker`` are SQL over ``number``."""
    # Looking each row's references up takes longer than writing it, and those of sets are right or wrong together.
    connection.execute("SET LOCAL session_replication_role = replica")
    connection.execute(
        _BATCH_TABLE.format(ad=ad, maker=maker),
        {
            "maker_prefix": MAKER_PREFIX,
            "taker_prefix": TAKER_PREFIX,
            "takers": TAKERS,
            "base": base,
            "first": numbers.start,
            "last": numbers.stop - 1,
        },
    )
    connection.execute("ANALYZE batch")
    all_values = {"amount": AMOUNT, "fiat_amount": FIAT_AMOUNT, "crypto": CRYPTO, **BANK, **values}
    all_values |= {"lowest": base + numbers.start, "highest": base + numbers.stop - 1}
    if sold_ads:
        connection.execute(_SOLD_ADS, all_values)
    for statement in (_OFFERS, _HISTORY, _NOTICES, _LETTERS, _COUNTERS):
        connection.execute(statement, all_values)


def sample_texts(connection: Connection[Any]) -> dict[str, str]:
    """Frame and facts of a notice that the desk wrote, so that those of the filler are of the same length."""
    found = connection.execute("SELECT frame, facts FROM notices LIMIT 1").fetchone()
    if found is None:
        raise LookupError("the desk has not made an offer yet")
    return {"frame": found[0], "facts": found[1]}
