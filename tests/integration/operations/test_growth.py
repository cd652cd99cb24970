"""How much a trade leaves in PostgreSQL, and that what the page on growth says can be done there."""

from __future__ import annotations

import re
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import make_url

from tests.factories import TraderFactory
from tests.integration.desk import Desk
from tests.integration.sql.conftest import NewDesk
from tests.integration.waiting import until
from tests.postgres import Server

PAGE = Path(__file__).resolve().parents[3] / "docs" / "operations" / "growth.md"
TRADES = 150
BYTES_LIMIT = 10_000
IN_PLACE = ("accounts", "ads", "notice_counters")
SIZE = "SELECT sum(pg_total_relation_size(relid)) FROM pg_stat_user_tables"
UPDATED = "SELECT n_tup_upd, n_tup_hot_upd FROM pg_stat_user_tables WHERE relname = %s"


@pytest.fixture
def aside(database_url: str, cluster: Server) -> Any:
    with closing(cluster.connect(make_url(database_url).database or "")) as connection:
        yield connection


def size_of(connection: psycopg.Connection[Any]) -> int:
    connection.execute("VACUUM ANALYZE")
    row = connection.execute(SIZE).fetchone()
    assert row is not None
    return int(row[0])


def trade(desk: Desk, times: int) -> None:
    """So many trades, with all their letters sent."""
    # One whose address is verified gets any number of letters a day.
    maker, *takers = (desk.add(TraderFactory(created_at=desk.clock.now(), email_verified=True)) for _ in range(6))
    desk.deposit(maker, Decimal(1000))
    ad = desk.ad(maker, crypto_amount=Decimal(1000))
    for number in range(times):
        offer = desk.offer(ad, takers[number % 5], Decimal(1))
        desk.pay(offer)
        desk.release(offer)
    while letters := desk.store.outbox.claim(uuid4(), 60, 100):
        for letter in letters:
            assert desk.store.outbox.mark_sent(letter)


def test_a_trade_leaves_less_than_it_is_said(database_url: str, open_desk: NewDesk, aside: Any) -> None:
    desk = open_desk(database_url)
    trade(desk, 20)
    before = size_of(aside)
    trade(desk, TRADES)
    assert (size_of(aside) - before) / TRADES < BYTES_LIMIT
    desk.store.close()
    for table in IN_PLACE:
        # A session's counts are there once it has ended.
        updated, in_place = until(lambda table=table: counted(aside, table))
        # A page is full now and then.
        assert in_place > 0.9 * updated, table


def counted(connection: psycopg.Connection[Any], table: str) -> Any:
    """How many rows of it were updated, and how many of these in place; None while none is known of."""
    row = connection.execute(UPDATED, [table]).fetchone()
    return row if row is not None and row[0] >= TRADES else None


def test_what_is_advised_can_be_done(aside: Any) -> None:
    advised = re.findall(r"^    (ALTER TABLE \w+ SET \(.+\);)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(advised) >= 5
    for statement in advised:
        aside.execute(statement)
