"""One-time passwords on the page: turned on by an authenticator, asked for at the door and before a release."""

from __future__ import annotations

import pyotp

from tests.integration.browser.market import Market
from tests.integration.browser.people import Browsers, Desk
from tests.integration.browser.test_trade import SECONDS, reads


def test_a_one_time_password_is_asked_for_where_it_matters(browsers: Browsers, desk: Desk) -> None:
    market = Market(desk)
    offer = market.offer("amara", market.ad("jude", "sell"))
    market.paid("amara", offer)
    with browsers.person(desk, "Jude") as jude:
        page = jude.page
        jude.go("/settings")
        page.get_by_role("button", name="Turn on").click()
        assert page.get_by_role("img", name="QR code").evaluate(
            "image => image.decode().then(() => image.naturalWidth)"
        )
        secret = page.locator(".copied .value").inner_text()
        page.get_by_label("One-time password", exact=True).fill(pyotp.TOTP(secret).now())
        page.get_by_role("button", name="Confirm").click()
        page.get_by_role("button", name="I have kept them").wait_for(timeout=SECONDS)
        codes = page.locator(".codes code").all_inner_texts()
        assert len(codes) == 10
        page.get_by_role("button", name="I have kept them").click()
        page.get_by_text("Turn them off").wait_for()
        page.get_by_role("button", name="Sign out").click()
        page.get_by_role("button", name="Try as Amara").wait_for()
        page.goto(f"/sign-in?next=/offers/{offer}")
        page.get_by_label("Email").fill("jude@example.com")
        page.get_by_label("Password", exact=True).fill(Market.PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.get_by_label("One-time password").fill(codes[0])
        page.get_by_role("button", name="Sign in", exact=True).click()
        reads(jude, "Check your account for 2,000.00 NGN")
        page.get_by_role("button", name="Release", exact=True).click()
        release = page.get_by_role("dialog").get_by_role("button", name="Release 10 trx")
        release.click()
        page.get_by_label("One-time password").fill(codes[0])
        release.click()
        page.get_by_text("The one-time password is wrong.").wait_for(timeout=SECONDS)
        page.get_by_label("One-time password").fill(codes[1])
        release.click()
        reads(jude, "You have released 10 TRX")
