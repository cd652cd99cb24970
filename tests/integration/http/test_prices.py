"""What the market asks: ``GET /p2p/price/``."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from domain import MarketRate
from tests.clock import NOON
from tests.integration.http.desk import Caller, Desk, told


def keep(desk: Desk, **rates: str) -> None:
    found = [MarketRate.first(tuple(pair.split("_")), Decimal(rate), NOON) for pair, rate in rates.items()]  # type: ignore[arg-type]
    desk.store.run(lambda unit: unit.rates.keep(found), writes=True)


def test_without_a_feed_nothing_is_known(jude: Caller) -> None:
    assert jude.get("/p2p/price/").json["entity"] == {"items": [], "next": None}


def test_what_is_traded_has_its_price(desk: Desk, jude: Caller) -> None:
    keep(desk, trx_usd="0.1", btc_usd="65000.12", gold_usd="1", btc_xau="20")
    items = jude.get("/p2p/price/").json["entity"]["items"]
    at = (NOON + timedelta(0)).isoformat(timespec="microseconds")
    assert items == [
        {"id": "btc-usd", "crypto_currency": "btc", "fiat_currency": "usd", "rate": "65000.12", "at": at},
        {"id": "trx-usd", "crypto_currency": "trx", "fiat_currency": "usd", "rate": "0.10", "at": at},
    ]


@pytest.mark.parametrize("limit", [1, 2, 3, 100])
def test_prices_page_by_page(desk: Desk, jude: Caller, limit: int) -> None:
    keep(desk, trx_usd="1", btc_usd="2", btc_jpy="3", eth_usd="4", usdt_usd="5")
    seen: list[str] = []
    cursor = ""
    while True:
        page = jude.get(f"/p2p/price/?limit={limit}&cursor={cursor}").json["entity"]
        seen += [item["id"] for item in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == ["btc-jpy", "btc-usd", "eth-usd", "trx-usd", "usdt-usd"]


def test_a_cursor_of_something_else_is_none(jude: Caller) -> None:
    assert told(jude.get("/p2p/price/?cursor=x"))[0] == 400
