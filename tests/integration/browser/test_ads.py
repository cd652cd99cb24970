"""Ads and the offers on them, as two people place and make them on the page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from decimal import Decimal
from typing import Any

import pytest

from tests.integration.browser.market import Market
from tests.integration.browser.people import UNKNOWN, Browsers, Desk, Person, lose_first_answer, one_by_one

ACCOUNT = {"Account name": "Jude Okafor", "Account number": "1234567890", "Bank": "Second Bank"}


@pytest.fixture(scope="module")
def both(browsers: Browsers, desk: Desk) -> Iterator[tuple[Person, Person]]:
    """Jude and Amara, each signed in once for all tests of this file."""
    with ExitStack() as stack:
        jude, amara = (stack.enter_context(browsers.person(desk, name)) for name in ("Jude", "Amara"))
        yield jude, amara


def post_ad(person: Person, price: str, amount: str, *, ad_type: str = "sell", **more: str) -> int:
    """Place an ad of trx for usd by bank transfer with the form, and return its id."""
    person.go("/ads/new")
    fill_ad(person.page, price, amount, ad_type=ad_type, **more)
    person.page.get_by_role("button", name="Post ad").click()
    person.page.get_by_role("heading", name="Your ad").wait_for()
    return int(person.page.url.rsplit("/", 1)[1])


def fill_ad(page: Any, price: str, amount: str, *, ad_type: str = "sell", **more: str) -> None:
    page.get_by_role("heading", name="Place an ad").wait_for()
    page.get_by_role("radio", name=f"I want to {ad_type}").check()
    page.get_by_label("Coin", exact=True).select_option("trx")
    page.get_by_label("Currency", exact=True).select_option("usd")
    page.get_by_label("Payment method").select_option("bank_transfer")
    page.get_by_label("Price per unit").fill(price)
    page.get_by_label("Crypto amount").fill(amount)
    for label, value in {**(ACCOUNT if ad_type == "sell" else {}), **more}.items():
        page.get_by_label(label).fill(value)


def change_price(person: Person, ad: int, price: str) -> None:
    person.go(f"/ads/{ad}/edit")
    person.page.get_by_label("Price per unit").fill(price)
    person.page.get_by_role("button", name="Save changes").click()
    person.page.get_by_role("heading", name=f"Your ad {ad}").wait_for()


def fill_account(page: Any) -> None:
    for label, value in {"Account name": "Amara Nwosu", "Account number": "0123456789", "Bank": "First Bank"}.items():
        page.get_by_label(label).fill(value)


def test_an_ad_is_placed_seen_by_others_and_taken(both: tuple[Person, Person]) -> None:
    jude, amara = both
    jude.go("/ads/new")
    jude.page.get_by_label("Coin", exact=True).select_option("trx")
    jude.page.get_by_text("You have 1,000 TRX in your p2p wallet.").wait_for()
    ad = post_ad(jude, "200", "100", **{"Your terms": "Only from your own account."})
    amara.go("/?crypto_currency=trx&fiat_currency=usd")
    row = amara.page.get_by_role("listitem").filter(has_text="Jude")
    row.get_by_text("200.00").wait_for()
    row.get_by_text("100 TRX left").wait_for()
    row.get_by_role("link", name="Buy TRX").click()
    page = amara.page
    page.get_by_role("heading", name="Buy TRX from Jude").wait_for()
    page.get_by_text("Only from your own account.").wait_for()
    # The amount that is typed makes the other, either way.
    page.get_by_label("Fiat amount").fill("1,000.50")
    assert page.get_by_label("Crypto amount").input_value() == "5.0025"
    page.get_by_label("Crypto amount").fill("10")
    assert page.get_by_label("Fiat amount").input_value() == "2000"
    page.get_by_text("= 2,000.00 USD").wait_for()
    page.get_by_text("10 TRX of Jude are locked for you. You then have 30 min to pay 2,000.00 USD").wait_for()
    fill_account(page)
    page.get_by_role("button", name="Make offer").click()
    page.get_by_role("heading", name="Offer 1").wait_for()
    amara.go(f"/ads/{ad}")
    page.get_by_text("90 TRX", exact=True).wait_for()


def test_a_price_that_changed_meanwhile_is_said_and_nothing_is_made(both: tuple[Person, Person]) -> None:
    jude, amara = both
    ad = post_ad(jude, "210", "50")
    amara.go(f"/ads/{ad}")
    amara.page.get_by_label("Crypto amount").fill("10")
    fill_account(amara.page)
    change_price(jude, ad, "220")
    amara.page.get_by_role("button", name="Make offer").click()
    amara.page.get_by_text("The price of this ad is now 220.00.").wait_for()
    # The amounts follow the new price before it can be taken.
    amara.page.get_by_text("= 2,200.00 USD").wait_for()
    amara.page.get_by_role("button", name="Make offer").click()
    amara.page.get_by_role("heading", name="Offer").wait_for()


def make_an_offer_and_lose_the_answer(person: Person, ad: int) -> None:
    """It was made, and the page cannot know that."""
    person.go(f"/ads/{ad}")
    page = person.page
    page.get_by_label("Crypto amount").fill("10")
    fill_account(page)
    lose_first_answer(page, "**/p2p/offer/create/")
    page.get_by_role("button", name="Make offer").click()
    page.get_by_text(UNKNOWN).wait_for()


def test_an_offer_whose_answer_was_lost_is_made_once(both: tuple[Person, Person], desk: Desk) -> None:
    """Whatever its ad's price does meanwhile."""
    jude, amara = both
    ad, page = post_ad(jude, "210", "40"), amara.page
    make_an_offer_and_lose_the_answer(amara, ad)
    change_price(jude, ad, "230")
    # Whatever Amara is told of has the ad on her screen asked for again.
    market = Market(desk)
    offer = market.call("GET", "/p2p/offer/?limit=1", "amara")["items"][0]["id"]
    market.call("POST", f"/p2p/offer/chat/{offer}/", "jude", {"text": "Are you there?"})
    page.get_by_text("= 2,300.00 USD").wait_for()
    page.get_by_role("button", name="Make offer").click()
    page.get_by_role("heading", name="Offer").wait_for()
    amara.complaints.clear()
    amara.go(f"/ads/{ad}")
    page.get_by_text("30 TRX", exact=True).wait_for()


def test_another_offer_is_one_that_was_typed_anew(both: tuple[Person, Person]) -> None:
    """Where nobody knows what became of the first, what is typed then is a wish of its own."""
    jude, amara = both
    ad, page = post_ad(jude, "215", "40"), amara.page
    make_an_offer_and_lose_the_answer(amara, ad)
    page.get_by_label("Crypto amount").fill("5")
    page.get_by_role("button", name="Make offer").click()
    page.get_by_role("heading", name="Offer").wait_for()
    amara.complaints.clear()
    amara.go(f"/ads/{ad}")
    page.get_by_text("25 TRX", exact=True).wait_for()


def test_an_ad_whose_answer_was_lost_is_placed_once(both: tuple[Person, Person]) -> None:
    jude, _ = both
    jude.go("/ads/new")
    lose_first_answer(jude.page, "**/p2p/ad/")
    fill_ad(jude.page, "233", "7")
    jude.page.get_by_role("button", name="Post ad").click()
    jude.page.get_by_text(UNKNOWN).wait_for()
    jude.page.get_by_role("button", name="Post ad").click()
    jude.page.get_by_role("heading", name="Your ad").wait_for()
    jude.complaints.clear()
    jude.go("/my-ads")
    mine = jude.page.get_by_role("listitem").filter(has_text="233.00")
    mine.first.wait_for()
    assert mine.count() == 1


def test_what_the_desk_refuses_stands_where_it_belongs(both: tuple[Person, Person]) -> None:
    jude, amara = both
    ad = post_ad(jude, "200", "10", **{"Least in one offer": "400"})
    amara.go(f"/ads/{ad}")
    page = amara.page
    page.get_by_label("Crypto amount").fill("1")
    fill_account(page)
    page.get_by_role("button", name="Make offer").click()
    alert = page.get_by_role("alert")
    alert.get_by_text("400.00").wait_for()
    alert.get_by_text("Request ").wait_for()
    page.get_by_label("Crypto amount").fill("1.1234567")
    page.get_by_text("TRX has 6 decimal places at most.").wait_for()


def test_one_s_ad_is_paused_opened_again_changed_and_closed(both: tuple[Person, Person]) -> None:
    jude, amara = both
    ad = post_ad(jude, "199", "20")
    jude.go("/my-ads")
    row = jude.page.get_by_role("listitem").filter(has_text=f"Ad {ad} ")
    row.get_by_role("button", name="Pause ad").click()
    row.get_by_text("Paused").wait_for()
    amara.go(f"/ads/{ad}")
    amara.page.get_by_text("Its maker has paused it.").wait_for()
    row.get_by_role("button", name="Resume ad").click()
    row.get_by_text("Open", exact=False).wait_for()
    row.get_by_role("button", name="Close ad").click()
    dialog = jude.page.get_by_role("dialog")
    dialog.get_by_text("20 TRX return to your p2p wallet.").wait_for()
    # Enter does not do it: the focus is on the other button.
    jude.page.keyboard.press("Enter")
    dialog.wait_for(state="detached")
    row.get_by_role("button", name="Close ad").click()
    dialog.wait_for()
    jude.page.keyboard.press("Escape")
    dialog.wait_for(state="detached")
    row.get_by_role("button", name="Close ad").click()
    dialog.get_by_role("button", name="Close ad").click()
    row.get_by_text("Closed").wait_for()
    assert row.get_by_role("button").count() == 0


def test_what_is_emptied_in_an_ad_is_taken_from_it_or_asked_for(both: tuple[Person, Person], desk: Desk) -> None:
    jude, _ = both
    market = Market(desk)
    asked = {"min_completed_offers": 3, "min_completion_rate": 90, "time_to_pay": 45}
    ad = market.ad("jude", "sell", crypto_amount="10", min_limit="400", **asked)
    jude.go(f"/ads/{ad}/edit")
    page = jude.page
    for label in ("Completed offers, at least", "Completion rate, at least", "Minutes to pay", "Least in one offer"):
        page.get_by_label(label).fill("")
    page.get_by_role("button", name="Save changes").click()
    page.get_by_text("Every ad has one: give an amount.").wait_for()
    page.get_by_label("Least in one offer").fill("300")
    page.get_by_role("button", name="Save changes").click()
    page.get_by_role("heading", name=f"Your ad {ad}").wait_for()
    seen = market.call("GET", f"/p2p/ad/detail/{ad}", "jude")
    assert [seen[name] for name in asked] == [0, 0, 30]
    assert Decimal(seen["min_limit"]) == 300


def test_a_buy_ad_tells_the_seller_which_coins_are_locked(both: tuple[Person, Person]) -> None:
    jude, amara = both
    ad = post_ad(jude, "190", "30", ad_type="buy")
    amara.go(f"/ads/{ad}")
    page = amara.page
    page.get_by_role("heading", name="Sell TRX to Jude").wait_for()
    page.get_by_role("button", name="The most: 30 TRX").click()
    assert page.get_by_label("Fiat amount").input_value() == "5700"
    page.get_by_text("30 TRX leave your p2p wallet and are locked.").wait_for()
    fill_account(page)
    page.get_by_role("button", name="Make offer").dblclick()
    page.get_by_role("heading", name="Offer").wait_for()
    # Two presses made one offer: all of the ad is taken once.
    jude.go(f"/ads/{ad}")
    jude.page.get_by_text("0 TRX", exact=True).wait_for()


def test_a_trader_is_seen_and_blocked(both: tuple[Person, Person]) -> None:
    _, amara = both
    amara.go("/?crypto_currency=eth&fiat_currency=eur")
    page = amara.page
    page.get_by_role("link", name="Lena Fischer").first.click()
    page.get_by_role("heading", name="Lena Fischer").wait_for()
    page.get_by_text("Germany").wait_for()
    page.get_by_role("button", name="Block", exact=True).click()
    page.get_by_text("You and Lena Fischer do not see each other\u2019s ads.").wait_for()
    amara.go("/?crypto_currency=eth&fiat_currency=eur")
    page.get_by_text("No ad is like this at the moment").wait_for()
    page.go_back()
    page.get_by_role("button", name="Unblock").click()
    page.get_by_role("button", name="Block", exact=True).wait_for()


def test_whom_one_blocked_is_found_among_many(both: tuple[Person, Person], desk: Desk) -> None:
    _, amara = both
    market = Market(desk)
    blocked = [market.id(who) for who in ("lena", "chidi")]
    for trader in blocked:
        market.call("POST", f"/p2p/block/{trader}/", "amara")
    one_by_one(amara.page, "/p2p/block/")
    # Whom Amara looked at last is looked at anew.
    amara.go("/my-ads")
    amara.page.get_by_role("heading", name="My ads").wait_for()
    for trader in blocked:
        amara.go(f"/traders/{trader}")
        amara.page.get_by_role("button", name="Unblock").click()
        amara.page.get_by_role("button", name="Block", exact=True).wait_for()
