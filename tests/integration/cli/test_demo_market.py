"""The market of ``p2p serve --demo``: a board that is worth looking at, and books that are right."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from adapters.prices.made_up import RATES, MadeUpPrices
from config.settings import read_settings
from domain.model.prices import Quote, is_rate
from entrypoints.cli.demo_market import ADS, MAKERS, DemoAd
from entrypoints.cli.demo_traders import PASSWORD, TRADERS
from tests.integration.running import Cli
from tests.integration.serving import Addresses, Serving, ask


def test_the_ads_are_believable() -> None:
    """Of both types, in several currencies, each makers' spread the right way round, and none that nobody can take."""
    assert len(ADS) >= 12
    assert {ad.ad_type.value for ad in ADS} == {"sell", "buy"}
    assert len({ad.fiat for ad in ADS}) >= 5
    assert len({ad.crypto for ad in ADS}) >= 5
    assert {ad.maker for ad in ADS} == set(MAKERS)
    assert {(ad.ad_type.value, ad.margin is None) for ad in ADS} == set(product(("sell", "buy"), (True, False)))
    for ad in ADS:
        assert Decimal(ad.least) < Decimal(ad.most) <= Decimal(ad.amount) * price_of(ad)
        # Whoever sells asks for some more than the market, and whoever buys gives some less.
        share = price_of(ad) / RATES[ad.crypto, ad.fiat]
        assert (1 if ad.ad_type.value == "sell" else Decimal("0.95")) <= share
        assert share <= (Decimal("1.05") if ad.ad_type.value == "sell" else 1)


def test_the_made_up_market_has_a_price_of_all_that_a_desk_trades_unless_told() -> None:
    catalogue = read_settings({}, Path("desk")).catalogue
    assert RATES.keys() == set(product(catalogue.crypto, catalogue.fiat))
    assert all(is_rate(rate) for rate in RATES.values())
    assert MadeUpPrices().ask().rates == RATES


def price_of(ad: DemoAd) -> Decimal:
    if ad.margin is None:
        return Decimal(ad.price)
    price = Quote(RATES[ad.crypto, ad.fiat], datetime(2026, 3, 2, tzinfo=UTC)).price(ad.margin)
    assert price is not None
    return price


@pytest.fixture
def addresses() -> Addresses:
    return Addresses()


def seen_on_the_board(empty_cli: Cli, addresses: Addresses, **settings: str) -> list[Any]:
    """The board as Amara sees it on a fresh desk."""
    with Serving(empty_cli, "serve", "--demo", **addresses.settings, **settings) as desk:
        desk.wait_for("Ctrl-C stops the desk.")
        body = {"email": TRADERS["Amara"], "password": PASSWORD}
        token = ask(addresses.http, "POST", "/auth/token/", body=body)[1]["entity"]["access"]
        found: list[Any] = ask(addresses.http, "GET", "/p2p/ad/", token)[1]["entity"]["items"]
        assert desk.stop() == 0
    return found


def test_all_of_them_are_on_the_board(empty_cli: Cli, addresses: Addresses) -> None:
    board = seen_on_the_board(empty_cli, addresses)
    expected = [(ad.crypto, ad.fiat, price_of(ad), "fixed" if ad.margin is None else "market") for ad in ADS]
    keys = ("crypto_currency", "fiat_currency", "price_per_unit", "price_type")
    found = [tuple(Decimal(ad[key]) if key == "price_per_unit" else ad[key] for key in keys) for ad in board]
    assert sorted(found) == sorted(expected)
    assert all(ad["price_known"] for ad in board)
    assert {ad["user"]["fullname"] for ad in board} == {fullname for fullname, _ in MAKERS.values()}
    assert all(ad["gives_account"] for ad in board if ad["ad_type"] == "sell")
    assert empty_cli.done("ledger", "verify") == "Every invariant holds"


def test_prices_of_the_operator_s_own_go_before_the_made_up_ones(
    empty_cli: Cli, addresses: Addresses, tmp_path: Path
) -> None:
    prices = tmp_path / "prices.json"
    prices.write_text('{"eth": {"ngn": "4000000"}, "btc": {"usd": "70000"}}')
    board = seen_on_the_board(empty_cli, addresses, PRICES_URL=f"file:{prices}")
    market = [(ad["crypto_currency"], Decimal(ad["price_per_unit"])) for ad in board if ad["price_type"] == "market"]
    assert market == [("eth", Decimal(4060000))]
    assert len(board) == 1 + sum(ad.margin is None for ad in ADS)


def test_what_is_not_traded_is_not_offered(empty_cli: Cli, addresses: Addresses) -> None:
    found = seen_on_the_board(empty_cli, addresses, CRYPTO_CURRENCIES="usdt:6", FIAT_CURRENCIES="ngn:2,usd:2")
    assert {(ad["crypto_currency"], ad["fiat_currency"]) for ad in found} == {("usdt", "ngn")}
