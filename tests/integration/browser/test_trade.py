"""Two people trade by the page: on a sell ad and on a buy ad, with a look at what each is told meanwhile."""

from __future__ import annotations

import re
from typing import Any

from tests.integration.browser.market import Market
from tests.integration.browser.people import Browsers, Desk, Person
from tests.integration.waiting import until

SECONDS = 20_000
DEED = {"name": "Release 10 trx"}


def test_a_trade_on_a_sell_ad(browsers: Browsers, desk: Desk) -> None:
    """Both see what the other does without reloading, and the coins arrive."""
    market = Market(desk)
    offer = market.offer("amara", market.ad("jude", "sell"))
    with browsers.person(desk, "Amara") as amara, browsers.person(desk, "Jude") as jude:
        for person in (amara, jude):
            person.go(f"/offers/{offer}")
        reads(jude, "Waiting for Amara to pay")
        reads(amara, "Pay 2,000.00 NGN to Jude")
        assert amara.page.get_by_role("timer").inner_text().startswith(("29:", "30:"))
        writes(amara, "I pay by bank now.")
        jude.page.get_by_role("log").get_by_text("I pay by bank now.").wait_for(timeout=SECONDS)
        amara.page.get_by_role("button", name="I have paid").click()
        reads(amara, "Waiting for Jude to release")
        reads(jude, "Check your account for 2,000.00 NGN")
        assert "Amara Nwosu" in jude.page.get_by_role("region", name="What to look for in your bank").inner_text()
        release(jude)
        reads(jude, "You have released 10 TRX")
        reads(amara, "You have got 10 TRX")
        assert amara.page.title().endswith(f"Offer {offer}: Completed · P2P desk")
        assert market.status(offer) == "completed"


def test_a_trade_on_a_buy_ad_by_keyboard_alone(browsers: Browsers, desk: Desk) -> None:
    """Whoever took the ad sells, and could cancel until the payment is marked; so it is marked first."""
    market = Market(desk)
    offer = market.offer("amara", market.ad("jude", "buy"))
    with browsers.person(desk, "Amara") as amara, browsers.person(desk, "Jude") as jude:
        for person in (amara, jude):
            person.go(f"/offers/{offer}")
        reads(jude, "Press “I have paid” first, then pay 2,000.00 NGN to Amara")
        press(jude, "button", "I have paid")
        reads(amara, "Check your account for 2,000.00 NGN")
        press(amara, "textbox", "Message", enter=False)
        amara.page.keyboard.type("It has arrived.")
        amara.page.keyboard.press("Enter")
        jude.page.get_by_role("log").get_by_text("It has arrived.").wait_for(timeout=SECONDS)
        press(amara, "button", "Release")
        # Enter does not do it: the focus is on Not now.
        amara.page.get_by_role("dialog").wait_for()
        until(lambda: focused(amara) == "Not now")
        amara.page.keyboard.press("Enter")
        amara.page.get_by_role("dialog").wait_for(state="detached")
        until(lambda: focused(amara) == "Release")
        assert market.status(offer) == "paid"
        amara.page.keyboard.press("Enter")
        amara.page.get_by_role("dialog").wait_for()
        amara.page.keyboard.press("Tab")
        until(lambda: focused(amara).startswith("Release"))
        amara.page.keyboard.press("Enter")
        reads(jude, "You have got 10 TRX")
        assert market.status(offer) == "completed"


def test_what_somebody_changed_their_mind_about(browsers: Browsers, desk: Desk) -> None:
    """Each way out says what comes of it, and from when there is one."""
    market = Market(desk)
    ad = market.ad("jude", "sell")
    cancelled, given_up = market.offer("amara", ad), market.offer("amara", ad)
    market.paid("amara", given_up)
    with browsers.person(desk, "Amara") as amara:
        amara.go(f"/offers/{cancelled}")
        way_out(amara, "Cancel offer")
        amara.page.get_by_role("dialog").get_by_role("button", name="Cancel offer").click()
        reads(amara, "This offer was cancelled")
        amara.go(f"/offers/{given_up}")
        way_out(amara, "Give up this offer")
        amara.page.get_by_role("button", name="Give up 10 trx").click()
        reads(amara, "This offer was cancelled")
        amara.page.get_by_text("You gave it up.").wait_for()


def reads(person: Person, headline: str) -> None:
    person.page.get_by_role("status").get_by_role("heading", name=headline, exact=True).wait_for(timeout=SECONDS)


def writes(person: Person, text: str) -> None:
    person.page.get_by_role("textbox", name="Message").fill(text)
    person.page.get_by_role("button", name="Send").click()
    person.page.get_by_role("log").get_by_text(text).wait_for(timeout=SECONDS)


def release(person: Person) -> None:
    person.page.get_by_role("button", name="Release", exact=True).click()
    person.page.get_by_role("dialog").get_by_role("button", **DEED).click()


def way_out(person: Person, name: str) -> None:
    person.page.get_by_text("Something is wrong, or you changed your mind").click()
    person.page.get_by_role("button", name=name).click()


def press(person: Person, role: Any, name: str, *, enter: bool = True) -> None:
    """Go there by Tab, and press Enter."""
    person.page.get_by_role(role, name=name, exact=True).wait_for()
    for _ in range(60):
        if focused(person) == name:
            break
        person.page.keyboard.press("Tab")
    assert focused(person) == name
    if enter:
        person.page.keyboard.press("Enter")


def focused(person: Person) -> str:
    """The name of what has the focus."""
    named = person.page.evaluate(
        "(document.activeElement.labels?.[0] ?? document.activeElement).innerText || document.activeElement.ariaLabel"
    )
    return re.sub(r"\s+", " ", named or "").strip()
