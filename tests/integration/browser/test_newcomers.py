"""What stopped somebody who had never been here, on a phone: each is looked at where they stood."""

from __future__ import annotations

from tests.integration.browser.market import Market
from tests.integration.browser.people import Browsers, Desk, Person, look_at
from tests.integration.browser.test_ads import fill_ad
from tests.integration.browser.test_trade import SECONDS, reads

PHONE = {"viewport": {"width": 390, "height": 844}}


def has_focus(person: Person, label: str) -> None:
    """The field is where one is now, and in sight."""
    field = person.page.get_by_label(label)
    person.page.wait_for_function("field => document.activeElement === field", arg=field.element_handle())
    box = field.bounding_box()
    assert box is not None
    assert 0 <= box["y"] <= PHONE["viewport"]["height"]


def test_a_form_that_is_wrong_leads_to_the_first_field_that_is(browsers: Browsers, desk: Desk) -> None:
    """The button is far beneath the fields: pressed in vain, it seemed to do nothing."""
    with browsers.person(desk, "Jude", **PHONE) as jude:
        page = jude.page
        jude.go("/ads/new")
        fill_ad(page, "200", "12,001")
        page.get_by_role("button", name="Post ad").click()
        has_focus(jude, "Crypto amount")
        page.get_by_role("button", name="12.001 TRX").click()
        # What only the desk knows to be wrong, too; and what is folded away is opened.
        fold = page.get_by_text("Who may take it, and until when")
        fold.click()
        page.get_by_label("Completion rate, at least").fill("101")
        fold.click()
        page.get_by_label("Completion rate, at least").wait_for(state="hidden")
        page.get_by_role("button", name="Post ad").click()
        page.get_by_label("Completion rate, at least").wait_for(timeout=SECONDS)
        has_focus(jude, "Completion rate, at least")


def test_whoever_presses_first_and_pays_then_is_told_to_pay(browsers: Browsers, desk: Desk) -> None:
    """On a buy ad the seller can cancel until it is marked; what the desk advises is nothing to copy for a bank."""
    market = Market(desk)
    offer = market.offer("amara", market.ad("jude", "buy"))
    with browsers.person(desk, "Jude", **PHONE) as jude:
        jude.go(f"/offers/{offer}")
        reads(jude, "Press “I have paid” first, then pay 2,000.00 NGN to Amara")
        pay_to = jude.page.get_by_role("region", name="Pay to")
        pay_to.get_by_text("0987654321").wait_for()
        assert "Mark the offer" not in pay_to.inner_text()
        jude.page.get_by_role("button", name="I have paid").click()
        reads(jude, "Waiting for Amara to release")
        jude.page.get_by_text("Send the 2,000.00 NGN now, if you have not yet").wait_for(timeout=SECONDS)


def test_a_seller_who_gave_no_account_is_told_to_give_one(browsers: Browsers, desk: Desk) -> None:
    market = Market(desk)
    none = {"bank_account_name": "", "bank_account_number": "", "bank_name": ""}
    offer = market.offer("amara", market.ad("jude", "sell", **none))
    with browsers.person(desk, "Jude", **PHONE) as jude:
        jude.go(f"/offers/{offer}")
        reads(jude, "Tell Amara where to pay 2,000.00 NGN")


def test_no_rate_is_told_of_somebody_who_has_completed_nothing(browsers: Browsers, desk: Desk) -> None:
    """The desk counts 100 % as long as somebody let nobody down, which is no praise before the first trade."""
    market = Market(desk)
    ad = market.ad("chidi", "buy")
    market.call("POST", f"/p2p/offer/cancel/{market.offer('amara', ad)}/", "amara")
    with browsers.person(desk, "Amara", **PHONE) as amara:
        amara.go(f"/ads/{ad}")
        record = amara.page.locator(".record")
        record.get_by_text("0 completed").wait_for(timeout=SECONDS)
        assert "%" not in record.inner_text()


def test_what_one_asks_before_one_joins_is_answered(browsers: Browsers, desk: Desk) -> None:
    with browsers.person(desk, **PHONE) as visitor:
        visitor.page.get_by_text("What it costs, and whom you trust").click()
        visitor.page.get_by_text("The desk takes nothing.").wait_for(timeout=SECONDS)
        visitor.page.get_by_role("term").filter(has_text="Whom you trust").wait_for()
        look_at(visitor)


def test_an_ad_that_is_half_written_is_there_still(browsers: Browsers, desk: Desk) -> None:
    """The page itself sends one to the wallet in the middle of it."""
    with browsers.person(desk, "Jude", **PHONE) as jude:
        page = jude.page
        jude.go("/ads/new")
        fill_ad(page, "200", "100000", **{"Your terms": "Only from your own account."})
        page.get_by_role("button", name="Post ad").click()
        page.get_by_role("link", name="Move coins in your wallet").click()
        page.get_by_role("list", name="Balances").wait_for(timeout=SECONDS)
        page.go_back()
        page.get_by_label("Your terms").wait_for()
        assert page.get_by_label("Your terms").input_value() == "Only from your own account."
        assert page.get_by_label("Account number").input_value() == "1234567890"
        page.get_by_label("Crypto amount").fill("5")
        page.get_by_role("button", name="Post ad").click()
        page.get_by_role("heading", name="Your ad").wait_for(timeout=SECONDS)
        jude.go("/ads/new")
        assert page.get_by_label("Your terms").input_value() == ""


def test_a_price_that_is_far_from_the_markets_is_seen_by_both(browsers: Browsers, desk: Desk) -> None:
    market = Market(desk)
    with browsers.person(desk, "Jude", **PHONE) as jude:
        jude.go("/ads/new")
        fill_ad(jude.page, "200", "1")
        jude.page.get_by_text("times the market").wait_for(timeout=SECONDS)
        jude.go(f"/ads/{market.ad('amara', 'sell', fiat_currency='usd')}")
        jude.page.get_by_text("times the market").wait_for(timeout=SECONDS)


def test_an_amount_is_asked_about_and_applied_wherever_it_is_typed(browsers: Browsers, desk: Desk) -> None:
    with browsers.person(desk, "Jude", **PHONE) as jude:
        page = jude.page
        page.get_by_label("Amount").fill("12,001")
        page.get_by_role("button", name="12,001", exact=True).click()
        page.wait_for_url("**/?amount=12001", timeout=SECONDS)
        jude.go("/my-wallet")
        page.get_by_role("button", name="Move TRX").click()
        page.get_by_label("Amount").fill("12,001")
        page.get_by_role("button", name="12.001 TRX").click()
        page.get_by_role("button", name="Move 12.001 TRX").wait_for()


def test_why_there_is_a_dispute_is_read_by_the_other_side(browsers: Browsers, desk: Desk) -> None:
    market = Market(desk)
    offer = market.offer("amara", market.ad("jude", "sell"))
    market.paid("amara", offer)
    market.call("POST", f"/p2p/offer/dispute/{offer}/", "amara", {"reason": "Nobody answers."})
    with browsers.person(desk, "Jude", **PHONE) as jude:
        jude.go(f"/offers/{offer}")
        reads(jude, "Staff decide who gets the coins")
        jude.page.get_by_text("Amara asked staff to look at this: “Nobody answers.”").wait_for()


def test_one_sees_who_one_is_and_why_one_is_asked_to_sign_in(browsers: Browsers, desk: Desk) -> None:
    with browsers.person(desk, "Jude", **PHONE) as jude:
        jude.page.get_by_role("banner").get_by_text("Jude", exact=True).wait_for()
        jude.go("/my-ads")
        jude.page.get_by_role("heading", name="My ads").wait_for(timeout=SECONDS)
        jude.page.context.clear_cookies()
        jude.page.reload()
        jude.page.get_by_text("that login has ended").wait_for(timeout=SECONDS)
