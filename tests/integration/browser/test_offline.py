"""A connection that goes and comes back: nothing untrue is said, and what others do is seen at once again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tests.integration.browser.market import Market
from tests.integration.browser.people import Browsers, Desk, Person
from tests.integration.browser.test_live import INTERRUPTED
from tests.integration.browser.test_trade import SECONDS, reads


@contextmanager
def offline(person: Person) -> Iterator[None]:
    """Nothing reaches anybody meanwhile, of which the browser complains each time."""
    context = person.page.context
    context.set_offline(True)
    person.page.get_by_text("You are offline.").wait_for(timeout=SECONDS)
    yield
    context.set_offline(False)
    person.page.get_by_text("You are offline.").wait_for(state="detached", timeout=SECONDS)
    person.complaints[:] = [said for said in person.complaints if "ERR_" not in said and "WebSocket" not in said]


def test_back_again_the_page_listens_by_a_socket_that_is_new(browsers: Browsers, desk: Desk) -> None:
    """The one from before can seem open for long, and nothing comes by it any more."""
    market = Market(desk)
    offer = market.offer("amara", market.ad("jude", "sell"))
    with browsers.person(desk, "Jude") as jude:
        page = jude.page
        with page.expect_websocket(timeout=SECONDS):
            page.reload()
        jude.go(f"/offers/{offer}")
        reads(jude, "Waiting for Amara to pay")
        with page.expect_websocket(timeout=SECONDS), offline(jude):
            pass
        page.get_by_text(INTERRUPTED).wait_for(state="detached", timeout=SECONDS)
        market.paid("amara", offer)
        reads(jude, "Check your account for 2,000.00 NGN")


def test_a_screen_that_was_not_here_before_comes_once_one_is_connected(browsers: Browsers, desk: Desk) -> None:
    with browsers.person(desk, "Amara") as amara:
        with offline(amara):
            amara.go("/my-wallet")
            amara.page.get_by_role("heading", name="This page has not come").wait_for(timeout=SECONDS)
            amara.page.get_by_role("alert").get_by_text("Look whether you are connected.").wait_for()
            assert not amara.page.get_by_text("The desk has been updated").count()
        amara.page.get_by_role("heading", name="Wallet").wait_for(timeout=SECONDS)


def test_a_screen_whose_file_is_gone_says_that_the_desk_was_updated(browsers: Browsers, desk: Desk) -> None:
    with browsers.person(desk, "Amara") as amara:
        page = amara.page
        page.route("**/my_wallet.js", lambda route: route.fulfill(status=404, body="{}"))
        page.route(desk.url + "/", lambda route: route.fulfill(body="<!doctype html>", content_type="text/html"))
        amara.go("/my-wallet")
        page.get_by_role("heading", name="The desk has been updated").wait_for(timeout=SECONDS)
        page.get_by_role("button", name="Reload").wait_for()
