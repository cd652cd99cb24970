"""Who is signed in: after reloading, in several tabs, when a token has ended, and after leaving."""

from __future__ import annotations

import re
from typing import Any

from tests.integration.browser.market import Market
from tests.integration.browser.people import Browsers, Desk, Person, base
from tests.integration.browser.test_trade import SECONDS, reads
from tests.integration.waiting import until

PASSWORD = "correct horse battery staple"
FAR = {"offline": False, "latency": 500, "downloadThroughput": -1, "uploadThroughput": -1}


def board(page: Any) -> None:
    page.get_by_role("heading", name="Board").wait_for()


def test_a_reload_keeps_who_is_signed_in_by_a_cookie_no_script_sees(browsers: Browsers, desk: Desk) -> None:
    with browsers.person(desk, "Jude") as jude:
        jude.go("/my-ads")
        jude.page.reload()
        jude.page.get_by_role("heading", name="My ads").wait_for()
        assert "p2p_refresh" not in jude.page.evaluate("document.cookie")
        kept = jude.page.evaluate("JSON.stringify([{ ...localStorage }, { ...sessionStorage }])")
        assert "ey" + "J" not in kept
        (cookie,) = jude.page.context.cookies()
        assert (cookie["name"], cookie["httpOnly"], cookie["sameSite"]) == ("p2p_refresh", True, "Strict")


def test_whoever_leaves_while_the_cookie_is_renewed_has_the_next_one(browsers: Browsers, desk: Desk) -> None:
    """The desk has taken the old one by then; who came back with that would look like a thief, and be signed out."""
    with browsers.person(desk, "Jude") as jude:
        page = jude.page
        before = page.context.cookies()
        line = page.context.new_cdp_session(page)
        line.send("Network.enable")
        line.send("Network.emulateNetworkConditions", FAR)
        with page.expect_request("**/auth/token/refresh/", timeout=SECONDS):
            page.reload(wait_until="commit")
        page.goto("about:blank")
        until(lambda: page.context.cookies() != before)


def test_wrong_words_are_refused_in_the_desk_s_own(browsers: Browsers, desk: Desk) -> None:
    with browsers.person(desk) as visitor:
        page = visitor.page
        page.goto("/sign-in?next=%2Fmy-ads")
        page.get_by_label("Email").fill("jude@example.com")
        page.get_by_label("Password").fill("not this one at all")
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("alert").get_by_text("Email or password is wrong").wait_for()
        page.get_by_label("Password").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="My ads").wait_for()


def test_where_one_is_led_after_signing_in_is_at_this_desk(browsers: Browsers, desk: Desk) -> None:
    for elsewhere in ("https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"):
        with browsers.person(desk) as visitor:
            visitor.page.goto("/sign-in?next=" + elsewhere.replace("/", "%2F").replace("\\", "%5C"))
            visitor.page.get_by_role("button", name="Try as Amara").click()
            board(visitor.page)
            assert visitor.page.url == f"{desk.url}/"


def test_an_account_is_made_and_used_at_once(browsers: Browsers, desk: Desk) -> None:
    with browsers.person(desk) as visitor:
        page = visitor.page
        page.goto("/register")
        page.get_by_label("Full name").fill("Ngozi Ade")
        page.get_by_label("Email").fill("ngozi@example.com")
        page.get_by_label("Password").fill("short")
        page.get_by_role("button", name="Create account").click()
        page.get_by_text("15 characters", exact=False).first.wait_for()
        page.locator("[aria-invalid=true]").wait_for()
        page.get_by_label("Password").fill("twelve green bottles hang")
        page.get_by_role("button", name="Create account").click()
        board(page)


def test_an_access_token_that_ended_is_renewed_unseen(browsers: Browsers, desk: Desk) -> None:
    with browsers.person(desk, "Jude") as jude:
        jude.page.evaluate(
            "async base => { (await import(`${base}/lib/api.js`)).token.access = 'ended' }", base(jude.page)
        )
        jude.go("/my-ads")
        jude.page.get_by_role("heading", name="My ads").wait_for()
        jude.is_idle()
        assert jude.page.get_by_role("alert").count() == 0


def test_what_was_typed_is_there_after_signing_in_again(browsers: Browsers, desk: Desk) -> None:
    """Somebody's login ends while they write; somebody else who signs in there sees nothing of it."""
    market = Market(desk)
    ad = market.ad("jude", "sell")
    offer = market.offer("amara", ad)
    with browsers.person(desk, "Amara") as amara:
        page = amara.page
        amara.go(f"/offers/{offer}")
        page.get_by_label("Message").fill("I pay from another account, since")
        amara.go(f"/ads/{ad}")
        page.get_by_label("Fiat amount").fill("1500")
        page.get_by_label("Account name").fill("Amara Nwosu")
        for name, kept in (("chidi", ""), ("amara", "Amara Nwosu")):
            _end_login(amara)
            page.get_by_role("button", name="Make offer").click()
            page.get_by_label("Email").fill(f"{name}@example.com")
            page.get_by_label("Password").fill(PASSWORD)
            page.get_by_role("button", name="Sign in", exact=True).click()
            page.get_by_label("Account name").wait_for(timeout=SECONDS)
            assert page.get_by_label("Account name").input_value() == kept
        assert page.get_by_label("Fiat amount").input_value() == "1500"
        amara.go(f"/offers/{offer}")
        page.get_by_role("button", name="Send").click()
        page.get_by_role("log").get_by_text("I pay from another account, since").wait_for(timeout=SECONDS)
        assert page.get_by_label("Message").input_value() == ""
        amara.complaints.clear()


def test_two_tabs_leave_together(browsers: Browsers, desk: Desk) -> None:
    with browsers.person(desk, "Amara") as amara, browsers.seat(amara.page.context) as second:
        second.page.goto("/my-ads")
        second.page.get_by_role("heading", name="My ads").wait_for()
        amara.page.get_by_role("button", name="Sign out").click()
        amara.page.get_by_role("heading", name="Buy and sell crypto").wait_for()
        second.page.get_by_role("heading", name="Sign in").wait_for()
        _is_gone(amara)


def test_whoever_signs_in_after_a_lost_connection_has_one_of_their_own(browsers: Browsers, desk: Desk) -> None:
    with browsers.person(desk) as person:
        page, down = person.page, [True]
        page.route_web_socket(re.compile("/ws/p2p/"), lambda one: one.close() if down else one.connect_to_server())
        _try_as(page, "Amara")
        page.get_by_text("The live connection is interrupted.").wait_for(timeout=SECONDS)
        _sign_out(page)
        down.clear()
        _try_as(page, "Jude")
        assert until(lambda: _of_live(page, "link") == "live")
        person.complaints.clear()


def test_news_of_whoever_has_left_is_nothing_to_the_next(browsers: Browsers, desk: Desk) -> None:
    """They have other numbers: what came late for Jude would hide what comes for Amara."""
    market = Market(desk)
    offers = [market.offer("amara", market.ad("jude", "sell")) for _ in range(3)]
    with browsers.person(desk, "Jude") as person:
        page, held = person.page, list[Any]()
        assert until(lambda: _of_live(page, "link") == "live")
        page.route(re.compile(r"/notifications/\?since="), lambda route: held.append(route), times=1)
        page.evaluate("dispatchEvent(new Event('online'))")
        # Whoever waits without the browser hears nothing of it.
        assert until(lambda: page.evaluate("true") and held)
        for _ in range(5):
            offers.append(market.offer("amara", market.ad("jude", "sell")))
        late = held[0].fetch()
        assert late.json()["entity"]["items"][-1]["notice"] > _newest(market, "amara") + 1
        _sign_out(page)
        _try_as(page, "Amara")
        assert until(lambda: _of_live(page, "link") == "live")
        person.go(f"/offers/{offers[0]}")
        reads(person, "Pay 2,000.00 NGN to Jude")
        with page.expect_event("requestfinished", lambda one: one is held[0].request):
            held[0].fulfill(response=late)
        market.paid("amara", offers[0])
        market.call("POST", f"/p2p/offer/release/{offers[0]}/", "jude")
        reads(person, "You have got 10 TRX")


def _newest(market: Market, who: str) -> int:
    return int(market.call("GET", "/notifications/?since=0&limit=1", who)["read_up_to"])


def _try_as(page: Any, name: str) -> None:
    page.get_by_role("button", name=f"Try as {name}").click()
    board(page)


def _sign_out(page: Any) -> None:
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("heading", name="Buy and sell crypto").wait_for()


def _end_login(person: Person) -> None:
    """As somebody else's word ended it: neither of the tokens is good any more."""
    person.page.context.clear_cookies()
    person.page.evaluate(
        "async base => { (await import(`${base}/lib/api.js`)).token.access = 'ended' }", base(person.page)
    )


def _of_live(page: Any, signal: str) -> Any:
    """What the page knows of its connection."""
    ask = "async ([base, signal]) => (await import(`${base}/lib/live.js`))[signal].value"
    return page.evaluate(ask, [base(page), signal])


def _is_gone(person: Person) -> None:
    """The cookie is gone too: who comes later to the same browser finds nobody's desk."""
    person.page.reload()
    person.page.get_by_role("heading", name="Buy and sell crypto").wait_for()
    assert person.page.context.cookies() == []
