"""A trade on the page where something breaks in the middle: nothing is done twice, and the page says what was done."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.integration.browser.market import Market
from tests.integration.browser.people import UNKNOWN, Browsers, Desk, Person, lose_first_answer
from tests.integration.browser.test_trade import SECONDS, reads, release, way_out
from tests.integration.running import Cli
from tests.integration.serving import Addresses, Serving

INTERRUPTED = "The live connection is interrupted."
CHANGED = "This offer has changed while you were looking at it. Nothing was done."
OTHERWISE = "An earlier press of this was done, with what stood there then. Look at what it says now."


def test_with_the_socket_cut_the_page_says_so_and_asks(browsers: Browsers, desk: Desk) -> None:
    market = Market(desk)
    offer = market.offer("amara", market.ad("jude", "sell"))
    with browsers.person(desk, "Jude") as jude:
        jude.page.route_web_socket(re.compile("/ws/p2p/"), lambda socket: socket.close())
        jude.page.reload()
        jude.go(f"/offers/{offer}")
        reads(jude, "Waiting for Amara to pay")
        jude.page.get_by_text(INTERRUPTED).wait_for(timeout=SECONDS)
        market.paid("amara", offer)
        reads(jude, "Check your account for 2,000.00 NGN")
        jude.complaints.clear()


def test_with_the_desk_restarted_in_the_middle_the_trade_goes_on(browsers: Browsers, tmp_path: Path) -> None:
    addresses = Addresses()
    cli = Cli(tmp_path, **addresses.settings)
    with Serving(cli, "serve", "--demo") as first:
        first.wait_until_ready(addresses.http)
        desk = Desk(cli, addresses, first)
        market = Market(desk)
        offer = market.offer("amara", market.ad("jude", "sell"))
        with browsers.person(desk, "Jude") as jude:
            jude.go(f"/offers/{offer}")
            reads(jude, "Waiting for Amara to pay")
            first.stop()
            with Serving(cli, "serve", "--demo") as second:
                second.wait_until_ready(addresses.http)
                market.paid("amara", offer)
                reads(jude, "Check your account for 2,000.00 NGN")
                release(jude)
                reads(jude, "You have released 10 TRX")
                # While nobody listens, a browser complains of each try.
                jude.complaints.clear()
                jude.page.goto("about:blank")


def test_with_the_token_expired_in_the_middle_nobody_notices(browsers: Browsers, desk: Desk) -> None:
    """The page gets the next one by its cookie, and sends what was refused again."""
    market = Market(desk)
    offer = market.offer("amara", market.ad("jude", "sell"))
    with browsers.person(desk, "Amara") as amara:
        amara.go(f"/offers/{offer}")
        reads(amara, "Pay 2,000.00 NGN to Jude")
        spoil = iter([True])

        def send(route: Any) -> None:
            headers = {**route.request.headers}
            if next(spoil, False):
                headers["authorization"] = "Bearer expired"
            route.continue_(headers=headers)

        amara.page.route("**/p2p/offer/paid/**", send)
        amara.page.get_by_role("button", name="I have paid").click()
        reads(amara, "Waiting for Jude to release")
        assert next(spoil, None) is None


def test_an_ad_that_is_edited_in_the_middle_changes_no_offer(browsers: Browsers, desk: Desk) -> None:
    market = Market(desk)
    ad = market.ad("jude", "sell")
    offer = market.offer("amara", ad)
    with browsers.person(desk, "Amara") as amara:
        amara.go(f"/offers/{offer}")
        reads(amara, "Pay 2,000.00 NGN to Jude")
        market.call("POST", f"/p2p/ad/edit/{ad}/", "jude", {"price_per_unit": "300", "bank_account_number": "666"})
        amara.page.get_by_role("button", name="I have paid").click()
        reads(amara, "Waiting for Jude to release")
        pay_to = amara.page.get_by_role("region", name="Pay to").inner_text()
        assert "2,000.00" in pay_to
        assert "0123456789" in pay_to


def test_a_double_click_and_two_tabs_do_it_once(browsers: Browsers, desk: Desk) -> None:
    market = Market(desk)
    offer = market.offer("amara", market.ad("jude", "sell"))
    market.paid("amara", offer)
    before = market.held("jude")
    with browsers.person(desk, "Jude") as jude, browsers.seat(jude.page.context) as tab:
        tab.page.goto(f"/offers/{offer}")
        jude.go(f"/offers/{offer}")
        for seat in (jude, tab):
            seat.page.get_by_role("button", name="Release", exact=True).click()
        for seat in (jude, tab):
            _deed(seat).evaluate("button => { button.click(); button.click() }")
        for seat in (jude, tab):
            reads(seat, "You have released 10 TRX")
    assert market.status(offer) == "completed"
    assert before - market.held("jude") == 10


def test_a_lost_answer_is_no_second_deed(browsers: Browsers, desk: Desk) -> None:
    """What was done is found done when it is pressed again, and the page never claimed what it did not know."""
    market = Market(desk)
    offer = market.offer("amara", market.ad("jude", "sell"))
    market.paid("amara", offer)
    before = market.held("jude")
    with browsers.person(desk, "Jude") as jude:
        jude.go(f"/offers/{offer}")
        reads(jude, "Check your account for 2,000.00 NGN")
        lose_first_answer(jude.page, "**/p2p/offer/release/**")
        jude.page.get_by_role("button", name="Release", exact=True).click()
        _deed(jude).click()
        jude.page.get_by_text(UNKNOWN).wait_for(timeout=SECONDS)
        _deed(jude).click()
        reads(jude, "You have released 10 TRX")
        jude.complaints.clear()
    assert before - market.held("jude") == 10


def test_a_page_that_is_out_of_date_does_nothing_and_says_so(browsers: Browsers, desk: Desk) -> None:
    market = Market(desk)
    offer = market.offer("amara", market.ad("jude", "sell"))
    with browsers.person(desk, "Amara") as amara:
        amara.go(f"/offers/{offer}")
        amara.page.get_by_text("Something is wrong, or you changed your mind").click()
        amara.page.get_by_role("button", name="Cancel offer").click()
        market.paid("amara", offer)
        amara.page.get_by_role("dialog").get_by_role("button", name="Cancel offer").click()
        amara.page.get_by_text(CHANGED).wait_for(timeout=SECONDS)
        reads(amara, "Waiting for Jude to release")
    assert market.status(offer) == "paid"


def test_an_earlier_press_with_other_words_is_said_to_have_been_done(browsers: Browsers, desk: Desk) -> None:
    market = Market(desk)
    offer = market.offer("amara", market.ad("jude", "sell"))
    market.paid("amara", offer)
    with browsers.person(desk, "Amara") as amara:
        amara.go(f"/offers/{offer}")
        reads(amara, "Waiting for Jude to release")
        way_out(amara, "Open dispute")
        page = amara.page
        dialog = page.get_by_role("dialog")
        dialog.get_by_label("What is wrong").select_option("other")
        dialog.get_by_label("Reason").fill("I have paid.")
        lose_first_answer(page, "**/p2p/offer/dispute/**")
        # Nor does the page get to see what the offer is now.
        page.route("**/p2p/offer/detail/**", lambda route: route.abort())
        dialog.get_by_role("button", name="Open dispute").click()
        dialog.get_by_text(UNKNOWN).wait_for(timeout=SECONDS)
        dialog.get_by_label("Reason").fill("I have paid all of it.")
        dialog.get_by_role("button", name="Open dispute").click()
        page.get_by_text(OTHERWISE).wait_for(timeout=SECONDS)
        page.unroute("**/p2p/offer/detail/**")
        page.get_by_role("button", name="Try again").click()
        reads(amara, "Staff decide who gets the coins")
        amara.complaints.clear()
    seen = market.call("GET", f"/p2p/offer/detail/{offer}", "amara")
    assert seen["dispute"]["reason"] == "I have paid."


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_clock_that_is_wrong_leaves_the_timer_right(browsers: Browsers, desk: Desk, hours: int) -> None:
    market = Market(desk)
    offer = market.offer("amara", market.ad("jude", "sell"))
    with browsers.person(desk) as amara:
        amara.page.add_init_script(f"const real = Date.now; Date.now = () => real() + {hours * 3_600_000}")
        amara.page.goto(f"/sign-in?next=/offers/{offer}")
        amara.page.get_by_role("button", name="Try as Amara").click()
        amara.page.get_by_role("timer").wait_for()
        assert amara.page.get_by_role("timer").inner_text()[:2] in ("29", "30")


def _deed(person: Person) -> Any:
    return person.page.get_by_role("dialog").get_by_role("button", name="Release 10 trx")
