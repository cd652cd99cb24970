"""A real desk with its made-up market, and a real browser. Where there is no browser, the tests say so and skip."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.browser.people import ARGUMENTS, Browsers, Desk
from tests.integration.running import Cli
from tests.integration.serving import Addresses, Serving

NO_BROWSER = "there is no chromium, or no playwright"


def chromium() -> str | None:
    """Where the machine's browser is."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="session")
def browsers() -> Iterator[Browsers]:
    """One browser for all tests; what people do in it is apart from each other."""
    where = chromium()
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        where = None
    if where is None:
        # Whoever judges a change has installed one, and is not to think that all was looked at.
        assert not os.environ.get("CI"), NO_BROWSER
        pytest.skip(NO_BROWSER)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=where, args=ARGUMENTS)
        yield Browsers(browser)
        browser.close()


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A desk with Jude, Amara and a small market, for the tests of one file."""
    folder: Path = tmp_path_factory.mktemp("desk")
    addresses = Addresses()
    cli = Cli(folder, **addresses.settings)
    with Serving(cli, "serve", "--demo") as serving:
        serving.wait_until_ready(addresses.http)
        yield Desk(cli, addresses, serving)
