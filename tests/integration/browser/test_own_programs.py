"""What a trader's own programs need of the page: webhooks in the settings, and the proof of what the desk owes them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.integration.browser.market import Market
from tests.integration.browser.people import Browsers, Desk, look_at
from tests.integration.browser.test_trade import SECONDS

ADDRESS = "https://bot.example.com/desk"


def test_a_webhook_is_added_tried_and_removed(browsers: Browsers, desk: Desk) -> None:
    market = Market(desk)
    with browsers.person(desk, "Jude") as jude:
        jude.go("/settings")
        hooks = jude.page.get_by_role("region", name="Webhooks")
        hooks.get_by_text("Add a webhook").click()
        hooks.get_by_label("Address").fill("http://bot.example.com/")
        hooks.get_by_role("button", name="Add webhook").click()
        hooks.get_by_text("The address must begin with https://.").wait_for(timeout=SECONDS)
        hooks.get_by_label("Address").fill(ADDRESS)
        hooks.get_by_label("A message in a chat").uncheck()
        hooks.get_by_role("button", name="Add webhook").click()
        secret = hooks.get_by_text("whsec_")
        secret.wait_for(timeout=SECONDS)
        (kept,) = market.call("GET", "/webhook/", "jude")["items"]
        assert kept["url"] == ADDRESS
        assert "funds_released" in kept["types"]
        assert "chat_message" not in kept["types"]
        hooks.get_by_role("button", name=f"Send a test {ADDRESS}").click()
        hooks.get_by_text("A test is on its way").wait_for(timeout=SECONDS)
        look_at(jude)
        hooks.get_by_role("button", name=f"Remove the webhook {ADDRESS}").click()
        hooks.get_by_text("Nothing is sent anywhere.").wait_for(timeout=SECONDS)


def test_the_files_that_prove_what_is_owed_are_saved_and_hold(browsers: Browsers, desk: Desk, tmp_path: Path) -> None:
    with browsers.person(desk, "Jude") as jude:
        jude.go("/my-wallet")
        jude.page.get_by_text("Whether the desk has what it owes you").click()
        jude.page.get_by_role("button", name="Save my proof").wait_for(timeout=SECONDS)
        look_at(jude)
        saved = [_saved(jude.page, name, tmp_path) for name in ("Save my proof", "Save what the desk published")]
        assert json.loads(saved[0].read_text())["entity"]["proofs"]
        desk.cli.done("solvency", "check", str(saved[0]), "--published", str(saved[1]))


def _saved(page: Any, name: str, folder: Path) -> Path:
    with page.expect_download(timeout=SECONDS) as download:
        page.get_by_role("button", name=name).click()
    path = folder / str(download.value.suggested_filename)
    download.value.save_as(path)
    return path
