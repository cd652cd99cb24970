"""What has been drawn stays where it is, whichever answer comes last: nobody presses what has just moved away."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from tests.integration.browser.market import Market
from tests.integration.browser.people import Browsers, Desk, Person
from tests.integration.browser.test_staff import sign_in
from tests.integration.browser.test_trade import SECONDS
from tests.integration.waiting import until

SHIFT = 0.05
"""Of Lighthouse's measure, in which 0.1 is good still."""
PHONE = {"viewport": {"width": 412, "height": 823}}
_WATCH = """
globalThis.shifts = [];
globalThis.watcher = new PerformanceObserver((seen) => shifts.push(...seen.getEntries()));
watcher.observe({ type: "layout-shift", buffered: true });
"""
_SHIFTED = """async () => {
  for (let frame = 0; frame < 3; frame += 1) await new Promise(requestAnimationFrame);
  shifts.push(...watcher.takeRecords());
  return shifts.map((one) => [one.value, one.sources.map(({ node }) => node?.outerHTML?.slice(0, 80) ?? "")]);
}"""


def test_the_wallet_stays_where_it_is(browsers: Browsers, desk: Desk) -> None:
    with browsers.person(desk, "Jude", **PHONE) as jude:
        jude.page.add_init_script(_WATCH)
        for last, other in (("/wallet/", "/wallet/history/"), ("/wallet/history/", "/wallet/")):
            comes_last(jude, "/my-wallet", last, other)
            jude.page.get_by_role("list", name="Balances").wait_for(timeout=SECONDS)
            jude.page.get_by_role("heading", name="What has moved").wait_for(timeout=SECONDS)
            assert shifted(jude) <= SHIFT, last


def test_a_trader_s_page_stays_where_it_is(browsers: Browsers, desk: Desk) -> None:
    chidi = Market(desk).id("chidi")
    with browsers.person(desk, "Jude", **PHONE) as jude:
        jude.page.add_init_script(_WATCH)
        comes_last(jude, f"/traders/{chidi}", f"/p2p/trader/{chidi}/", f"/p2p/trader/feedback/{chidi}/")
        jude.page.get_by_role("heading", name="What others say").wait_for(timeout=SECONDS)
        assert shifted(jude) <= SHIFT


def test_what_staff_judge_with_takes_its_room_at_once(browsers: Browsers, desk: Desk) -> None:
    market = Market(desk)
    market.staff("sam")
    offer = market.offer("amara", market.ad("jude", "sell"))
    market.paid("amara", offer)
    market.call("POST", f"/p2p/offer/dispute/{offer}/", "amara", {"reason": "Nothing came."})
    with browsers.person(desk, **PHONE) as sam:
        sign_in(sam, "sam")
        sam.page.add_init_script(_WATCH)
        comes_last(sam, f"/offers/{offer}", "/parts/judging.js", f"/p2p/offer/chat/{offer}/")
        sam.page.get_by_role("button", name="See what it does").wait_for(timeout=SECONDS)
        assert shifted(sam) <= SHIFT


def comes_last(person: Person, address: str, last: str, other: str) -> None:
    """Open a page, of which one answer comes when another is there already."""
    page, held = person.page, list[Any]()

    def is_last(url: str) -> bool:
        return urlsplit(url).path.endswith(last)

    page.route(is_last, lambda route: held.append(route))
    with page.expect_response(lambda answer: urlsplit(answer.url).path == other, timeout=SECONDS):
        page.goto(address)
    until(lambda: _drawn(page) and held)
    for route in held:
        route.continue_()
    page.unroute(is_last)


def shifted(person: Person) -> float:
    """How far, and how much of it, what was drawn has moved so far; nobody has pressed anything."""
    found = person.page.evaluate(_SHIFTED)
    assert all(value <= SHIFT for value, _ in found), found
    return sum(value for value, _ in found)


def _drawn(page: Any) -> bool:
    page.evaluate("async () => { for (let i = 0; i < 3; i += 1) await new Promise(requestAnimationFrame); }")
    return True
