"""A board of a hundred thousand live ads in twelve pairs: each page of a pair's reads little more than it shows."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from itertools import product
from typing import Any
from uuid import UUID

import pytest

from adapters.sql.connections.engine import STEADY_PLANS
from adapters.sql.store import SqlStore
from domain import Catalogue, Currency, Taker
from domain.ports.readers import BoardQuery
from domain.ports.store import Unit
from tests.clock import SettableClock
from tests.integration.desk import Desk
from tests.integration.sql.big_desk import Size, fill, trader_id
from tests.integration.sql.conftest import administrator
from tests.integration.sql.touched import explained, statements_of
from tests.integration.wakers import RecordingWaker
from tests.postgres import Server

SHOWN = 50
MOST_MORE = 200
"""So many more ads than it shows may a page read: those of other types and methods, those that ask for more than the
taker has or do not take the amount, those beside the last one at its price, and those in reserve."""
LIVE = 100_000
CATALOGUE = Catalogue.of(
    [Currency(code, 6) for code in ("btc", "usdt", "trx", "eth")],
    [Currency(code, 2) for code in ("usd", "eur", "ngn")],
    ["bank_transfer"],
    has_market_prices=True,
)
_PAGES_BEHIND = 99
_TRADER = "('00000000-0000-4000-8000-' || lpad(to_hex((number % 500)::integer), 12, '0'))::uuid"
_FILL = f"""
    INSERT INTO ads (id, maker_id, ad_type, crypto_currency, crypto_decimals, fiat_currency, fiat_decimals,
        payment_method, price_per_unit, crypto_amount, min_limit, max_limit, start_date, time_to_pay,
        auto_reply_message, terms_of_trade, additional_information, bank_account_name, bank_account_number,
        bank_name, payment_details, created_at, status, available, reserved, sold, withdrawn, version,
        min_completed_offers, price_margin)
    SELECT 10000 + number, {_TRADER}, 'sell', (ARRAY['btc', 'usdt', 'trx', 'eth'])[1 + number % 4], 6,
        (ARRAY['usd', 'eur', 'ngn'])[1 + number % 3], 2, 'bank_transfer', 2 + number % 9973 * 0.01, 1000,
        CASE WHEN number % 7 = 0 THEN 900 ELSE 1 END, 1000, '2026-03-02', 30, '', '', '', '', '', '', '',
        '2026-03-02T12:00:00+00:00'::timestamptz, 'pending', 1000, 0, 0, 0, 1,
        CASE WHEN number % 5 = 0 THEN 1000 ELSE 0 END,
        CASE WHEN number % 10 = 0 THEN 90 + number % 997 * 0.02 END
    FROM generate_series(1, {LIVE}) AS number"""
_RATES = """
    INSERT INTO market_rates (crypto_currency, fiat_currency, rate, at, answered_at, doubted)
    SELECT crypto, fiat, 50, '2026-03-02T12:00:00+00:00'::timestamptz, '2026-03-02T12:00:00+00:00'::timestamptz, ''
    FROM unnest(ARRAY['btc', 'usdt', 'trx', 'eth']) AS crypto, unnest(ARRAY['usd', 'eur', 'ngn']) AS fiat"""


@pytest.fixture(scope="module")
def board_url(cluster: Server, template_database: str) -> Iterator[str]:
    name = cluster.new_database(template_database)
    fill(cluster.url(name), Size(traders=500, ads=500, offers_an_ad=1))
    with closing(administrator(cluster.url(name))) as connection:
        connection.execute("SET session_replication_role = replica")
        for statement in (_FILL, _RATES, "ANALYZE"):
            connection.execute(statement)
    yield cluster.url(name)
    cluster.drop_database(name)


@pytest.fixture
def board_desk(board_url: str) -> Iterator[Desk]:
    store = SqlStore(board_url, waker=RecordingWaker(), message_id_domain="desk.example", clock=SettableClock())
    yield Desk(store)
    store.close()


def queries(desk: Desk) -> dict[str, BoardQuery]:
    """Every sort, with and without an amount, of all that there is to take and of what one could take."""
    viewer = UUID(trader_id(7))
    pair = BoardQuery(desk.clock.now().date(), CATALOGUE, viewer=viewer, crypto_currency="usdt", fiat_currency="eur")
    found = {}
    for sort, amount, taker in product(("newest", "price", "-price"), (None, Decimal(500)), (None, Taker(viewer))):
        name = f"{sort}{', amount' if amount else ''}{', takeable' if taker else ''}"
        found[name] = replace(pair, sort=sort, amount=amount, takeable_by=taker)
    for amount, taker in product((None, Decimal(500)), (None, Taker(viewer))):
        name = f"all pairs{', amount' if amount else ''}{', takeable' if taker else ''}"
        found[name] = replace(pair, crypto_currency=None, fiat_currency=None, amount=amount, takeable_by=taker)
    return found


def ads_read(plan: dict[str, Any]) -> float:
    """How many rows of ads an executed plan read, those that it threw away included, but not those it read again."""
    of_ads = plan.get("Relation Name") == "ads" and plan.get("Index Name") != "ads_pkey"
    thrown_away = sum(plan.get(f"Rows Removed by {why}", 0) for why in ("Filter", "Index Recheck")) if of_ads else 0
    read = plan["Actual Loops"] * (plan["Actual Rows"] + thrown_away) if of_ads else 0
    return float(read + sum(ads_read(part) for part in plan.get("Plans", ())))


def test_each_board_of_a_pair_reads_little_more_than_it_shows_on_every_page(board_url: str, board_desk: Desk) -> None:
    """By the plans that the desk's own connections make; what a board by price found it reads once more by its id."""
    found: dict[str, float] = {}
    with closing(administrator(board_url)) as aside:
        for setting, value in STEADY_PLANS.items():
            aside.execute(f"SET {setting} = {value}")

        def read(name: str, page_of: Callable[[Unit], Any]) -> None:
            found[name] = max(ads_read(explained(aside, one, "ANALYZE")) for one in statements_of(board_desk, page_of))

        for name, query in queries(board_desk).items():
            cursor = None
            read(name, lambda unit, q=query: unit.readers.board(q, None, SHOWN))
            for _ in range(_PAGES_BEHIND):
                cursor = board_desk.read(lambda unit, q=query, c=cursor: unit.readers.board(q, c, SHOWN)).next
                assert cursor is not None, name
            read(f"{name}, page 100", lambda unit, q=query, c=cursor: unit.readers.board(q, c, SHOWN))
    print(found)
    assert {name: rows for name, rows in found.items() if rows > SHOWN + MOST_MORE} == {}
    assert all(rows >= SHOWN for rows in found.values())
