"""The market of ``p2p serve --demo``: a board that is worth looking at, and books that are right."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from entrypoints.cli.demo_market import ADS, MAKERS
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
    for ad in ADS:
        assert Decimal(ad.least) < Decimal(ad.most) <= Decimal(ad.amount) * Decimal(ad.price)
    of_chidi = {ad.ad_type.value: Decimal(ad.price) for ad in ADS if (ad.maker, ad.crypto) == ("Chidi", "usdt")}
    assert of_chidi["buy"] < of_chidi["sell"]


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
    expected = [(ad.crypto, ad.fiat, Decimal(ad.price)) for ad in ADS]
    found = [(ad["crypto_currency"], ad["fiat_currency"], Decimal(ad["price_per_unit"])) for ad in board]
    assert sorted(found) == sorted(expected)
    assert {ad["user"]["fullname"] for ad in board} == {fullname for fullname, _ in MAKERS.values()}
    assert all(ad["gives_account"] for ad in board if ad["ad_type"] == "sell")
    assert empty_cli.done("ledger", "verify") == "Every invariant holds"


def test_what_is_not_traded_is_not_offered(empty_cli: Cli, addresses: Addresses) -> None:
    found = seen_on_the_board(empty_cli, addresses, CRYPTO_CURRENCIES="usdt:6", FIAT_CURRENCIES="ngn:2,usd:2")
    assert {(ad["crypto_currency"], ad["fiat_currency"]) for ad in found} == {("usdt", "ngn")}
