"""People at the desk's page, each in a browser of their own, and all that the browser complained of."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.integration.running import Cli
from tests.integration.serving import Addresses, Serving
from tests.integration.waiting import within

TOOLS = os.environ.get("P2P_TEST_NODE_TOOLS", "")
LASTING_SECONDS = 3.0
# A browser has no sandbox as root, and little shared memory in a container.
ARGUMENTS = ["--no-sandbox", "--disable-dev-shm-usage"]
WIDTHS = (1280, 390, 320)
THEMES = ("light", "dark")
UNKNOWN = "No answer came. It may or may not have been done: you can safely press again."
# What a browser says of every answer that is a failure, which a test may be about.
_ANSWERED = "Failed to load resource: the server responded with a status of"


@dataclass
class Desk:
    """A desk that runs, and where it is."""

    cli: Cli
    addresses: Addresses
    serving: Serving

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.addresses.http}"


@dataclass
class Person:
    """Somebody's page, and what was wrong with it so far."""

    page: Any
    complaints: list[str] = field(default_factory=list)

    def go(self, path: str) -> None:
        """To an address of the desk, without leaving the page: the login of the page stays in its memory."""
        self.page.evaluate("path => { history.pushState(null, '', path); dispatchEvent(new Event('popstate')) }", path)

    def is_idle(self) -> None:
        """Wait until what is on screen has come."""
        self.page.locator("main:not([aria-busy])").wait_for()
        self.page.locator("[aria-busy=true]").first.wait_for(state="detached")


class Browsers:
    """The browser, in which each person has cookies and a memory of their own."""

    def __init__(self, browser: Any) -> None:
        self._browser = browser

    @contextmanager
    def person(self, desk: Desk, name: str | None = None, **more: Any) -> Iterator[Person]:
        """Somebody at the desk, signed in as one of its made-up traders where a name is given."""
        context = self._browser.new_context(base_url=desk.url, **{"locale": "en-GB", "timezone_id": "UTC", **more})
        try:
            with self.seat(context) as person:
                person.page.goto("/")
                if name is not None:
                    person.page.get_by_role("button", name=f"Try as {name}").click()
                    person.page.get_by_role("heading", name="Board").wait_for()
                yield person
        finally:
            context.close()

    @contextmanager
    def seat(self, context: Any) -> Iterator[Person]:
        """A tab, of which nothing may be complained when it is left."""
        person = Person(context.new_page())
        page = person.page
        page.on("pageerror", lambda error: person.complaints.append(str(error)))
        page.on("console", lambda said: person.complaints.extend(_complaint(said)))
        yield person
        assert person.complaints == []


def _complaint(said: Any) -> list[str]:
    is_wrong = said.type in ("error", "warning") and not said.text.startswith(_ANSWERED)
    return [f"{said.type}: {said.text}"] if is_wrong else []


def base(page: Any) -> str:
    """Where the page's files are."""
    return str(page.locator("script[type=module]").get_attribute("src")).removesuffix("/main.js")


def axe() -> str | None:
    """The checker's script, where .ci/run has put it."""
    script = Path(TOOLS) / "node_modules" / "axe-core" / "axe.min.js"
    return script.read_text(encoding="utf-8") if TOOLS and script.exists() else None


def hindrances(page: Any, checker: str) -> list[str]:
    """What keeps somebody from using what is on screen, by axe's rules, and stays there."""
    page.evaluate(checker)
    found = _hindrances_now(page)
    # What is only on its way in or out of sight is another thing a moment later.
    within(lambda: not (found and _again(found, page)), seconds=LASTING_SECONDS)
    return found


def _again(found: list[str], page: Any) -> bool:
    found[:] = _hindrances_now(page)
    return bool(found)


def _hindrances_now(page: Any) -> list[str]:
    found = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")["violations"]
    first = [(rule["id"], rule["nodes"][0]) for rule in found]
    return [f"{name}: {node['html'][:200]}: {node['failureSummary']}" for name, node in first]


def look_at(person: Person) -> None:
    """What is on screen, at each width and in each theme: nothing keeps anybody from using it, and it is no wider."""
    checker = axe()
    person.is_idle()
    for theme in THEMES:
        for width in WIDTHS:
            # A color that is on its way from one theme to the other is in neither.
            person.page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            person.page.set_viewport_size({"width": width, "height": 800})
            where = f"{person.page.url} at {width} px, {theme}"
            assert sideways(person.page) <= 0, where
            assert broken_words(person.page) == [], where
            if checker is not None:
                assert hindrances(person.page, checker) == [], where


def sideways(page: Any) -> int:
    """How much wider the page is than its window, in pixels."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def broken_words(page: Any) -> list[str]:
    """The words on what is pressed or chosen that begin on one line and end on another."""
    found: list[str] = page.evaluate(
        """() => {
          const broken = [];
          for (const shown of document.querySelectorAll("button, a.button, nav a, label, .tag")) {
            const texts = document.createTreeWalker(shown, NodeFilter.SHOW_TEXT);
            while (texts.nextNode()) {
              const text = texts.currentNode;
              for (const word of text.data.matchAll(/[^\\s-]+/g)) {
                const range = document.createRange();
                range.setStart(text, word.index);
                range.setEnd(text, word.index + word[0].length);
                const lines = new Set([...range.getClientRects()].map((line) => Math.round(line.top)));
                if (lines.size > 1) broken.push(word[0]);
              }
            }
          }
          return broken;
        }"""
    )
    return found


def one_by_one(page: Any, path: str) -> None:
    """Of a list, the desk gives one thing at a time, as if it were longer than a page of it."""

    def send(route: Any) -> None:
        route.continue_(url=re.sub(r"\blimit=[0-9]+", "limit=1", route.request.url))

    page.route(re.compile(re.escape(path) + r"\?.*\blimit="), send)


def lose_first_answer(page: Any, path: str) -> None:
    """The desk does what it is asked first at an address, and nobody hears of it."""
    first = iter([True])

    def send(route: Any) -> None:
        if route.request.method == "POST" and next(first, False):
            route.fetch()
            route.abort()
        else:
            route.continue_()

    page.route(path, send)
