"""Ads that follow the market, as clients see them (docs/contract/trading.md, "Market ads")."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.integration.http.desk import CATALOGUE, Caller, Desk, ad_body, offer_body, told
from tests.integration.http.test_prices import keep

MARKET = {"price_type": "market", "price_margin": "102.5", "price_per_unit": None}
SHOWN = ("price_type", "price_margin", "price_per_unit", "price_known", "max_limit")


def shown(caller: Caller, ad: int) -> tuple[Any, ...]:
    entity = caller.get(f"/p2p/ad/detail/{ad}").json["entity"]
    return tuple(entity[key] for key in SHOWN)


def test_an_ad_at_the_markets_price(desk: Desk, jude: Caller, amara: Caller) -> None:
    keep(desk, trx_usd="0.16")
    ad = jude.ad(**MARKET, min_limit=None, max_limit=None)
    assert shown(amara, ad) == ("market", "102.5", "0.164", True, "16.4000000000")
    keep(desk, trx_usd="0.2")
    assert shown(amara, ad) == ("market", "102.5", "0.205", True, "20.5000000000")
    assert amara.post("/p2p/offer/create/", offer_body(ad, price_per_unit="0.164")).json["message"] == (
        "(price_per_unit) The price of this ad is now 0.205."
    )
    made = amara.post("/p2p/offer/create/", offer_body(ad, price_per_unit="0.2050")).json["entity"]
    assert made["fiat_amount"] == "2.05"
    keep(desk, trx_usd="0.9")
    assert amara.get(f"/p2p/offer/detail/{made['id']}").json["entity"]["price_per_unit"] == "0.205"


def test_an_ad_of_a_fixed_price_says_so(jude: Caller) -> None:
    assert shown(jude, jude.ad(price_per_unit="200"))[:4] == ("fixed", None, "200.00", True)
    assert shown(jude, jude.ad(price_per_unit="200", price_type="fixed"))[0] == "fixed"


def test_a_price_that_is_not_known_makes_no_offer(desk: Desk, jude: Caller, amara: Caller) -> None:
    keep(desk, trx_usd="2")
    ad, fixed = jude.ad(**MARKET), jude.ad()
    desk.clock.advance(minutes=6)
    desk.clock.advance(seconds=1)
    assert shown(amara, ad)[2:4] == ("2.05", False)
    items = amara.get("/p2p/ad/?sort=price").json["entity"]["items"]
    assert {item["id"]: item["price_known"] for item in items} == {ad: False, fixed: True}
    refused = amara.post("/p2p/offer/create/", offer_body(ad))
    assert told(refused) == (400, "This ad is not open: the market's price is not known at the moment")
    assert refused.headers["Error-Code"] == "ad_not_open"


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (
            {**MARKET, "price_per_unit": "2"},
            "(price_per_unit) An ad that follows the market has price_margin in its place.",
        ),
        ({**MARKET, "price_margin": None}, "(price_margin) This field is required."),
        ({"price_margin": "100"}, "(price_margin) Only an ad that follows the market has this field."),
        ({**MARKET, "price_margin": "0"}, "(price_margin) Ensure that this amount is greater than zero."),
        ({**MARKET, "price_margin": "1000.01"}, "(price_margin) Ensure that this value is no more than 1000."),
        ({**MARKET, "price_margin": "1.001"}, "(price_margin) Ensure that there are no more than 2 decimal places."),
        ({**MARKET, "fiat_currency": "jpy"}, "(price_type) There is no market price for trx in jpy."),
        ({"price_per_unit": None}, "(price_per_unit) This field is required."),
        (
            {**MARKET, "min_limit": "1000"},
            "(min_limit) Ensure that the least an offer may be for is no more than 205.00 usd.",
        ),
    ],
)
def test_what_it_may_not_ask_for(desk: Desk, jude: Caller, fields: dict[str, Any], message: str) -> None:
    keep(desk, trx_usd="2")
    assert told(jude.post("/p2p/ad/", ad_body(**{"min_limit": None, "max_limit": None} | fields))) == (400, message)


def test_a_desk_without_prices(desk: Desk, jude: Caller) -> None:
    assert jude.get("/p2p/settings/").json["entity"]["market_prices"] is True
    plain = replace(jude, app=desk.with_services(catalogue=replace(CATALOGUE, has_market_prices=False)))
    assert plain.get("/p2p/settings/").json["entity"]["market_prices"] is False
    refused = plain.post("/p2p/ad/", ad_body(**MARKET))
    assert told(refused) == (400, "(price_type) This desk has no market prices.")


def test_an_edit_is_of_the_margin(desk: Desk, jude: Caller) -> None:
    keep(desk, trx_usd="2")
    ad, fixed = jude.ad(**MARKET, max_limit=None), jude.ad()
    assert jude.post(f"/p2p/ad/edit/{ad}/", {"price_margin": "99"}).status_int == 200
    assert shown(jude, ad) == ("market", "99", "1.98", True, "198.0000000000")
    assert told(jude.post(f"/p2p/ad/edit/{ad}/", {"price_per_unit": "2"}))[1].startswith("(price_per_unit)")
    assert told(jude.post(f"/p2p/ad/edit/{fixed}/", {"price_margin": "99"}))[1].startswith("(price_margin)")


def test_the_board_page_by_page(desk: Desk, jude: Caller, amara: Caller) -> None:
    keep(desk, trx_usd="2")
    ads = [jude.ad(**MARKET | {"price_margin": margin}) for margin in ("90", "110", "100")]
    ads.append(jude.ad(price_per_unit="2.1"))
    seen, cursor = [], ""
    while cursor is not None:
        page = amara.get(f"/p2p/ad/?sort=price&crypto_currency=trx&fiat_currency=usd&limit=1&cursor={cursor}")
        seen += [item["id"] for item in page.json["entity"]["items"]]
        cursor = page.json["entity"]["next"]
    assert seen == [ads[0], ads[2], ads[3], ads[1]]
