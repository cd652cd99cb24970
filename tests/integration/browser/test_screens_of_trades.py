"""The screens of trades in their states, at each width and in each theme: nothing is complained of, or too wide."""

from __future__ import annotations

from tests.integration.browser.market import Market
from tests.integration.browser.people import Browsers, Desk, Person, look_at
from tests.integration.browser.test_staff import sign_in
from tests.integration.browser.test_trade import SECONDS, reads, way_out

FAILURE = '{"status": "failure", "entity": null, "message": "The database is away.", "success": false}'


def test_an_offer_in_each_state(browsers: Browsers, desk: Desk) -> None:
    market = Market(desk)
    market.staff("sam")
    ad = market.ad("jude", "sell")
    pending, disputed, completed = (market.offer("amara", ad) for _ in range(3))
    for offer in (disputed, completed):
        market.paid("amara", offer)
    market.call("POST", f"/p2p/offer/dispute/{disputed}/", "amara", {"reason": "Nothing came."})
    market.call("POST", f"/p2p/offer/chat/{disputed}/", "amara", {"text": "I paid an hour ago."})
    market.call("POST", f"/p2p/offer/release/{completed}/", "jude")
    with browsers.person(desk, "Amara") as amara:
        for offer, headline in (
            (pending, "Pay 2,000.00 NGN to Jude"),
            (disputed, "Staff decide who gets the coins"),
            (completed, "You have got 10 TRX"),
        ):
            amara.go(f"/offers/{offer}")
            reads(amara, headline)
            look_at(amara)
        amara.go(f"/offers/{pending}")
        way_out(amara, "Cancel offer")
        look_at(amara)
    market.paid("amara", pending)
    with browsers.person(desk, "Jude") as jude:
        jude.go(f"/offers/{pending}")
        reads(jude, "Check your account for 2,000.00 NGN")
        look_at(jude)
        jude.page.get_by_role("button", name="Release", exact=True).click()
        jude.page.get_by_role("dialog").get_by_role("button", name="Release 10 TRX").wait_for(timeout=SECONDS)
        look_at(jude)
    with browsers.person(desk) as sam:
        sign_in(sam, "sam")
        sam.go(f"/offers/{disputed}")
        sam.page.get_by_role("heading", name="The dispute").wait_for(timeout=SECONDS)
        look_at(sam)
        for tab in ("", "offers", "traders", "audit", "freeze", f"traders&trader={market.id('jude')}"):
            sam.go(f"/staff?tab={tab}")
            look_at(sam)


def test_what_cannot_be_shown_says_why_and_what_to_do(browsers: Browsers, desk: Desk) -> None:
    with browsers.person(desk, "Amara") as amara:
        headers = {"Content-Type": "application/json", "X-Request-Id": "the-request"}
        amara.page.route("**/wallet/", lambda route: route.fulfill(status=503, body=FAILURE, headers=headers))
        amara.go("/my-wallet")
        amara.page.get_by_role("alert").get_by_text("The database is away.").wait_for()
        amara.page.get_by_text("Request the-request").wait_for()
        look_at(amara)
        amara.page.unroute("**/wallet/")
        amara.page.get_by_role("button", name="Try again").click()
        amara.page.get_by_role("list", name="Balances").wait_for()


def test_whoever_is_offline_is_told_and_keeps_what_they_saw(browsers: Browsers, desk: Desk) -> None:
    market = Market(desk)
    offer = market.offer("amara", market.ad("jude", "sell"))
    with browsers.person(desk, "Amara") as amara:
        amara.go(f"/offers/{offer}")
        reads(amara, "Pay 2,000.00 NGN to Jude")
        amara.page.context.set_offline(True)
        amara.page.get_by_text("You are offline.").wait_for(timeout=SECONDS)
        reads(amara, "Pay 2,000.00 NGN to Jude")
        look_at(amara)
        amara.page.context.set_offline(False)
        amara.page.get_by_text("You are offline.").wait_for(state="detached", timeout=SECONDS)
        _forgive(amara)


def _forgive(person: Person) -> None:
    """A browser complains of each address that it cannot reach."""
    person.complaints[:] = [said for said in person.complaints if "ERR_" not in said and "WebSocket" not in said]
