"""Every screen, at each width and in each theme: nothing is complained of, hidden from anybody, or wider than it."""

from __future__ import annotations

import pytest

from tests.integration.browser.market import Market
from tests.integration.browser.people import Browsers, Desk, Person, axe, hindrances, look_at

OPEN = {
    "/": "Buy and sell crypto",
    "/sign-in": "Sign in",
    "/register": "Create account",
    "/new-password": "Choose a new password",
}
CLOSED = {
    "/": "Board",
    "/?crypto_currency=btc&fiat_currency=jpy": "Board",
    "/ads/new": "Place an ad",
    "/ads/1": "Buy USDT from Chidi Eze",
    "/ads/2": "Sell USDT to Chidi Eze",
    "/my-ads": "My ads",
    "/offers": "Offers",
    "/my-wallet": "Wallet",
    "/inbox": "Inbox",
    "/settings": "Settings",
}
CHECKER = axe()
NOBODY = "00000000-0000-4000-8000-000000000000"


def test_whoever_is_not_signed_in_sees_what_the_desk_is(browsers: Browsers, desk: Desk) -> None:
    with browsers.person(desk) as visitor:
        for path, heading in OPEN.items():
            visitor.page.goto(path)
            look_at_screen(visitor, heading)


def test_whoever_is_signed_in_sees_each_screen(browsers: Browsers, desk: Desk) -> None:
    market = Market(desk)
    ad = market.ad("jude", "sell")
    mine = {f"/ads/{ad}/edit": f"Edit ad {ad}", f"/traders/{market.id('chidi')}": "Chidi Eze"}
    with browsers.person(desk, "Jude") as jude:
        for path, heading in {**CLOSED, **mine}.items():
            jude.go(path)
            look_at_screen(jude, heading)
            assert jude.page.title().endswith(f"{heading} · P2P desk")


def test_a_screen_for_those_who_are_signed_in_leads_there_by_way_of_signing_in(browsers: Browsers, desk: Desk) -> None:
    with browsers.person(desk) as visitor:
        visitor.page.goto("/my-wallet")
        visitor.page.get_by_role("button", name="Try as Amara").click()
        visitor.page.get_by_role("heading", name="Wallet").wait_for()
        assert visitor.page.url.endswith("/my-wallet")


def test_where_there_is_nothing_a_page_says_so(browsers: Browsers, desk: Desk) -> None:
    """Also to whoever is not signed in: signing in would bring nothing there."""
    with browsers.person(desk) as visitor:
        visitor.page.goto("/ads/first")
        look_at_screen(visitor, "There is no such page")
        visitor.page.get_by_role("link", name="Go to the first page").click()
        visitor.page.get_by_role("heading", name="Buy and sell crypto").wait_for()
    with browsers.person(desk, "Jude") as jude:
        for path, what in {
            "/nowhere": "page", "/ads/999999": "ad", "/offers/999999": "offer", f"/traders/{NOBODY}": "trader",
        }.items():  # fmt: skip
            jude.go(path)
            look_at_screen(jude, f"There is no such {what}")
            assert jude.page.get_by_role("button", name="Try again").count() == 0


@pytest.mark.skipif(CHECKER is None, reason="P2P_TEST_NODE_TOOLS names no folder with axe-core")
def test_the_checker_sees_what_is_wrong(browsers: Browsers, desk: Desk) -> None:
    with browsers.person(desk) as visitor:
        visitor.page.get_by_role("heading", level=1).first.wait_for()
        visitor.page.evaluate("document.querySelector('h1').style.color = '#ddd'")
        assert any(found.startswith("color-contrast") for found in hindrances(visitor.page, CHECKER or ""))


def look_at_screen(person: Person, heading: str) -> None:
    person.page.get_by_role("heading", name=heading, level=1).wait_for()
    look_at(person)
