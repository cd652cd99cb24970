"""A board full of ads that follow the market is read by its indexes, in either order, from any place on."""

from __future__ import annotations

from contextlib import closing

import pytest
from sqlalchemy import create_engine, text

from adapters.sql.connections.engine import open_engine
from domain import BoardQuery
from tests.integration.desk import CATALOGUE, Desk
from tests.integration.sql.conftest import administrator
from tests.integration.sql.touched import rows_touched, scans, statements_of

MARGINS = 2000
MOST_ROWS = 500
"""What may be read for a page of fifty, with what is looked up for each row of it; there are 4,000 live ads."""

_COPY = """
    INSERT INTO ads ({others}, id, price_per_unit, price_margin)
    SELECT {others}, ads.id + number, {price}, CASE WHEN price_margin IS NULL THEN NULL ELSE {margin} END
    FROM ads, ({numbers}) AS numbers WHERE ads.id IN ({ids})"""
_NUMBERS = "WITH RECURSIVE up (number) AS (SELECT 2 UNION ALL SELECT number + 2 FROM up WHERE number < {last})"


@pytest.fixture
def full(desk: Desk, url: str) -> Desk:
    """Two ads, and as many copies of each at other prices and margins."""
    desk.says(100)
    fixed, market = desk.buy_ad(), desk.market_ad()
    engine = open_engine(url)
    on_postgresql = engine.dialect.name == "postgresql"
    with engine.begin() as connection:
        columns = list(connection.execute(text("SELECT * FROM ads LIMIT 0")).keys())
        others = ", ".join(name for name in columns if name not in ("id", "price_per_unit", "price_margin"))
        number = (
            "1 + number * 0.01" if on_postgresql else "printf('%018d.%02d', 1 + number / 100, number % 100) || '{}'"
        )
        number = number.format("0" * 18)
        numbers = f"{_NUMBERS.format(last=2 * MARGINS)} SELECT number FROM up"
        connection.exec_driver_sql(
            _COPY.format(others=others, price=number, margin=number, numbers=numbers, ids=f"{fixed.id}, {market.id}")
        )
        connection.exec_driver_sql("ANALYZE")
    engine.dispose()
    return desk


def queries(desk: Desk) -> list[tuple[BoardQuery, str | None]]:
    """The first page and the second of each order."""
    today, found = desk.clock.now().date(), list[tuple[BoardQuery, str | None]]()
    for sort in ("price", "-price"):
        query = BoardQuery(today, CATALOGUE, crypto_currency="usdt", fiat_currency="usd", sort=sort)
        page = desk.read(lambda unit, q=query: unit.readers.board(q, None, 50))  # type: ignore[misc]
        assert {view.ad.price_margin is None for view in page.items} == {True, False}
        found += [(query, None), (query, page.next)]
    return found


@pytest.mark.parametrize("engine", ["postgres"], indirect=True)
def test_postgresql_reads_no_more_than_a_page_of_each_lane(full: Desk, url: str) -> None:
    with closing(administrator(url)) as aside:
        for query, cursor in queries(full):
            asked = statements_of(full, lambda unit, q=query, c=cursor: unit.readers.board(q, c, 50))  # type: ignore[misc]
            rows = max(rows_touched(aside, one, generic=plan) for one in asked for plan in (False, True))
            assert rows <= MOST_ROWS, (query, cursor)


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_sqlite_goes_by_the_indexes(full: Desk, url: str) -> None:
    engine = create_engine(url)
    with engine.connect() as aside:
        for query, cursor in queries(full):
            asked = statements_of(full, lambda unit, q=query, c=cursor: unit.readers.board(q, c, 50))  # type: ignore[misc]
            assert [step for one in asked for step in scans(aside, one)] == []
    engine.dispose()
