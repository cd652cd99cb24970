"""``python3 dev.py bench browser``: measure the page in a real browser at a real desk, and print the page of figures.

What can be counted is held by tests/integration/browser/test_bars.py; times are of the machine and the hour, so that
they are figures only. Needs the packages of ``browser`` and a chromium, and for Lighthouse's figures a folder of Node's
tools with it in ``P2P_TEST_NODE_TOOLS``.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Playwright, sync_playwright

from adapters.browser.assets import BrowserPages
from tests.integration.browser.conftest import chromium
from tests.integration.browser.market import Market
from tests.integration.browser.people import ARGUMENTS, Browsers, Desk, Person
from tests.integration.browser.test_trade import reads
from tests.integration.browser.traffic import Traffic
from tests.integration.running import Cli
from tests.integration.serving import Addresses, Serving

from .figures import rank
from .lighthouse import CATEGORIES, figures_of, version_of

FAR = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 0.75e6 / 8}
"""A phone far from the desk: 150 ms there and back, 1.6 Mbit/s here and 0.75 Mbit/s there, as Lighthouse has it."""
HEAD = """\
# The page: what was measured

On {day}, {machine}. The desk, its database and the browsers shared
the cores, and the load average at the end was {load}, where {cores} would be a machine fully used: times, and
Lighthouse's performance, are worse than those of a quiet machine. Printed by

    python3 dev.py bench browser > docs/figures/browser.md

| what | bar | figure | held by a test |
|---|---|---|---|
"""
TAIL = """
*A change* is timed in the browsers: from one's click on “I have paid” to the other's page saying so, both pages open on
one machine. *Far* is a line of 150 ms and 1.6 Mbit/s; the page is there when its heading is, and *again* is by the
same browser later, which asks for no file of the page but the shell.

What has no figure passes or does not: no finding of axe and no sideways scroll on any screen at three widths and two
themes (`test_screens.py`, `test_screens_of_trades.py`, `test_zoom.py`), no complaint of the browser or the policy in
any test of the page (`people.py`), a trade by keyboard alone (`test_trade.py`), one effect of a double click, two tabs
and a lost answer, and the timer by a clock that is an hour wrong (`test_live.py`). All are in
`tests/integration/browser/`.
"""

Line = tuple[str, str, str, str]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, and print the page."""
    parser = argparse.ArgumentParser(prog="dev.py bench browser", description="Measure the page in a browser.")
    parser.add_argument("--changes", type=int, default=40, help="how many deeds are timed to the other's page (40)")
    options = parser.parse_args(arguments)
    lines = list[Line]()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright, _desk(Path(folder)) as desk:
        browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        browsers = Browsers(browser)
        version = browser.version
        lines += [*_weights(browsers, desk), *_far(browsers, desk), *_changes(browsers, desk, options.changes)]
        browser.close()
        lines += _lighthouse(playwright, desk, Path(folder))
    load = f"{os.getloadavg()[0]:.0f}"
    machine = f"Python {platform.python_version()}, Chromium {version}, {os.cpu_count()} cores"
    print(
        HEAD.format(day=time.strftime("%d %B %Y", time.gmtime()), machine=machine, load=load, cores=os.cpu_count()),
        end="",
    )
    print("\n".join(f"| {' | '.join(line)} |" for line in lines))
    print(TAIL, end="")
    return 0


@contextmanager
def _desk(folder: Path) -> Iterator[Desk]:
    addresses = Addresses()
    cli = Cli(folder, RATE_LIMITS="off", MAX_LIVE_OFFERS="0", **addresses.settings)
    with Serving(cli, "serve", "--demo") as serving:
        serving.wait_until_ready(addresses.http)
        yield Desk(cli, addresses, serving)


def _weights(browsers: Browsers, desk: Desk) -> list[Line]:
    """What comes over the wire: first, on the board, and once more."""
    _tell("what comes over the wire")
    pages = BrowserPages()
    largest = max((name for name in pages.names if name.startswith("screens/")), key=lambda name: _zipped(pages, name))
    with browsers.person(desk) as visitor, Traffic(visitor.page) as traffic:
        visitor.page.goto("/")
        visitor.page.get_by_role("heading", level=1).wait_for()
        first = traffic.taken()
        visitor.page.get_by_role("button", name="Try as Jude").click()
        visitor.page.get_by_role("link", name="Buy BTC").first.wait_for()
        board = traffic.taken()
        visitor.page.reload()
        visitor.page.get_by_role("link", name="Buy BTC").first.wait_for()
        again = traffic.taken()
    held = "`test_bars.py`"
    return [
        ("first load, gzip", "≤ 45 KB", f"**{_kb(first.page_bytes)}** in {first.page_requests} requests", held),
        ("headers of these", "", _kb(first.header_bytes), ""),
        ("the board after signing in, beyond that", "", f"{_kb(board.page_bytes)}, {_kb(board.api_bytes)} of data", ""),
        ("again, signed in", "the shell alone", f"**{_kb(again.page_bytes)}** in {again.page_requests} request", held),
        ("the largest screen, gzip", "≤ 8 KB", f"**{_kb(_zipped(pages, largest))}** (`{largest}`)", "`test_assets.py`"),
    ]  # fmt: skip


def _zipped(pages: BrowserPages, name: str) -> int:
    asset = pages.asset(name)
    assert asset is not None
    return len(asset.zipped)


def _far(browsers: Browsers, desk: Desk) -> list[Line]:
    """How long it takes over a long line, first and again."""
    _tell("over a long line")
    first, again = list[float](), list[float]()
    for _ in range(5):
        with browsers.person(desk) as visitor:
            page = visitor.page
            line = page.context.new_cdp_session(page)
            line.send("Network.enable")
            line.send("Network.clearBrowserCache")
            line.send("Network.emulateNetworkConditions", FAR)
            for times in (first, again):
                began = time.monotonic()
                page.goto("/")
                page.get_by_role("heading", level=1).wait_for()
                times.append((time.monotonic() - began) * 1000)
    of = "far, p50 of 5"
    return [
        (f"first load, {of}", "", f"{_ms(first, 0.5)}", ""),
        (f"loaded again, {of}", "", f"{_ms(again, 0.5)}", ""),
    ]


def _changes(browsers: Browsers, desk: Desk, many: int) -> list[Line]:
    """How long it takes until one sees what the other did: by the socket, and with that cut."""
    _tell("the other side's deeds")
    by_socket = _seen(browsers, desk, many, _keep)
    cut = _seen(browsers, desk, many // 4, _cut)
    return [
        ("the other's change is seen, by socket", "p95 ≤ 500 ms", _both(by_socket), ""),
        ("the other's change is seen, socket cut", "p95 ≤ 5 s", _both(cut), ""),
    ]


def _seen(browsers: Browsers, desk: Desk, many: int, prepare: Callable[[Any], None]) -> list[float]:
    market = Market(desk)
    ad = market.ad("jude", "sell")
    with browsers.person(desk, "Amara") as amara, browsers.person(desk, "Jude") as jude:
        prepare(jude.page)
        jude.page.reload()
        jude.page.get_by_role("heading", name="Board").wait_for()
        times = [_one_change(market.offer("amara", ad, "1"), amara, jude) for _ in range(many)]
        jude.complaints.clear()
    return times


def _keep(page: Any) -> None:
    """Leave its connection as it is."""


def _cut(page: Any) -> None:
    page.route_web_socket(re.compile("/ws/p2p/"), lambda socket: socket.close())


def _one_change(offer: int, amara: Person, jude: Person) -> float:
    """In milliseconds. Both read the machine's clock, in their own browsers."""
    for person in (amara, jude):
        person.go(f"/offers/{offer}")
    reads(amara, "Pay 200.00 NGN to Jude")
    reads(jude, "Waiting for Amara to pay")
    jude.page.evaluate(_WATCH)
    paid = amara.page.get_by_role("button", name="I have paid")
    clicked = float(paid.evaluate("button => { const at = Date.now(); button.click(); return at }"))
    reads(jude, "Check your account for 200.00 NGN")
    return float(jude.page.evaluate("globalThis.changedAt")) - clicked


_WATCH = """() => {
  const place = document.querySelector("[role=status]");
  const watcher = new MutationObserver(() => {
    if (!place.innerText.includes("Check your account")) return;
    globalThis.changedAt = Date.now();
    watcher.disconnect();
  });
  watcher.observe(place, { childList: true, characterData: true, subtree: true });
}"""


def _lighthouse(playwright: Playwright, desk: Desk, folder: Path) -> list[Line]:
    """Its marks for a phone, of whoever is signed in to the browser that it is lent, and before that."""
    version = version_of()
    bar = "performance ≥ 95, others 100"
    if version is None:
        return [("Lighthouse", bar, "not measured: P2P_TEST_NODE_TOOLS names no folder with it", "")]
    _tell("Lighthouse")
    port = Addresses().http
    context = playwright.chromium.launch_persistent_context(
        str(folder / "profile"), executable_path=chromium(), args=[*ARGUMENTS, f"--remote-debugging-port={port}"]
    )
    lines = list[Line]()
    for who, name, path in _looked_at(desk):
        if who:
            _sign_in(context, desk, who)
        marks = figures_of(f"{desk.url}{path}", port)
        told = ", ".join(f"{category} **{marks[category]}**" for category in CATEGORIES)
        lines.append((f"Lighthouse {version}, mobile: {name}", bar, told, ""))
    context.close()
    return lines


def _looked_at(desk: Desk) -> Iterator[tuple[str, str, str]]:
    """Who signs in before, where somebody does; what it is, and where."""
    market = Market(desk)
    market.staff("sam")
    offer = market.offer("amara", market.ad("jude", "sell"))
    market.paid("amara", offer)
    yield "", "signed out", "/"
    yield "jude", "the board", "/"
    yield "", "an ad", "/ads/2"
    yield "", "an offer to release", f"/offers/{offer}"
    yield "", "the wallet", "/my-wallet"
    yield "", "the inbox", "/inbox"
    yield "", "the settings", "/settings"
    market.call("POST", f"/p2p/offer/dispute/{offer}/", "amara", {"reason": "Nothing came."})
    yield "sam", "staff: the disputes", "/staff"
    yield "", "staff: a dispute", f"/offers/{offer}"
    yield "", "staff: a trader", f"/staff?tab=traders&trader={market.id('jude')}"


def _sign_in(context: Any, desk: Desk, who: str) -> None:
    context.clear_cookies()
    page = context.new_page()
    page.goto(f"{desk.url}/docs/")
    page.evaluate("localStorage.clear()")
    page.goto(f"{desk.url}/sign-in")
    page.get_by_label("Email").fill(f"{who}@example.com")
    page.get_by_label("Password").fill(Market.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name="Board").wait_for()
    page.close()


def _both(times: list[float]) -> str:
    return f"**p95 {_ms(times, 0.95)}**, p50 {_ms(times, 0.5)}, of {len(times)}"


def _ms(times: list[float], share: float) -> str:
    return f"{rank(sorted(times), share):,.0f} ms"


def _kb(size: int) -> str:
    return f"{size / 1024:.1f} KB"


def _tell(progress: str) -> None:
    print(progress, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
