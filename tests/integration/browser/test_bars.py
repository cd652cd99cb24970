"""How much the page may weigh and ask for, as a browser counts it; dev.py bench browser has the times besides."""

from __future__ import annotations

from tests.integration.browser.people import Browsers, Desk
from tests.integration.browser.test_assets import FIRST_LOAD_BYTES
from tests.integration.browser.traffic import Traffic

# Most go side by side, since the shell names them; each is a file as it lies in the folder.
FIRST_LOAD_REQUESTS = 50


def test_the_first_load_is_small_and_the_next_is_the_shell_alone(browsers: Browsers, desk: Desk) -> None:
    """The files are kept for good under the digest of all, so that a browser that has them asks for none."""
    with browsers.person(desk) as visitor, Traffic(visitor.page) as traffic:
        page = visitor.page
        page.goto("/")
        page.get_by_role("heading", level=1).wait_for()
        first = traffic.taken()
        assert 10_000 < first.page_bytes <= FIRST_LOAD_BYTES
        assert 10 < first.page_requests <= FIRST_LOAD_REQUESTS
        page.get_by_role("button", name="Try as Jude").click()
        page.get_by_role("link", name="Buy BTC").first.wait_for()
        traffic.taken()
        page.reload()
        page.get_by_role("link", name="Buy BTC").first.wait_for()
        assert traffic.taken().page_requests == 1


def test_a_screen_asks_for_what_it_shows_once(browsers: Browsers, desk: Desk) -> None:
    """A list that asked twice would look the same, and cost the desk double."""
    with browsers.person(desk, "Jude") as jude:
        asked = list[str]()
        jude.is_idle()
        jude.page.on("request", lambda one: asked.append(one.url.removeprefix(desk.url)))
        for path, heading in (("/my-ads", "My ads"), ("/my-wallet", "Wallet"), ("/offers", "Offers")):
            asked.clear()
            jude.go(path)
            jude.page.get_by_role("heading", name=heading, level=1).wait_for()
            jude.is_idle()
            jude.page.wait_for_load_state("networkidle")
            lists = [one for one in asked if not one.startswith(("/app/", "/notifications/"))]
            assert sorted(lists) == sorted({*lists}), path
