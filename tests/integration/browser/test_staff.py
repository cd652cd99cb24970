"""A dispute on the page: one of the two asks staff, a third decides, and both see it; and how a trade is rated."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.integration.browser.market import Market
from tests.integration.browser.people import Browsers, Desk, Person, one_by_one
from tests.integration.browser.test_trade import SECONDS, reads, way_out, writes
from tests.integration.running import Cli
from tests.integration.serving import Addresses, Serving
from tests.integration.waiting import until


def test_a_dispute_is_split_by_staff(browsers: Browsers, desk: Desk) -> None:
    market = Market(desk)
    market.staff("sam")
    offer = market.offer("amara", market.ad("jude", "sell"))
    market.paid("amara", offer)
    with browsers.person(desk, "Jude") as jude, browsers.person(desk, "Amara") as amara:
        for person in (jude, amara):
            person.go(f"/offers/{offer}")
        way_out(jude, "Open dispute")
        jude.page.get_by_label("What is wrong").select_option("payment_incomplete")
        jude.page.get_by_label("Reason").fill("Only a part of it came.")
        jude.page.get_by_role("dialog").get_by_role("button", name="Open dispute").click()
        reads(amara, "Staff decide who gets the coins")
        with browsers.person(desk) as sam:
            sign_in(sam, "sam")
            _judge(sam, offer)
        for person in (jude, amara):
            person.page.get_by_role("log").get_by_text("How much came, Jude?").wait_for(timeout=SECONDS)
        reads(amara, "You have got 4 TRX")
        assert "fee" not in _traded(amara)
        reads(jude, "This trade is over")
        jude.page.get_by_text("4 TRX for Amara, the rest for Jude").wait_for()


def test_a_split_is_shown_as_it_was_booked_with_the_fee(browsers: Browsers, tmp_path: Path) -> None:
    with staffed_desk(tmp_path, FEE_PERCENT="10") as desk:
        market = Market(desk)
        market.staff("sam")
        offer = market.offer("amara", market.ad("jude", "sell"))
        before = market.held("amara"), market.held("jude")
        market.paid("amara", offer)
        market.call("POST", f"/p2p/offer/dispute/{offer}/", "amara", {"reason": "I sent a part of it."})
        ruling = {"in_favour_of": "split", "buyer_amount": "4", "note": "As both said."}
        market.call("POST", f"/admin/dispute/resolve/{offer}/", "sam", ruling)
        assert (market.held("amara") - before[0], market.held("jude") - before[1]) == (Decimal("3.6"), -4)
        with browsers.person(desk, "Amara") as amara, browsers.person(desk, "Jude") as jude:
            for person in (amara, jude):
                person.go(f"/offers/{offer}")
            reads(amara, "You have got 3.6 TRX")
            assert _traded(amara).startswith("You get 3.6 TRX after a fee of 0.4 TRX You pay")
            reads(jude, "This trade is over")
            assert _traded(jude).startswith("You give 4 TRX with a fee of 0.4 TRX You get")


def test_what_is_proposed_is_found_however_much_waits(browsers: Browsers, tmp_path: Path) -> None:
    with staffed_desk(tmp_path, SECOND_APPROVAL="trx:9") as desk:
        market = Market(desk)
        for who in ("sam", "ruth"):
            market.staff(who)
        offers = [market.offer("amara", market.ad("jude", "sell")) for _ in range(2)]
        for offer in offers:
            market.paid("amara", offer)
            market.call("POST", f"/p2p/offer/dispute/{offer}/", "amara", {"reason": "I sent it all."})
        ruling = {"in_favour_of": "buyer", "note": "The bank says so."}
        market.call("POST", f"/admin/dispute/resolve/{offers[1]}/", "sam", ruling)
        with browsers.person(desk) as ruth:
            sign_in(ruth, "ruth")
            held = list[Any]()
            one_by_one(ruth.page, "/admin/dispute/")
            ruth.page.route("**/admin/dispute/?*", lambda route: held.append(route), times=1)
            ruth.go(f"/offers/{offers[1]}")
            judging = ruth.page.get_by_role("region", name="The dispute")
            judging.get_by_role("button", name="Take it").wait_for(timeout=SECONDS)
            # As long as it is not known whether anything is proposed, there is nothing to decide.
            assert until(lambda: ruth.page.evaluate("true") and held)
            assert judging.get_by_label("Reason").count() == 0
            held[0].fallback()
            judging.get_by_text("Amara gets the 10 TRX.").wait_for(timeout=SECONDS)
            judging.get_by_role("button", name="Approve").click()
            ruth.page.get_by_label("Reason").fill("So it does.")
            ruth.page.get_by_role("button", name="Approve it").click()
            reads(ruth, "This trade is over")


@contextmanager
def staffed_desk(folder: Path, **settings: str) -> Iterator[Desk]:
    """A desk that is set up in another way."""
    addresses = Addresses()
    cli = Cli(folder, **settings, **addresses.settings)
    with Serving(cli, "serve", "--demo") as serving:
        serving.wait_until_ready(addresses.http)
        yield Desk(cli, addresses, serving)


def _traded(person: Person) -> str:
    facts = person.page.get_by_role("region", name="The trade").locator("dl").inner_text()
    return re.sub(r"\s+", " ", facts)


def test_a_trade_is_rated_once(browsers: Browsers, desk: Desk) -> None:
    market = Market(desk)
    offer = market.offer("amara", market.ad("jude", "sell"))
    market.paid("amara", offer)
    market.call("POST", f"/p2p/offer/release/{offer}/", "jude")
    with browsers.person(desk, "Amara") as amara:
        amara.go(f"/offers/{offer}")
        amara.page.get_by_role("radio", name="Good").check(force=True)
        amara.page.get_by_role("radio", name="5 of 5").check(force=True)
        amara.page.get_by_label("Comment").fill("Quick and kind.")
        amara.page.get_by_role("button", name="Rate Jude").click()
        amara.page.get_by_text("You have rated Jude.").wait_for(timeout=SECONDS)
    about = market.call("GET", f"/p2p/trader/feedback/{market.id('jude')}/", "amara")["items"][0]
    assert (about["positive"], about["rating"], about["comment"]) == (True, 5, "Quick and kind.")


def _judge(sam: Person, offer: int) -> None:
    sam.go("/staff")
    sam.page.get_by_role("link", name="Not all of the money has arrived").click()
    sam.page.get_by_role("button", name="Take it").click()
    sam.page.get_by_role("button", name="Look at it").click()
    sam.page.get_by_text("by you", exact=True).wait_for(timeout=SECONDS)
    writes(sam, "How much came, Jude?")
    sam.page.get_by_role("radio", name="Split").check(force=True)
    sam.page.get_by_label("What Amara gets").fill("4")
    sam.page.get_by_label("Reason").fill("As both said in the chat.")
    sam.page.get_by_role("button", name="See what it does").click()
    sam.page.get_by_text("Amara gets 4 TRX of 10 TRX, Jude the rest.").wait_for()
    sam.page.get_by_role("button", name="Split it").click()
    reads(sam, "This trade is over")
    sam.go("/staff?tab=audit")
    sam.page.get_by_text("As both said in the chat.").wait_for()
    assert sam.page.get_by_role("link", name=f"offer {offer}").count()


def sign_in(person: Person, who: str) -> None:
    person.page.goto("/sign-in")
    person.page.get_by_label("Email").fill(f"{who}@example.com")
    person.page.get_by_label("Password").fill(Market.PASSWORD)
    person.page.get_by_role("button", name="Sign in", exact=True).click()
    person.page.get_by_role("heading", name="Board").wait_for()
