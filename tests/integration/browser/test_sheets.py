"""The sheets of the screens: each screen loads what it needs, and looks the same whatever was seen before it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.integration.browser.market import Market
from tests.integration.browser.people import Browsers, Desk, Person, base
from tests.integration.browser.test_assets import APP
from tests.integration.browser.test_screens import CLOSED
from tests.integration.browser.test_staff import sign_in

SHEETS = sorted(path.relative_to(APP).as_posix() for path in Path(APP, "screens").glob("*.css"))
# What a sheet could change: where each thing is, and how it is drawn. What moves with time is not looked at.
_LOOK = """() => [...document.querySelectorAll("main *")].filter((one) => one.checkVisibility()).map((one) => {
  const { left, top, width, height } = one.getBoundingClientRect();
  const { color, backgroundColor, borderWidth, padding, fontWeight, fontSize, display } = getComputedStyle(one);
  const drawn = [color, backgroundColor, borderWidth, padding, fontWeight, fontSize, display].join(" ");
  return `${one.tagName}.${one.getAttribute("class")} ${[left, top, width, height].map(Math.round)} ${drawn}`;
})"""
_LOAD_ALL = """(addresses) => Promise.all(addresses.map((href) => new Promise((done, fail) => {
  document.head.append(Object.assign(document.createElement("link"),
    { rel: "stylesheet", href, onload: done, onerror: fail }));
})))"""


def test_a_screen_looks_the_same_whatever_was_seen_before(browsers: Browsers, desk: Desk) -> None:
    """The sheets of others come before its own, or after: whoever comes by another way sees the same."""
    market = Market(desk)
    ad = market.ad("jude", "sell")
    done, disputed = market.offer("amara", ad), market.offer("amara", ad)
    market.paid("amara", disputed)
    market.call("POST", f"/p2p/offer/dispute/{disputed}/", "amara", {"reason": "Nothing came."})
    market.call("POST", f"/p2p/offer/release/{done}/", "jude")
    for who in ("jude", "amara"):
        market.call("POST", f"/p2p/offer/feedback/{done}/", who, {"positive": False, "rating": 2, "comment": "Slow."})
    deal = [f"/offers/{done}", f"/offers/{disputed}"]
    mine = [f"/ads/{ad}", f"/ads/{ad}/edit", f"/traders/{market.id('amara')}", *deal]
    with browsers.person(desk, "Jude", reduced_motion="reduce") as jude:
        for path in (*CLOSED, *mine):
            looks_the_same(jude, path)
    market.staff("sam")
    with browsers.person(desk, reduced_motion="reduce") as staff:
        sign_in(staff, "sam")
        for path in (*deal, "/staff", f"/staff?tab=traders&trader={market.id('jude')}"):
            looks_the_same(staff, path)


def looks_the_same(person: Person, path: str) -> None:
    """With its own sheets alone, and with those of all screens behind them."""
    page = person.page
    page.goto(path)
    page.get_by_role("heading", level=1).first.wait_for()
    page.wait_for_load_state("networkidle")
    person.is_idle()
    alone: list[Any] = page.evaluate(_LOOK)
    page.evaluate(_LOAD_ALL, [f"{base(page)}/{name}" for name in SHEETS])
    assert len(alone) > 1, path
    assert page.evaluate(_LOOK) == alone, path
