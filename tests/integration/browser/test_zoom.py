"""The page for those who need it larger, stiller, or in their own colours: nothing is cut off, covered or out of reach.

At 200 % a window of 1280 pixels has room for 640 of the page, each drawn by four; larger letters alone leave the
window as it is. See WCAG 2.2, 1.4.4 and 1.4.10.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.integration.browser.market import Market
from tests.integration.browser.people import Browsers, Desk, Person, hindrances, sideways
from tests.integration.browser.test_screens import CHECKER, CLOSED, OPEN
from tests.integration.browser.test_staff import sign_in
from tests.integration.browser.test_trade import SECONDS, reads, way_out

ZOOMED = {"viewport": {"width": 640, "height": 400}, "device_scale_factor": 2}
LARGER = "document.documentElement.style.fontSize = '200%'"
# What is cut off has more in it than it shows, and no way to scroll there. What is only there to be read out, and what
# ends in dots by design, as a choice that is opened to be read, is not.
_CUT_OFF = """() => {
  const isCut = (one) => {
    const { overflowX, overflowY, clipPath } = getComputedStyle(one);
    if (clipPath !== "none" || one.closest(".unseen") || !one.checkVisibility()) return false;
    const hides = (overflow) => overflow === "hidden" || overflow === "clip";
    return (hides(overflowX) && one.scrollWidth > one.clientWidth + 1)
      || (hides(overflowY) && one.scrollHeight > one.clientHeight + 1);
  };
  // A button that is narrower or lower than its words lets them stand out of it.
  const stands = (one) => one.checkVisibility()
    && (one.scrollWidth > one.clientWidth + 2 || one.scrollHeight > one.clientHeight + 2);
  const seen = (one) => one.outerHTML.slice(0, 160);
  return [
    ...[...document.querySelectorAll("main *, header *, dialog *")].filter(isCut).map(seen),
    ...[...document.querySelectorAll("button, .button, .tag, .segments span")].filter(stands).map(seen),
  ];
}"""
# What moves by itself, or on the way from one look to another.
_MOVING = """() => document.getAnimations().map((one) => one.animationName ?? one.transitionProperty)"""


def test_at_200_percent_nothing_is_cut_off(browsers: Browsers, desk: Desk) -> None:
    market = Market(desk)
    with browsers.person(desk, **ZOOMED) as visitor:
        for path in OPEN:
            visitor.page.goto(path)
            _is_whole(visitor)
    for _ in _screens_of(browsers, desk, market, **ZOOMED):
        pass


def test_letters_twice_as_large_cut_nothing_off(browsers: Browsers, desk: Desk) -> None:
    """At 640 pixels, as on a tablet: a phone's 320 with such letters have room for a dozen of them."""
    market = Market(desk)
    larger = {"viewport": {"width": 640, "height": 800}}
    for person in _screens_of(browsers, desk, market, **larger):
        person.page.evaluate(LARGER)
        _is_whole(person)


def test_whoever_wants_less_motion_has_none(browsers: Browsers, desk: Desk) -> None:
    with browsers.person(desk, "Jude", reduced_motion="reduce") as jude:
        page = jude.page
        held = list[Any]()
        page.route("**/wallet/", lambda route: held.append(route))
        jude.go("/my-wallet")
        page.locator(".bar").first.wait_for()
        page.get_by_role("link", name="Board").hover()
        assert page.evaluate(_MOVING) == []
        held[0].continue_()
        page.get_by_role("list", name="Balances").wait_for()
    with browsers.person(desk, "Jude") as jude:
        jude.page.route("**/wallet/", lambda route: held.append(route))
        jude.go("/my-wallet")
        jude.page.locator(".bar").first.wait_for()
        assert jude.page.evaluate(_MOVING) != [], "else nothing was looked at"


def test_in_colours_of_one_s_own_everything_has_an_edge_and_a_state(browsers: Browsers, desk: Desk) -> None:
    """Backgrounds and shadows are gone there, so that what is told by them alone is told to nobody."""
    market = Market(desk)
    for person in _screens_of(browsers, desk, market, forced_colors="active", reduced_motion="reduce"):
        page = person.page
        assert page.evaluate("matchMedia('(forced-colors: active)').matches")
        assert sideways(page) <= 0, page.url
        for which in ("button:visible", ".button:visible"):
            for button in page.locator(which).all():
                is_link = button.evaluate("one => one.matches('.link')")
                assert is_link or button.evaluate("one => getComputedStyle(one).borderTopStyle") == "solid"
        chosen = page.locator(".segments input:checked + span")
        for one in chosen.all():
            assert one.evaluate(_LOOK) != _other(page), page.url
        here = page.locator(".place.here")
        for one in here.all():
            assert one.evaluate(_LOOK) != page.locator(".place:not(.here)").first.evaluate(_LOOK)
        if CHECKER is not None:
            assert hindrances(page, CHECKER) == [], page.url


_LOOK = """one => {
  const { backgroundColor, color, borderBottomColor, borderBottomStyle, outlineStyle } = getComputedStyle(one);
  return [backgroundColor, color, borderBottomColor, borderBottomStyle, outlineStyle].join(" ");
}"""


def _other(page: Any) -> str:
    """How one looks that is not chosen."""
    return str(page.locator(".segments input:not(:checked) + span").first.evaluate(_LOOK))


@pytest.mark.parametrize("more", [ZOOMED, {"viewport": {"width": 320, "height": 256}}], ids=["zoomed", "at 400 %"])
def test_a_trade_is_made_in_a_small_window(browsers: Browsers, desk: Desk, more: dict[str, Any]) -> None:
    """What is pressed is within reach: a browser presses only what nothing covers."""
    market = Market(desk)
    offer = market.offer("amara", market.ad("jude", "sell"))
    market.paid("amara", offer)
    with browsers.person(desk, "Jude", **more) as jude:
        jude.go(f"/offers/{offer}")
        jude.page.get_by_role("button", name="Release", exact=True).click()
        dialog = jude.page.get_by_role("dialog")
        dialog.get_by_role("button", name="Not now").click()
        jude.page.get_by_role("button", name="Release", exact=True).click()
        dialog.get_by_role("button", name="Release 10 trx").click()
        reads(jude, "You have released 10 TRX")


def _screens_of(browsers: Browsers, desk: Desk, market: Market, **more: Any) -> Iterator[Person]:
    """Each screen of Jude's, an offer from both sides, and those of staff, as they are looked at."""
    ad = market.ad("jude", "sell")
    offer, disputed = market.offer("amara", ad), market.offer("amara", ad)
    market.paid("amara", disputed)
    market.call("POST", f"/p2p/offer/dispute/{disputed}/", "amara", {"reason": "Nothing came."})
    market.call("POST", f"/p2p/offer/chat/{disputed}/", "amara", {"text": "I paid an hour ago, by the bank."})
    mine = [f"/ads/{ad}", f"/ads/{ad}/edit", f"/traders/{market.id('chidi')}", f"/offers/{disputed}"]
    with browsers.person(desk, "Jude", **more) as jude:
        for path in (*CLOSED, *mine):
            jude.go(path)
            yield _is_whole(jude)
    with browsers.person(desk, "Amara", **more) as amara:
        amara.go(f"/offers/{offer}")
        reads(amara, "Pay 2,000.00 NGN to Jude")
        yield _is_whole(amara)
        way_out(amara, "Cancel offer")
        amara.page.get_by_role("dialog").wait_for()
        yield _is_whole(amara)
    sam = f"sam{offer}"
    market.staff(sam)
    with browsers.person(desk, **more) as person:
        sign_in(person, sam)
        person.go(f"/offers/{disputed}")
        person.page.get_by_role("heading", name="The dispute").wait_for(timeout=SECONDS)
        yield _is_whole(person)
        for tab in ("", "offers", "traders", "audit", "freeze", f"traders&trader={market.id('jude')}"):
            person.go(f"/staff?tab={tab}")
            yield _is_whole(person)


def _is_whole(person: Person) -> Person:
    """Nothing on screen is cut off, and there is nothing to scroll to sideways."""
    person.is_idle()
    person.page.locator("h1").first.wait_for()
    assert sideways(person.page) <= 0, person.page.url
    assert person.page.evaluate(_CUT_OFF) == [], person.page.url
    return person
